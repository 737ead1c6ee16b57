using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>Real-gated linear recurrent unit (RG-LRU): a decay of each unit that a gate sharpens: one step.</summary>
/// <remarks>
/// <code>
/// r = σ(Wr·x + br)
/// i = σ(Wi·x + bi)
/// a = exp(−8·softplus(λ)∘r)
/// h = a∘h' + √(1 − a²)∘(i∘(Wx·x + bx))
/// </code>
/// De et al., "Griffin: Mixing Gated Linear Recurrences with Local Attention for Efficient Language Models" (2024), equations 1–4. λ is the paper's Λ
/// with its sign turned. It starts uniform between the values for which a is 0.9 and 0.999 where r is 1, as in the paper, so that the logarithm of the decay is
/// nearly uniform. Deviations: Wx·x + bx takes the place of x, because I and H may differ; the first step is scaled like the others.
/// </remarks>
public readonly struct LruCell : ICell
{
    private const int RecurrenceGate = 0;
    private const int InputGate = 1;
    private const int CandidateGate = 2;
    private const int DecayWeight = 0;

    // c of equation 3.
    private const float Sharpness = 8;

    // softplus(λ) = −ln(a)/8 at a = 0.999 and at a = 0.9.
    private const float SlowestDecay = -8.986634f;
    private const float FastestDecay = -4.3232166f;

    // Below it a is 1 in float32; √ has a derivative here and none at 0.
    private const float SmallestScale = 1e-30f;

    /// <inheritdoc/>
    public static string Name => "lru";

    /// <inheritdoc/>
    public static IReadOnlyList<string> GateNames => ["recurrence", "input", "candidate"];

    /// <inheritdoc/>
    public static int GateCount => 3;

    /// <inheritdoc/>
    public static bool HasRecurrentMatrix => false;

    /// <inheritdoc/>
    public static IReadOnlyList<UnitWeight> UnitWeights => [new("decay", SlowestDecay, FastestDecay)];

    /// <inheritdoc/>
    public static int UnitWeightCount => 1;

    /// <inheritdoc/>
    public static bool HasBackward => true;

    /// <inheritdoc/>
    public static CellDescription Description => new(
        "Real-gated linear recurrent unit (RG-LRU)",
        """
        r = σ(Wr·x + br)
        i = σ(Wi·x + bi)
        a = exp(−8·softplus(λ)∘r)
        h = a∘h' + √(1 − a²)∘(i∘(Wx·x + bx))
        """,
        "De et al., \"Griffin: Mixing Gated Linear Recurrences with Local Attention for Efficient Language Models\" (2024), equations 1–4",
        "Wx·x + bx takes the place of x, because I and H may differ. λ is the paper's Λ with its sign turned. The first step is scaled like the others.");

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var r = T.Sigmoid(step.Sum(RecurrenceGate));
        var i = T.Sigmoid(step.Sum(InputGate));
        var rate = T.Broadcast(Sharpness) * CellMath.Softplus(step.UnitWeight(DecayWeight)) * r;
        step.Keep(RecurrenceGate, r);
        step.Keep(InputGate, i);
        step.SetOutput(T.MultiplyAdd(T.Exp(T.Broadcast(0) - rate), step.PreviousOutput, T.Sqrt(Square(rate)) * i * step.Sum(CandidateGate)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Backward<T>(in UnitGradient<T> step)
        where T : struct, ILane<T>
    {
        var one = T.Broadcast(1);
        var (r, i, x, dh) = (step.Kept(RecurrenceGate), step.Kept(InputGate), step.Sum(CandidateGate), step.OutputGradient);
        var decay = step.UnitWeight(DecayWeight);
        var sharp = T.Broadcast(Sharpness) * CellMath.Softplus(decay);
        var rate = sharp * r;
        var a = T.Exp(T.Broadcast(0) - rate);
        var square = Square(rate);
        var scale = T.Sqrt(square);
        // ∂a/∂rate = −a, and ∂√(1 − a²)/∂rate = a²/√(1 − a²), or nothing at the smallest scale.
        var dScale = T.SelectPositive(square - T.Broadcast(SmallestScale), a * a / scale, T.Broadcast(0));
        var dRate = dh * ((dScale * i * x) - (a * step.PreviousOutput));
        step.SetPreviousOutputGradient(dh * a);
        step.SetUnitWeightGradient(DecayWeight, dRate * T.Broadcast(Sharpness) * r * T.Sigmoid(decay));
        step.SetSumGradient(RecurrenceGate, dRate * sharp * r * (one - r));
        step.SetSumGradient(InputGate, dh * scale * x * i * (one - i));
        step.SetSumGradient(CandidateGate, dh * scale * i);
    }

    /// <summary><c>1 − a² = 1 − exp(−2·rate) = 2t/(1 + t)</c> with <c>t = tanh(rate)</c>, which keeps its digits where a is close to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Square<T>(T rate)
        where T : struct, ILane<T>
    {
        var t = T.SmoothTanh(rate);
        return T.Max((t + t) / (T.Broadcast(1) + t), T.Broadcast(SmallestScale));
    }
}
