using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>Quasi-recurrent network with fo-pooling over a convolution of two steps: one step.</summary>
/// <remarks>
/// x' is the input of the step before, zero at the first one.
/// <code>
/// z = tanh(Wz·x + bz + Vz·x' + b'z)
/// f = σ(Wf·x + bf + Vf·x' + b'f)
/// o = σ(Wo·x + bo + Vo·x' + b'o)
/// c = f∘c' + (1 − f)∘z
/// h = o∘c
/// </code>
/// Bradbury, Merity, Xiong and Socher, "Quasi-Recurrent Neural Networks" (2017), equations 2 and 4, window 2. The products with x' are those that
/// the step before has made of its own input and left in three states, so a layer has six gates: the three of W, then those of V. Deviation: they have
/// biases of their own, b', which count from the second step on.
/// </remarks>
public readonly struct QrnnCell : ICell
{
    private const int CandidateGate = 0;
    private const int ForgetSum = 1;
    private const int OutputGate = 2;
    private const int NextCandidate = 3;
    private const int NextForget = 4;
    private const int NextOutput = 5;
    private const int CellState = 0;
    private const int CandidateState = 1;
    private const int ForgetState = 2;
    private const int OutputState = 3;

    /// <inheritdoc/>
    public static string Name => "qrnn";

    /// <inheritdoc/>
    public static IReadOnlyList<string> GateNames => ["candidate", "forget", "output", "next-candidate", "next-forget", "next-output"];

    /// <inheritdoc/>
    public static int GateCount => 6;

    /// <inheritdoc/>
    public static int StateCount => 4;

    /// <summary>1: c alone, as in the paper's section 2.1. The others are what the step before has made of its input.</summary>
    public static int? ZoneoutStateCount => 1;

    /// <inheritdoc/>
    public static bool HasRecurrentMatrix => false;

    /// <inheritdoc/>
    public static int? ForgetGate => ForgetSum;

    /// <inheritdoc/>
    public static bool HasBackward => true;

    /// <inheritdoc/>
    public static CellDescription Description => new(
        "Quasi-recurrent network, fo-pooling, window 2",
        """
        z = tanh(Wz·x + bz + Vz·x' + b'z)
        f = σ(Wf·x + bf + Vf·x' + b'f)
        o = σ(Wo·x + bo + Vo·x' + b'o)
        c = f∘c' + (1 − f)∘z
        h = o∘c
        """,
        "Bradbury, Merity, Xiong and Socher, \"Quasi-Recurrent Neural Networks\" (2017), equations 2 and 4",
        "x' is the input of the step before. The step before has made the products V·x' + b' of its own input and left them in three states, so b' counts from the second step on.");

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var z = T.Tanh(step.Sum(CandidateGate) + step.PreviousState(CandidateState));
        var f = T.Sigmoid(step.Sum(ForgetSum) + step.PreviousState(ForgetState));
        var o = T.Sigmoid(step.Sum(OutputGate) + step.PreviousState(OutputState));
        // f∘c' + (1 − f)∘z
        var c = T.MultiplyAdd(f, step.PreviousState(CellState) - z, z);
        step.Keep(CandidateGate, z);
        step.Keep(ForgetSum, f);
        step.Keep(OutputGate, o);
        c = step.SetState(CellState, c);
        step.SetState(CandidateState, step.Sum(NextCandidate));
        step.SetState(ForgetState, step.Sum(NextForget));
        step.SetState(OutputState, step.Sum(NextOutput));
        step.SetOutput(o * c);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Backward<T>(in UnitGradient<T> step)
        where T : struct, ILane<T>
    {
        var one = T.Broadcast(1);
        var (z, f, o) = (step.Kept(CandidateGate), step.Kept(ForgetSum), step.Kept(OutputGate));
        var dh = step.OutputGradient;
        var dc = T.MultiplyAdd(dh, o, step.StateGradient(CellState));
        var dCandidate = dc * (one - f) * (one - (z * z));
        var dForget = dc * (step.PreviousState(CellState) - z) * f * (one - f);
        var dOutput = dh * step.State(CellState) * o * (one - o);
        step.SetSumGradient(CandidateGate, dCandidate);
        step.SetSumGradient(ForgetSum, dForget);
        step.SetSumGradient(OutputGate, dOutput);
        step.SetSumGradient(NextCandidate, step.StateGradient(CandidateState));
        step.SetSumGradient(NextForget, step.StateGradient(ForgetState));
        step.SetSumGradient(NextOutput, step.StateGradient(OutputState));
        step.SetPreviousStateGradient(CellState, dc * f);
        step.SetPreviousStateGradient(CandidateState, dCandidate);
        step.SetPreviousStateGradient(ForgetState, dForget);
        step.SetPreviousStateGradient(OutputState, dOutput);
    }
}
