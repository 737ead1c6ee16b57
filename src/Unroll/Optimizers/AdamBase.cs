using System.Globalization;
using Unroll.Kernels;

namespace Unroll.Optimizers;

/// <summary>What <see cref="Adam"/> and <see cref="AdamW"/> share: two moments of the gradient and their corrections.</summary>
public abstract class AdamBase : Optimizer
{
    private readonly float beta1;
    private readonly float beta2;
    private readonly float epsilon;
    private float stepSize;
    private float rootCorrection;

    private protected AdamBase(float learningRate, float beta1, float beta2, float epsilon, float weightDecay)
        : base(learningRate, weightDecay)
    {
        CheckRate(nameof(beta1), beta1);
        CheckRate(nameof(beta2), beta2);
        Check(epsilon >= 0 && float.IsFinite(epsilon), nameof(epsilon), epsilon, "0 or more, such as 1E-08");
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
    }

    /// <inheritdoc/>
    public override string Description => string.Create(
        CultureInfo.InvariantCulture, $"{Name}(beta1={beta1}, beta2={beta2}, epsilon={epsilon}, weightDecay={WeightDecay})");

    private protected abstract string Name { get; }

    private protected abstract bool IsDecoupled { get; }

    private protected override IReadOnlyList<string> SlotNames => ["exp_avg", "exp_avg_sq"];

    private protected override void Prepare()
    {
        stepSize = (float)(LearningRate / (1 - Math.Pow(beta1, StepCount)));
        rootCorrection = (float)Math.Sqrt(1 - Math.Pow(beta2, StepCount));
    }

    private protected override void Update(in UpdateValues values)
    {
        var keep = IsDecoupled ? (float)(1 - ((double)LearningRate * WeightDecay)) : 1;
        var rule = new AdamRule(keep, IsDecoupled ? 0 : WeightDecay, beta1, beta2, epsilon, stepSize, rootCorrection);
        OptimizerKernels.Update(rule, values);
    }
}
