using System.Globalization;
using System.Numerics;
using Unroll.Kernels;

namespace Unroll.Optimizers;

/// <summary>Adagrad (Duchi, Hazan, Singer, 2011).</summary>
/// <remarks>As PyTorch: g ← g + λ·w; s ← s + g²; w ← w − η/(1 + (t − 1)·γ) · g / (√s + ε).</remarks>
public sealed class Adagrad : Optimizer
{
    private readonly float learningRateDecay;
    private readonly float initialAccumulator;
    private readonly float epsilon;

    /// <summary>Adagrad.</summary>
    /// <param name="learningRate">η, over 0.</param>
    /// <param name="learningRateDecay">γ, 0 or more.</param>
    /// <param name="weightDecay">λ, 0 or more.</param>
    /// <param name="initialAccumulator">What s starts with, 0 or more.</param>
    /// <param name="epsilon">ε, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A constant outside its range.</exception>
    public Adagrad(
        float learningRate = 1e-2f, float learningRateDecay = 0, float weightDecay = 0, float initialAccumulator = 0, float epsilon = 1e-10f)
        : base(learningRate, weightDecay)
    {
        Check(learningRateDecay >= 0 && float.IsFinite(learningRateDecay), nameof(learningRateDecay), learningRateDecay, "0 or more");
        Check(initialAccumulator >= 0 && float.IsFinite(initialAccumulator), nameof(initialAccumulator), initialAccumulator, "0 or more");
        Check(epsilon >= 0 && float.IsFinite(epsilon), nameof(epsilon), epsilon, "0 or more, such as 1E-10");
        this.learningRateDecay = learningRateDecay;
        this.initialAccumulator = initialAccumulator;
        this.epsilon = epsilon;
    }

    /// <inheritdoc/>
    public override string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"adagrad(learningRateDecay={learningRateDecay}, weightDecay={WeightDecay}, initialAccumulator={initialAccumulator}, epsilon={epsilon})");

    private protected override IReadOnlyList<string> SlotNames => ["sum"];

    private protected override float InitialValue => initialAccumulator;

    // Without ε it would be 0/0 as long as the sum is zero.
    private protected override bool KeepsWithoutGradient => WeightDecay == 0 && epsilon > 0;

    private protected override void Update(in UpdateValues values)
    {
        var rate = (float)(LearningRate / (1 + ((StepCount - 1) * (double)learningRateDecay)));
        OptimizerKernels.Update(new Rule(rate, epsilon, WeightDecay), values);
    }

    private readonly struct Rule(float rate, float epsilon, float weightDecay) : IUpdateRule
    {
        private readonly Vector<float> epsilon = new(epsilon);

        public static int SlotCount => 1;

        public Vector<float> Next(Vector<float> weight, Vector<float> gradient, ref UpdateSlots slots)
        {
            gradient += weightDecay * weight;
            slots.First += gradient * gradient;
            return weight - (rate * (gradient / (Vector.SquareRoot(slots.First) + epsilon)));
        }
    }
}
