namespace Unroll.Tensors;

/// <summary>Products of matrices. A product with a weight matrix over the last dimension is <see cref="LinearOperations.Linear"/>, which is faster.</summary>
public static class MatrixOperations
{
    /// <summary><c>C = op(A) · op(B)</c>, where op transposes or does nothing.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="left">A [m, k], or [k, m] when transposed.</param>
    /// <param name="right">B [k, n], or [n, k] when transposed.</param>
    /// <param name="transposeLeft">Whether A is transposed.</param>
    /// <param name="transposeRight">Whether B is transposed.</param>
    /// <returns>C [m, n].</returns>
    /// <exception cref="ArgumentException">A side is no matrix, or the inner sizes differ.</exception>
    public static Tensor MatrixMultiply(this Tape tape, Tensor left, Tensor right, bool transposeLeft = false, bool transposeRight = false)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Shape.Rank != 2)
            throw new ArgumentException($"The left side has shape {left.Shape}; a matrix product needs rank 2. Reshape it first.", nameof(left));
        if (right.Shape.Rank != 2)
            throw new ArgumentException($"The right side has shape {right.Shape}; a matrix product needs rank 2. Reshape it first.", nameof(right));
        var (columns, rows) = (left.Shape[transposeLeft ? 0 : 1], right.Shape[transposeRight ? 1 : 0]);
        if (columns != rows)
        {
            throw new ArgumentException(
                $"The left side {left.Shape}{Sign(transposeLeft)} has {columns} columns, the right side {right.Shape}{Sign(transposeRight)} has {rows} rows; they have to be the same.",
                nameof(right));
        }

        return tape.Record<MatrixMultiplyOperation>().Forward(tape, left, right, transposeLeft, transposeRight);
    }

    private static string Sign(bool transposed) => transposed ? "ᵀ" : "";
}
