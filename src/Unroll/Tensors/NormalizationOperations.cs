namespace Unroll.Tensors;

/// <summary>Normalisation.</summary>
public static class NormalizationOperations
{
    /// <summary>ε of <see cref="LayerNorm"/> when none is given, PyTorch's.</summary>
    public const float LayerNormEpsilon = 1e-5f;

    /// <summary><c>y = (x − mean) / √(variance + ε) ∘ gain + bias</c> over the last dimension.</summary>
    /// <remarks>Ba, Kiros and Hinton, "Layer Normalization" (2016), with the variance of the n values (divided by n), as PyTorch.</remarks>
    /// <param name="tape">The tape.</param>
    /// <param name="input">x [… , n], n at least 1.</param>
    /// <param name="gain">[n].</param>
    /// <param name="bias">[n].</param>
    /// <param name="epsilon">ε, above 0.</param>
    /// <returns>y, of the shape of x.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">ε is not above 0.</exception>
    public static Tensor LayerNorm(this Tape tape, Tensor input, Parameter gain, Parameter bias, float epsilon = LayerNormEpsilon)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        if (input.Shape.Rank == 0 || input.Shape.Last == 0)
            throw new ArgumentException($"The input has shape {input.Shape}; a layer norm needs a last dimension of at least 1.", nameof(input));
        Check(gain, input.Shape, nameof(gain));
        Check(bias, input.Shape, nameof(bias));
        if (!(epsilon > 0))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "The epsilon of a layer norm is above 0.");
        return tape.Record<LayerNormOperation>().Forward(tape, input, gain, bias, epsilon);
    }

    private static void Check(Parameter parameter, Shape input, string role)
    {
        ArgumentNullException.ThrowIfNull(parameter, role);
        if (parameter.Shape != new Shape(input.Last))
            throw new ArgumentException($"The {role} {parameter.Name} has shape {parameter.Shape}; an input of shape {input} needs [{input.Last}].", role);
    }
}
