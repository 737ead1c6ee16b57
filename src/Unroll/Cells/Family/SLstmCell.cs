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

    /// <summary>0: c and n are measured in units of exp(m), so none of the three means anything beside another step's.</summary>
    public static int? ZoneoutStateCount => 0;

    /// <inheritdoc/>
    public int Heads => 1 + moreHeads;

    /// <inheritdoc/>
    public IReadOnlyList<CellConstant> Constants => [new(CellCatalog.HeadsName, Heads)];

    /// <inheritdoc/>
    public static int? ForgetGate => ForgetSum;

    /// <inheritdoc/>
    public static bool HasBackward => true;

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
        var z = T.Tanh(step.Sum(CandidateGate));
        var o = T.Sigmoid(step.Sum(OutputGate));
        var c = T.MultiplyAdd(forget, step.PreviousState(CellState), input * z);
        var n = T.MultiplyAdd(forget, nPrevious, input);
        step.Keep(InputGate, input);
        step.Keep(CandidateGate, z);
        step.Keep(OutputGate, o);
        c = step.SetState(CellState, c);
        n = step.SetState(NormalizerState, n);
        step.SetState(StabilizerState, m);
        // One of the two exponentials is always 1 and n starts with 1, so it never falls below.
        step.SetOutput(o * c / n);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Backward<T>(in UnitGradient<T> step)
        where T : struct, ILane<T>
    {
        var (zero, one) = (T.Broadcast(0), T.Broadcast(1));
        var (input, z, o, forgetSum) = (step.Kept(InputGate), step.Kept(CandidateGate), step.Kept(OutputGate), step.Sum(ForgetSum));
        var (cPrevious, nPrevious, dm) = (step.PreviousState(CellState), step.PreviousState(NormalizerState), step.StateGradient(StabilizerState));
        var exponent = step.PreviousState(StabilizerState) - CellMath.Softplus(zero - forgetSum) - step.State(StabilizerState);
        var forget = T.SelectPositive(nPrevious, T.Exp(T.Min(exponent, zero)), zero);

        var dRatio = step.OutputGradient / step.State(NormalizerState);
        var dc = T.MultiplyAdd(dRatio, o, step.StateGradient(CellState));
        var dn = step.StateGradient(NormalizerState) - (dRatio * step.Output);
        var dInput = T.MultiplyAdd(dc, z, dn) * input;
        var dForget = T.MultiplyAdd(dc, cPrevious, dn * nPrevious) * forget;
        // Of the two exponents one is 0, whatever m: that of the input where its exponential is 1. The gradient of m goes to the one that m is.
        var dKept = T.SelectPositive(one - input, dm - dInput, dForget);
        step.SetSumGradient(InputGate, T.SelectPositive(one - input, dInput, dm - dForget));
        step.SetSumGradient(ForgetSum, dKept * T.Sigmoid(zero - forgetSum));
        step.SetSumGradient(CandidateGate, dc * input * (one - (z * z)));
        step.SetSumGradient(OutputGate, dRatio * step.State(CellState) * o * (one - o));
        step.SetPreviousStateGradient(CellState, dc * forget);
        step.SetPreviousStateGradient(NormalizerState, dn * forget);
        step.SetPreviousStateGradient(StabilizerState, dKept);
    }
}
