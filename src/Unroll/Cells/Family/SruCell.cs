using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>Simple recurrent unit: one step.</summary>
/// <remarks>
/// <code>
/// f = σ(Wf·x + bf + vf∘c')
/// c = f∘c' + (1 − f)∘(Wc·x + bc)
/// r = σ(Wr·x + br + vr∘c')
/// h = r∘c + (1 − r)∘(Wx·x + bx)
/// </code>
/// Lei, Zhang, Wang, Dai and Artzi, "Simple Recurrent Units for Highly Parallelizable Recurrence" (2018), equations 1–4. New vf and vr are uniform
/// with the variance ½ of the authors' program. Deviations: the highway takes a fourth product Wx·x instead of x, because I and H may differ; all four
/// products have a bias; the highway is not scaled.
/// </remarks>
public readonly struct SruCell : ICell
{
    private const int CandidateGate = 0;
    private const int ForgetSum = 1;
    private const int ResetGate = 2;
    private const int HighwayGate = 3;
    private const int CellState = 0;
    private const int ForgetPeephole = 0;
    private const int ResetPeephole = 1;

    // Uniform in ±√1.5 has the variance ½.
    private const float PeepholeRange = 1.2247449f;

    /// <inheritdoc/>
    public static string Name => "sru";

    /// <inheritdoc/>
    public static IReadOnlyList<string> GateNames => ["candidate", "forget", "reset", "highway"];

    /// <inheritdoc/>
    public static int GateCount => 4;

    /// <inheritdoc/>
    public static int StateCount => 1;

    /// <inheritdoc/>
    public static bool HasRecurrentMatrix => false;

    /// <inheritdoc/>
    public static IReadOnlyList<UnitWeight> UnitWeights =>
        [new("peephole_forget", -PeepholeRange, PeepholeRange), new("peephole_reset", -PeepholeRange, PeepholeRange)];

    /// <inheritdoc/>
    public static int UnitWeightCount => 2;

    /// <inheritdoc/>
    public static int? ForgetGate => ForgetSum;

    /// <inheritdoc/>
    public static bool HasBackward => true;

    /// <inheritdoc/>
    public static CellDescription Description => new(
        "Simple recurrent unit",
        """
        f = σ(Wf·x + bf + vf∘c')
        c = f∘c' + (1 − f)∘(Wc·x + bc)
        r = σ(Wr·x + br + vr∘c')
        h = r∘c + (1 − r)∘(Wx·x + bx)
        """,
        "Lei, Zhang, Wang, Dai and Artzi, \"Simple Recurrent Units for Highly Parallelizable Recurrence\" (2018), equations 1–4",
        "The highway takes a fourth product Wx·x instead of x, because I and H may differ. All four products have a bias. The highway is not scaled.");

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var cPrevious = step.PreviousState(CellState);
        var (candidate, highway) = (step.Sum(CandidateGate), step.Sum(HighwayGate));
        var f = T.Sigmoid(T.MultiplyAdd(step.UnitWeight(ForgetPeephole), cPrevious, step.Sum(ForgetSum)));
        var r = T.Sigmoid(T.MultiplyAdd(step.UnitWeight(ResetPeephole), cPrevious, step.Sum(ResetGate)));
        // f∘c' + (1 − f)∘candidate, and the same shape for h
        var c = T.MultiplyAdd(f, cPrevious - candidate, candidate);
        step.Keep(ForgetSum, f);
        step.Keep(ResetGate, r);
        c = step.SetState(CellState, c);
        step.SetOutput(T.MultiplyAdd(r, c - highway, highway));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Backward<T>(in UnitGradient<T> step)
        where T : struct, ILane<T>
    {
        var one = T.Broadcast(1);
        var cPrevious = step.PreviousState(CellState);
        var (candidate, f, r, highway) = (step.Sum(CandidateGate), step.Kept(ForgetSum), step.Kept(ResetGate), step.Sum(HighwayGate));
        var dh = step.OutputGradient;
        var dc = T.MultiplyAdd(dh, r, step.StateGradient(CellState));
        var dForget = dc * (cPrevious - candidate) * f * (one - f);
        var dReset = dh * (step.State(CellState) - highway) * r * (one - r);
        step.SetSumGradient(CandidateGate, dc * (one - f));
        step.SetSumGradient(ForgetSum, dForget);
        step.SetSumGradient(ResetGate, dReset);
        step.SetSumGradient(HighwayGate, dh * (one - r));
        var dPrevious = T.MultiplyAdd(dForget, step.UnitWeight(ForgetPeephole), dReset * step.UnitWeight(ResetPeephole));
        step.SetPreviousStateGradient(CellState, T.MultiplyAdd(dc, f, dPrevious));
        step.SetUnitWeightGradient(ForgetPeephole, dForget * cPrevious);
        step.SetUnitWeightGradient(ResetPeephole, dReset * cPrevious);
    }
}
