namespace Unroll.Optimizers;

/// <summary>Adam with weight decay apart from the gradient (Loshchilov and Hutter, 2019, algorithm 2).</summary>
/// <remarks>
/// As PyTorch: w ← w − η·λ·w; m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²; w ← w − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
/// </remarks>
public sealed class AdamW : AdamBase
{
    /// <summary>AdamW.</summary>
    /// <param name="learningRate">η, over 0.</param>
    /// <param name="beta1">β₁, at least 0 and under 1.</param>
    /// <param name="beta2">β₂, at least 0 and under 1.</param>
    /// <param name="epsilon">ε, 0 or more.</param>
    /// <param name="weightDecay">λ, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A constant outside its range.</exception>
    public AdamW(float learningRate = 1e-3f, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-8f, float weightDecay = 0.01f)
        : base(learningRate, beta1, beta2, epsilon, weightDecay)
    {
    }

    private protected override string Name => "adamw";

    private protected override bool IsDecoupled => true;
}
