using System.Numerics;

namespace Unroll.Kernels;

/// <summary>The step that Adam and AdamW share; they differ in where the weight decay goes.</summary>
/// <param name="keep">What is left of a weight before the step: 1 − η·λ for AdamW, 1 for Adam.</param>
/// <param name="decay">λ for Adam, which adds λ·w to the gradient; 0 for AdamW.</param>
/// <param name="beta1">β₁.</param>
/// <param name="beta2">β₂.</param>
/// <param name="epsilon">ε.</param>
/// <param name="stepSize">η / (1 − β₁ᵗ).</param>
/// <param name="rootCorrection">√(1 − β₂ᵗ).</param>
internal readonly struct AdamRule(float keep, float decay, float beta1, float beta2, float epsilon, float stepSize, float rootCorrection) : IUpdateRule
{
    private readonly Vector<float> rootCorrection = new(rootCorrection);
    private readonly Vector<float> epsilon = new(epsilon);

    public static int SlotCount => 2;

    /// <summary>m ← m + (1 − β₁)(g − m); v ← β₂·v + (1 − β₂)·g²; w ← keep·w − stepSize · m / (√v / rootCorrection + ε).</summary>
    public Vector<float> Next(Vector<float> weight, Vector<float> gradient, ref UpdateSlots slots)
    {
        gradient += decay * weight;
        slots.First += (1 - beta1) * (gradient - slots.First);
        slots.Second = (beta2 * slots.Second) + ((1 - beta2) * gradient * gradient);
        var denominator = (Vector.SquareRoot(slots.Second) / rootCorrection) + epsilon;
        return (keep * weight) - (stepSize * (slots.First / denominator));
    }
}
