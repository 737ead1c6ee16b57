using Unroll.Tensors;

namespace Unroll.Layers;

/// <summary>Layer normalisation over the last dimension.</summary>
/// <remarks>Ba, Kiros and Hinton, "Layer Normalization" (2016).</remarks>
public sealed class LayerNorm : Layer
{
    private readonly Parameter[] parameters;

    /// <summary>A layer with gain 1 and bias 0.</summary>
    /// <param name="size">n: the size of the last dimension, at least 1.</param>
    /// <param name="epsilon">Added to the variance; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1, or ε is not above 0.</exception>
    public LayerNorm(int size, float epsilon = NormalizationOperations.LayerNormEpsilon)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (!(epsilon > 0))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "The epsilon of a layer norm is above 0.");
        Epsilon = epsilon;
        Gain = new("weight", new(size));
        Bias = new("bias", new(size));
        Gain.Values.Fill(1);
        Gain.MarkChanged();
        parameters = [Gain, Bias];
    }

    /// <summary>What the normalised values are multiplied with [n]; PyTorch calls it <c>weight</c>.</summary>
    public Parameter Gain { get; }

    /// <summary>What is added [n].</summary>
    public Parameter Bias { get; }

    /// <summary>What is added to the variance.</summary>
    public float Epsilon { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>Normalises each row.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">[… , n].</param>
    /// <returns>[… , n].</returns>
    /// <exception cref="ArgumentException">The last dimension is not n.</exception>
    public Tensor Forward(Tape tape, Tensor input) => tape.LayerNorm(input, Gain, Bias, Epsilon);
}
