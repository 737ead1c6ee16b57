using System.Globalization;
using System.Numerics;
using Unroll.Kernels;

namespace Unroll.Optimizers;

/// <summary>RMSprop (Tieleman and Hinton, 2012, lecture 6.5; centred as Graves, 2013, equations 38–45).</summary>
/// <remarks>
/// As PyTorch: g ← g + λ·w; s ← α·s + (1 − α)·g²; a ← α·a + (1 − α)·g where centred, else 0; d = g / (√(s − a²) + ε);
/// w ← w − η·d, or v ← μ·v + d; w ← w − η·v with momentum.
/// </remarks>
public sealed class RmsProp : Optimizer
{
    private readonly float alpha;
    private readonly float epsilon;
    private readonly float momentum;
    private readonly bool centered;

    /// <summary>RMSprop.</summary>
    /// <param name="learningRate">η, over 0.</param>
    /// <param name="alpha">α, at least 0 and under 1: how long squares are remembered.</param>
    /// <param name="epsilon">ε, 0 or more.</param>
    /// <param name="momentum">μ, at least 0 and under 1.</param>
    /// <param name="centered">Whether the variance is used instead of the mean square.</param>
    /// <param name="weightDecay">λ, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A constant outside its range.</exception>
    public RmsProp(
        float learningRate = 1e-2f, float alpha = 0.99f, float epsilon = 1e-8f, float momentum = 0, bool centered = false, float weightDecay = 0)
        : base(learningRate, weightDecay)
    {
        CheckRate(nameof(alpha), alpha);
        CheckRate(nameof(momentum), momentum);
        Check(epsilon >= 0 && float.IsFinite(epsilon), nameof(epsilon), epsilon, "0 or more, such as 1E-08");
        this.alpha = alpha;
        this.epsilon = epsilon;
        this.momentum = momentum;
        this.centered = centered;
    }

    /// <inheritdoc/>
    public override string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"rmsprop(alpha={alpha}, epsilon={epsilon}, momentum={momentum}, centered={(centered ? "true" : "false")}, weightDecay={WeightDecay})");

    private protected override IReadOnlyList<string> SlotNames =>
        IsPlain ? ["square_avg"] : ["square_avg", "momentum_buffer", "grad_avg"];

    private bool IsPlain => momentum == 0 && !centered;

    private protected override void Update(in UpdateValues values)
    {
        if (IsPlain)
            OptimizerKernels.Update(new Plain(LearningRate, alpha, epsilon, WeightDecay), values);
        else
            OptimizerKernels.Update(new Full(LearningRate, alpha, epsilon, momentum, centered, WeightDecay), values);
    }

    private readonly struct Plain(float learningRate, float alpha, float epsilon, float weightDecay) : IUpdateRule
    {
        private readonly Vector<float> epsilon = new(epsilon);

        public static int SlotCount => 1;

        public Vector<float> Next(Vector<float> weight, Vector<float> gradient, ref UpdateSlots slots)
        {
            gradient += weightDecay * weight;
            slots.First = (alpha * slots.First) + ((1 - alpha) * gradient * gradient);
            return weight - (learningRate * (gradient / (Vector.SquareRoot(slots.First) + epsilon)));
        }
    }

    private readonly struct Full(float learningRate, float alpha, float epsilon, float momentum, bool centered, float weightDecay) : IUpdateRule
    {
        private readonly Vector<float> epsilon = new(epsilon);

        public static int SlotCount => 3;

        public Vector<float> Next(Vector<float> weight, Vector<float> gradient, ref UpdateSlots slots)
        {
            gradient += weightDecay * weight;
            slots.First = (alpha * slots.First) + ((1 - alpha) * gradient * gradient);
            var variance = slots.First;
            if (centered)
            {
                slots.Third += (1 - alpha) * (gradient - slots.Third);
                variance -= slots.Third * slots.Third;
            }

            var direction = gradient / (Vector.SquareRoot(variance) + epsilon);
            slots.Second = (momentum * slots.Second) + direction;
            return weight - (learningRate * slots.Second);
        }
    }
}
