using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>The sLSTM of xLSTM: an exponential input gate, a normaliser n, and a stabiliser m that keeps exponentials in range: one step.</summary>
/// <remarks>
/// <code>
/// z = tanh(Wz·x + bz + Uz·h' + b'z)
/// ĩ = Wi·x + bi + Ui·h' + b'i
/// f = σ(Wf·x + bf + Uf·h' + b'f)
/// o = σ(Wo·x + bo + Uo·h' + b'o)
/// m = max(ln f + m', ĩ), at the first step ĩ
/// c = exp(ln f + m' − m)∘c' + exp(ĩ − m)∘z
/// n = exp(ln f + m' − m)∘n' + exp(ĩ − m)
/// h = o∘c/n
/// </code>
/// Beck et al., "xLSTM: Extended Long Short-Term Memory" (2024), equations 8–17, with the logistic one of the two forget gates of equation 13. The first
/// step is the one whose n' is not above 0, as in the authors' program. Each U is block-diagonal, one block a head; a single head, all units together, unless
/// more are asked for. Deviation: two biases a gate.
/// </remarks>
public readonly record struct SLstmCell : ICell
{
    private const int InputGate = 0;
    private const int ForgetSum = 1;
    private const int CandidateGate = 2;
    private const int OutputGate = 3;
    private const int CellState = 0;
    private const int NormalizerState = 1;
    private const int StabilizerState = 2;

    // Counted so that the default of the struct has one.
    private readonly int moreHeads;

    /// <summary>The cell of so many heads.</summary>
    /// <param name="heads">At least 1; the hidden size has to be a multiple.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than one.</exception>
    public SLstmCell(int heads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(heads, 1);
        moreHeads = heads - 1;
    }

    /// <inheritdoc/>
    public static string Name => "slstm";

    /// <inheritdoc/>
    public static IReadOnlyList<string> GateNames => ["input", "forget", "candidate", "output"];

    /// <inheritdoc/>
    public static int GateCount => 4;

    /// <inheritdoc/>
    public static int StateCount => 3;

    /// <inheritdoc/>
    public int Heads => 1 + moreHeads;

    /// <inheritdoc/>
    public IReadOnlyList<CellConstant> Constants => [new(CellCatalog.HeadsName, Heads)];

    /// <inheritdoc/>
    public static int? ForgetGate => ForgetSum;

    /// <inheritdoc/>
    public static CellDescription Description => new(
        "sLSTM of xLSTM",
        """
        z = tanh(Wz·x + bz + Uz·h' + b'z)
        ĩ = Wi·x + bi + Ui·h' + b'i
        f = σ(Wf·x + bf + Uf·h' + b'f)
        o = σ(Wo·x + bo + Uo·h' + b'o)
        m = max(ln f + m', ĩ), at the first step ĩ
        c = exp(ln f + m' − m)∘c' + exp(ĩ − m)∘z
        n = exp(ln f + m' − m)∘n' + exp(ĩ − m)
        h = o∘c/n
        """,
        "Beck et al., \"xLSTM: Extended Long Short-Term Memory\" (2024), equations 8–17, with the logistic forget gate of equation 13",
        "Two biases a gate. One head, that is a dense U, unless more are asked for.");

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var zero = T.Broadcast(0);
        var (i, nPrevious) = (step.Sum(InputGate), step.PreviousState(NormalizerState));
        // ln σ(x) = −softplus(−x)
        var kept = step.PreviousState(StabilizerState) - CellMath.Softplus(zero - step.Sum(ForgetSum));
        var m = T.SelectPositive(nPrevious, T.Max(kept, i), i);
        var input = T.Exp(i - m);
        // At the first step the exponent may be anything, so it is bounded although the result is not taken.
        var forget = T.SelectPositive(nPrevious, T.Exp(T.Min(kept - m, zero)), zero);
        var c = T.MultiplyAdd(forget, step.PreviousState(CellState), input * T.Tanh(step.Sum(CandidateGate)));
        var n = T.MultiplyAdd(forget, nPrevious, input);
        step.SetState(CellState, c);
        step.SetState(NormalizerState, n);
        step.SetState(StabilizerState, m);
        // One of the two exponentials is always 1 and n starts with 1, so it never falls below.
        step.SetOutput(T.Sigmoid(step.Sum(OutputGate)) * c / n);
    }
}
