using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>Long short-term memory whose sums are normalised over all gates and units: one step.</summary>
/// <remarks>
/// <code>
/// (i, f, g, o) = LN(W·x) + b + LN(U·h') + b'
/// c = σ(f)∘c' + σ(i)∘tanh(g)
/// h = σ(o)∘tanh(c)
/// </code>
/// Ba, Kiros and Hinton, "Layer Normalization" (2016), equations 20–22. Deviation: the cell state is not normalised where the output reads it (equation 22).
/// </remarks>
public readonly struct LayerNormLstmCell : ICell
{
    private const int InputGate = 0;
    private const int ForgetSum = 1;
    private const int CandidateGate = 2;
    private const int OutputGate = 3;
    private const int CellState = 0;

    /// <inheritdoc/>
    public static string Name => "layer-norm-lstm";

    /// <inheritdoc/>
    public static IReadOnlyList<string> GateNames => ["input", "forget", "candidate", "output"];

    /// <inheritdoc/>
    public static int GateCount => 4;

    /// <inheritdoc/>
    public static int StateCount => 1;

    /// <inheritdoc/>
    public static bool SeparatesRecurrentSums => true;

    /// <inheritdoc/>
    public static bool NormalizesSums => true;

    /// <inheritdoc/>
    public static int? ForgetGate => ForgetSum;

    /// <inheritdoc/>
    public static CellDescription Description => new(
        "LSTM with layer normalisation",
        """
        (i, f, g, o) = LN(W·x) + b + LN(U·h') + b'
        c = σ(f)∘c' + σ(i)∘tanh(g)
        h = σ(o)∘tanh(c)
        """,
        "Ba, Kiros and Hinton, \"Layer Normalization\" (2016), equations 20–22",
        "The cell state is not normalised where the output reads it. LN has a gain for each gate and unit, and is taken over all of them.");

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var i = T.Sigmoid(step.InputSum(InputGate) + step.RecurrentSum(InputGate));
        var f = T.Sigmoid(step.InputSum(ForgetSum) + step.RecurrentSum(ForgetSum));
        var g = T.Tanh(step.InputSum(CandidateGate) + step.RecurrentSum(CandidateGate));
        var o = T.Sigmoid(step.InputSum(OutputGate) + step.RecurrentSum(OutputGate));
        var c = T.MultiplyAdd(f, step.PreviousState(CellState), i * g);
        c = step.SetState(CellState, c);
        step.SetOutput(o * T.Tanh(c));
    }
}
