using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Automata;

/// <summary>
/// A vanilla recurrent layer that takes exactly the transitions of a table: one unit for each transition. Unit <c>q·A + a</c> is on after a step when the machine
/// was in state q before it and read symbol a. Input is the symbol as one of A.
/// </summary>
/// <remarks>
/// Minsky, "Computation: Finite and Infinite Machines" (1967), chapter 3, builds machines of threshold units so. Let <c>p = δ(q, b)</c> be the state after
/// transition (q, b), one for each unit, and q₀ the start.
/// <para>Rectifier, units 0 or 1, before the first step all 0. For p ≠ q₀: <c>h(p,a) = relu([x = a] + Σ of h over transitions into p − 1)</c>. At most one unit is on, so
/// the sum is −1, 0 or 1, and 1 only if both hold. For q₀: <c>h(q₀,a) = relu([x = a] − Σ of h over transitions into other states)</c>, which is the same where one unit
/// is on, and makes "none is on" mean the start. All terms are −1, 0 or 1, so every partial sum is a small integer and no sum is rounded.</para>
/// <para>Tanh, units −1 or 1, before the first step all −1. With <c>h = 2·on − 1</c> the same conditions are <c>2[x = a] + 2·into − 3</c> and <c>2[x = a] − 2·elsewhere − 1</c>,
/// odd integers; times 16 they are at least 16 from 0, where tanh is ±1 in float32, because <c>1 − tanh(16) &lt; 2^-45</c>.</para>
/// </remarks>
internal sealed class TransitionNetwork
{
    /// <summary>U of so many units takes 256 MiB.</summary>
    public const int MaximumUnits = 8192;

    /// <summary>What tanh is certain at: a power of two, so that it rounds nothing either.</summary>
    private const float Certain = 16;

    private readonly TransitionTable table;
    private readonly bool isTanh;

    public TransitionNetwork(TransitionTable table, Cell cell)
    {
        this.table = table;
        isTanh = cell == Cell.RnnTanh;
        if (!isTanh && cell != Cell.RnnRelu)
            throw new ArgumentException($"A machine cannot be compiled to the cell '{cell}'; expected '{Cell.RnnRelu}' or '{Cell.RnnTanh}'.", nameof(cell));
        var units = (long)table.StateCount * table.SymbolCount;
        if (units > MaximumUnits)
            throw new InvalidOperationException($"The network of {table.StateCount} states and {table.SymbolCount} symbols has {units} units, one for each transition; at most {MaximumUnits} are allowed. Minimise the machine, or leave symbols out.");
        UnitCount = (int)units;
        Recurrent = new(cell, table.SymbolCount, UnitCount, new() { TrainableStart = isTanh });
        SetWeights();
    }

    /// <summary>N = Q·A.</summary>
    public int UnitCount { get; }

    public Recurrent Recurrent { get; }

    /// <summary>A linear layer of the transition that was taken.</summary>
    /// <param name="before">What it gives for the start, O values.</param>
    /// <param name="taken">What it gives at [o, unit] after a transition.</param>
    public Linear Readout(ReadOnlySpan<float> before, Func<int, int, float> taken)
    {
        var readout = new Linear(UnitCount, before.Length);
        for (var output = 0; output < before.Length; output++)
        {
            // y = before + Σ (taken − before)·on, with on = h or (1 + h)/2.
            var bias = before[output];
            for (var unit = 0; unit < UnitCount; unit++)
            {
                var weight = (taken(output, unit) - before[output]) * (isTanh ? 0.5f : 1);
                readout.Weight.Values[(output * UnitCount) + unit] = weight;
                bias += isTanh ? weight : 0;
            }

            readout.Bias!.Values[output] = bias;
        }

        readout.Weight.MarkChanged();
        readout.Bias!.MarkChanged();
        return readout;
    }

    /// <summary>The unit that is on, or −1 before the first step.</summary>
    /// <exception cref="ArgumentException">The values are not such as the network gives.</exception>
    public int UnitOf(ReadOnlySpan<float> hidden)
    {
        if (hidden.Length != UnitCount)
            throw new ArgumentException($"A hidden state of this network has {UnitCount} values; got {hidden.Length}.", nameof(hidden));
        var off = isTanh ? -1f : 0f;
        var on = hidden.IndexOf(1f);
        if (hidden.ContainsAnyExcept(off, 1f) || (on >= 0 && hidden[(on + 1)..].Contains(1f)))
            throw new ArgumentException($"A hidden state of this network is 1 for one unit and {off} for the others, or {off} for all; this one is not.", nameof(hidden));
        return on;
    }

    /// <summary>The state after a hidden state.</summary>
    public int StateOf(ReadOnlySpan<float> hidden)
    {
        var unit = UnitOf(hidden);
        return unit < 0 ? table.Start : After(unit);
    }

    /// <summary>The state after the transition of a unit.</summary>
    public int After(int unit) => table.Next(unit / table.SymbolCount, unit % table.SymbolCount);

    /// <summary>A text as input, [T, 1, A].</summary>
    public Tensor Encode(string text)
    {
        var symbols = table.NumbersOf(text);
        if (symbols.Length == 0)
            throw new ArgumentException("The text is empty; a sequence has at least one step.", nameof(text));
        var input = new Tensor(new(symbols.Length, 1, table.SymbolCount));
        for (var step = 0; step < symbols.Length; step++)
            input.Values[(step * table.SymbolCount) + symbols[step]] = 1;
        return input;
    }

    private void SetWeights()
    {
        Span<float> inputWeights = Values("weight_ih_l0"), recurrentWeights = Values("weight_hh_l0"), bias = Values("bias_ih_l0");
        for (var unit = 0; unit < UnitCount; unit++)
        {
            var (state, symbol) = (unit / table.SymbolCount, unit % table.SymbolCount);
            inputWeights[(unit * table.SymbolCount) + symbol] = isTanh ? 2 * Certain : 1;
            bias[unit] = SetRow(recurrentWeights.Slice(unit * UnitCount, UnitCount), state);
        }

        if (isTanh)
            Values("start_hidden_l0").Fill(-1);
    }

    /// <summary>Sets the weights from all units to one of a state; gives its bias.</summary>
    private float SetRow(Span<float> row, int state)
    {
        var isStart = state == table.Start;
        var count = 0;
        for (var unit = 0; unit < UnitCount; unit++)
        {
            if (After(unit) == state == isStart)
                continue;
            row[unit] = isStart ? -Scale : Scale;
            count++;
        }

        // With units of −1 and 1, the sum of n of them is 2·(those on) − n.
        return (isStart, isTanh) switch
        {
            (true, false) => 0,
            (false, false) => -1,
            (true, true) => -Certain * (count + 1),
            (false, true) => Certain * (count - 3),
        };
    }

    private float Scale => isTanh ? Certain : 1;

    private Span<float> Values(string name)
    {
        var parameter = Recurrent.Parameters.Single(parameter => parameter.Name == name);
        parameter.MarkChanged();
        return parameter.Values;
    }
}
