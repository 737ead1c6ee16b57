using System.Globalization;
using System.Numerics;
using Unroll.Kernels;

namespace Unroll.Optimizers;

/// <summary>Stochastic gradient descent, with momentum where asked for (Polyak, 1964; Nesterov, 1983, in the form of Sutskever et al., 2013).</summary>
/// <remarks>
/// As PyTorch: g ← g + λ·w; v ← μ·v + g; w ← w − η·v, or w ← w − η·(g + μ·v) with Nesterov. Without momentum w ← w − η·g.
/// </remarks>
public sealed class Sgd : Optimizer
{
    private readonly float momentum;
    private readonly bool nesterov;

    /// <summary>Stochastic gradient descent.</summary>
    /// <param name="learningRate">η, over 0.</param>
    /// <param name="momentum">μ, at least 0 and under 1.</param>
    /// <param name="nesterov">Whether the step looks ahead; needs momentum.</param>
    /// <param name="weightDecay">λ, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A constant outside its range.</exception>
    /// <exception cref="ArgumentException">Nesterov without momentum.</exception>
    public Sgd(float learningRate, float momentum = 0, bool nesterov = false, float weightDecay = 0)
        : base(learningRate, weightDecay)
    {
        CheckRate(nameof(momentum), momentum);
        if (nesterov && momentum == 0)
            throw new ArgumentException("Nesterov's step needs a momentum over 0, such as 0.9.", nameof(nesterov));
        this.momentum = momentum;
        this.nesterov = nesterov;
    }

    /// <inheritdoc/>
    public override string Description => string.Create(
        CultureInfo.InvariantCulture, $"sgd(momentum={momentum}, nesterov={(nesterov ? "true" : "false")}, weightDecay={WeightDecay})");

    private protected override IReadOnlyList<string> SlotNames => momentum == 0 ? [] : ["momentum_buffer"];

    private protected override bool KeepsWithoutGradient => momentum == 0 && WeightDecay == 0;

    private protected override void Update(in UpdateValues values)
    {
        if (momentum == 0)
            OptimizerKernels.Update(new Plain(LearningRate, WeightDecay), values);
        else
            OptimizerKernels.Update(new Momentum(LearningRate, momentum, nesterov, WeightDecay), values);
    }

    private readonly struct Plain(float learningRate, float weightDecay) : IUpdateRule
    {
        public static int SlotCount => 0;

        public Vector<float> Next(Vector<float> weight, Vector<float> gradient, ref UpdateSlots slots) =>
            weight - (learningRate * (gradient + (weightDecay * weight)));
    }

    private readonly struct Momentum(float learningRate, float momentum, bool nesterov, float weightDecay) : IUpdateRule
    {
        public static int SlotCount => 1;

        public Vector<float> Next(Vector<float> weight, Vector<float> gradient, ref UpdateSlots slots)
        {
            gradient += weightDecay * weight;
            slots.First = (momentum * slots.First) + gradient;
            var direction = nesterov ? gradient + (momentum * slots.First) : slots.First;
            return weight - (learningRate * direction);
        }
    }
}
