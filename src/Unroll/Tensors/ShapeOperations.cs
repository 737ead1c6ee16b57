namespace Unroll.Tensors;

/// <summary>Operations that rearrange values without computing any. Each returns a copy.</summary>
public static class ShapeOperations
{
    /// <summary>Puts tensors side by side along the last dimension.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="inputs">One or more tensors [… , nᵢ] whose other dimensions are the same.</param>
    /// <returns>[… , Σ nᵢ].</returns>
    /// <exception cref="ArgumentException">There is no tensor, a scalar, or the other dimensions differ.</exception>
    public static Tensor Concatenate(this Tape tape, params ReadOnlySpan<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (inputs.IsEmpty)
            throw new ArgumentException("There is no tensor to concatenate.", nameof(inputs));
        long last = 0;
        for (var index = 0; index < inputs.Length; index++)
        {
            ArgumentNullException.ThrowIfNull(inputs[index], nameof(inputs));
            var shape = inputs[index].Shape;
            last += shape.Last;
            if (shape.Rank == 0 || shape.WithLast(0) != inputs[0].Shape.WithLast(0))
            {
                throw new ArgumentException(
                    $"Tensor {index} to concatenate has shape {shape}, the first {inputs[0].Shape}; all dimensions but the last have to be the same.",
                    nameof(inputs));
            }
        }

        return tape.Record<ConcatenateOperation>().Forward(tape, inputs, checked((int)last));
    }

    /// <summary>Takes a range of one dimension.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Any shape of rank 1 or more.</param>
    /// <param name="dimension">Which one, 0 (outermost) to rank − 1.</param>
    /// <param name="start">The first index to take, at least 0.</param>
    /// <param name="length">How many, at least 0; <c>start + length</c> at most the size of the dimension.</param>
    /// <returns>The shape of the input with <paramref name="length"/> as that dimension.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The dimension does not exist, or the range is not inside it.</exception>
    public static Tensor Slice(this Tape tape, Tensor input, int dimension, int start, int length)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        var size = input.Shape[dimension];
        if (start < 0 || length < 0 || start > size - length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(start), start,
                $"A slice of {length} from {start} is not inside dimension {dimension} of {input.Shape}, which has {size}.");
        }

        return tape.Record<SliceOperation>().Forward(tape, input, dimension, start, length);
    }

    /// <summary>Exchanges two dimensions.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Any shape of rank 1 or more.</param>
    /// <param name="first">One dimension, 0 (outermost) to rank − 1.</param>
    /// <param name="second">The other one.</param>
    /// <returns>The shape of the input with both sizes exchanged.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A dimension does not exist.</exception>
    public static Tensor Transpose(this Tape tape, Tensor input, int first, int second)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        // Reading both sizes refuses dimensions that do not exist.
        var (_, _) = (input.Shape[first], input.Shape[second]);
        return tape.Record<TransposeOperation>().Forward(tape, input, Math.Min(first, second), Math.Max(first, second));
    }

    /// <summary>The same values in the same order with another shape.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Any shape.</param>
    /// <param name="shape">A shape of the same number of values.</param>
    /// <exception cref="ArgumentException">The numbers of values differ.</exception>
    public static Tensor Reshape(this Tape tape, Tensor input, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        if (input.Length != shape.Length)
            throw new ArgumentException($"The input has shape {input.Shape}, {input.Length} values; {shape} needs {shape.Length}.", nameof(shape));
        return tape.Record<ReshapeOperation>().Forward(tape, input, shape);
    }
}
