namespace Unroll.Tensors;

/// <summary>Sums, differences and products value by value. The right side may also be a vector that stands beside every row of the left side.</summary>
public static class ElementwiseOperations
{
    /// <summary><c>z = x + y</c>.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="left">x [… , n].</param>
    /// <param name="right">y of the same shape, or [n].</param>
    /// <returns>z, of the shape of x.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor Add(this Tape tape, Tensor left, Tensor right)
    {
        Check(tape, left, right);
        return tape.Record<AddOperation>().Forward(tape, left, right);
    }

    /// <summary><c>z = x − y</c>.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="left">x [… , n].</param>
    /// <param name="right">y of the same shape, or [n].</param>
    /// <returns>z, of the shape of x.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor Subtract(this Tape tape, Tensor left, Tensor right)
    {
        Check(tape, left, right);
        return tape.Record<SubtractOperation>().Forward(tape, left, right);
    }

    /// <summary><c>z = x ∘ y</c>.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="left">x [… , n].</param>
    /// <param name="right">y of the same shape, or [n].</param>
    /// <returns>z, of the shape of x.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor Multiply(this Tape tape, Tensor left, Tensor right)
    {
        Check(tape, left, right);
        return tape.Record<MultiplyOperation>().Forward(tape, left, right);
    }

    /// <summary><c>y = factor · x</c>.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">x, any shape.</param>
    /// <param name="factor">A constant.</param>
    /// <returns>y, of the shape of x.</returns>
    public static Tensor Scale(this Tape tape, Tensor input, float factor)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        return tape.Record<ScaleOperation>().Forward(tape, input, factor);
    }

    private static void Check(Tape tape, Tensor left, Tensor right)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Shape != right.Shape && (left.Shape.Rank == 0 || right.Shape != new Shape(left.Shape.Last)))
        {
            throw new ArgumentException(
                $"The left side has shape {left.Shape}, the right side {right.Shape}; the right side needs {left.Shape} or [{left.Shape.Last}].", nameof(right));
        }
    }
}
