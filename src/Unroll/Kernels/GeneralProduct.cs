namespace Unroll.Kernels;

/// <summary>
/// <c>C = op(A) · op(B)</c>, each of A and B as it lies or transposed, or <c>+=</c>. It brings any pair into the order of the two fast products:
/// <see cref="MatrixProduct"/> with B packed, or <see cref="OuterProduct"/> for <c>Aᵀ · B</c>.
/// </summary>
internal sealed class GeneralProduct
{
    private readonly PackedMatrix packed = new();
    private readonly FloatBuffer scratch = new();

    [ThreadStatic]
    private static GeneralProduct? shared;

    /// <summary>A product that this thread may use until its next one.</summary>
    public static GeneralProduct Shared => shared ??= new();

    /// <summary>Computes the product of matrices that lie without gaps, row-major.</summary>
    /// <param name="left">A, [M, K], or [K, M] when transposed.</param>
    /// <param name="right">B, [K, N], or [N, K] when transposed.</param>
    /// <param name="target">C [M, N]; must not overlap A or B.</param>
    /// <param name="accumulate">Whether to add to C.</param>
    public void Run(MatrixOperand left, MatrixOperand right, Floats target, bool accumulate = false)
    {
        var (rows, depth, columns) = (left.Rows, left.Columns, right.Columns);
        if (rows == 0 || columns == 0)
            return;
        if (left.Transposed && !right.Transposed)
        {
            OuterProduct.Shared.Run(depth, rows, columns, left.Values, rows, right.Values, columns, target, columns, accumulate);
            return;
        }

        var a = left.Values;
        if (left.Transposed)
        {
            scratch.EnsureLength(checked(rows * depth));
            Transposition.Run(a, scratch.Pointer, new(1, depth, 1, rows, 1), accumulate: false);
            a = scratch.Pointer;
        }

        if (right.Transposed)
            packed.PackTransposed(right.Values, depth, depth, columns);
        else
            packed.Pack(right.Values, columns, depth, columns);
        MatrixProduct.Shared.Run(rows, a, depth, packed, accumulate ? target : default, columns, target, columns);
    }
}

/// <summary>A matrix as one side of a product sees it.</summary>
/// <param name="Values">Row-major: [Rows, Columns], or [Columns, Rows] when transposed.</param>
/// <param name="Rows">Rows of op(M).</param>
/// <param name="Columns">Columns of op(M).</param>
/// <param name="Transposed">Whether op(M) is Mᵀ.</param>
internal readonly record struct MatrixOperand(Floats Values, int Rows, int Columns, bool Transposed)
{
    /// <summary>op(M)ᵀ.</summary>
    public MatrixOperand Flipped => new(Values, Columns, Rows, !Transposed);
}
