using Unroll.Tensors;

namespace Unroll.Layers;

/// <summary>Dropout: while training, sets values to zero at random and scales the others so that the expectation stays.</summary>
/// <remarks>Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting" (2014).</remarks>
public sealed class Dropout : Layer
{
    /// <summary>A layer without parameters.</summary>
    /// <param name="rate">The probability of a zero, 0 ≤ rate &lt; 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is outside that range.</exception>
    public Dropout(float rate)
    {
        if (!(rate >= 0 && rate < 1))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "A dropout rate is at least 0 and below 1.");
        Rate = rate;
    }

    /// <summary>The probability of a zero.</summary>
    public float Rate { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => [];

    /// <summary>Applies the mask that the key names.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Any shape.</param>
    /// <param name="key">Names the mask while training; null leaves the input as it is.</param>
    /// <returns>A tensor of the same shape, or the input itself.</returns>
    public Tensor Forward(Tape tape, Tensor input, DropoutKey? key) => key is { } mask ? tape.Dropout(input, Rate, mask) : input;
}
