namespace Unroll.Kernels;

/// <summary>Products of many rows between spans of a caller: <c>C = bias + A · B</c>, with the bits that <see cref="RowProducts"/> gives each row.</summary>
internal sealed unsafe class SpanProducts : IParallelWork
{
    /// <summary>Rows of an item where each row is a product of its own.</summary>
    private const int RowsOfItem = 4;

    /// <summary>
    /// Multiply-adds below which one thread is faster, as in <see cref="MatrixProduct"/>: with half as many, two that are awake take as long as one, and
    /// where the second has to be woken they take 1.7 times as long.
    /// </summary>
    private const long ParallelWork = 1 << 18;

    [ThreadStatic]
    private static SpanProducts? shared;

    private NarrowMatrix matrix = null!;
    private float* a;
    private float* bias;
    private int biasLength;
    private float* c;
    private int rows;

    /// <summary>The product with a matrix packed for tiles.</summary>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="input">A [rows, K].</param>
    /// <param name="matrix">B, in panels of 32.</param>
    /// <param name="bias">[N], or null for zero.</param>
    /// <param name="target">C [rows, N].</param>
    public static void Run(int rows, ReadOnlySpan<float> input, PackedMatrix matrix, Floats bias, Span<float> target)
    {
        fixed (float* a = input)
        {
            fixed (float* c = target)
                MatrixProduct.Shared.Run(rows, new(a), matrix.Depth, matrix, bias, 0, new(c), matrix.Columns);
        }

        GC.KeepAlive(matrix);
    }

    /// <summary>The product with narrow weights: row by row, shared out to the threads where there is enough to do.</summary>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="input">A [rows, K].</param>
    /// <param name="matrix">B.</param>
    /// <param name="bias">[N], or empty for zero.</param>
    /// <param name="target">C [rows, N].</param>
    public static void Run(int rows, ReadOnlySpan<float> input, NarrowMatrix matrix, ReadOnlySpan<float> bias, Span<float> target)
    {
        var work = shared ??= new();
        fixed (float* a = input, b = bias, c = target)
        {
            work.rows = rows;
            work.matrix = matrix;
            work.a = a;
            work.bias = b;
            work.biasLength = bias.Length;
            work.c = c;
            Workers.Run(work, (rows + RowsOfItem - 1) / RowsOfItem, (long)rows * matrix.Depth * matrix.Columns >= ParallelWork);
        }
    }

    void IParallelWork.Run(int item)
    {
        for (var row = item * RowsOfItem; row < Math.Min(rows, (item + 1) * RowsOfItem); row++)
        {
            RowProducts.Run(
                new ReadOnlySpan<float>(a + ((nint)row * matrix.Depth), matrix.Depth), matrix, new ReadOnlySpan<float>(bias, biasLength),
                new Span<float>(c + ((nint)row * matrix.Columns), matrix.Columns));
        }
    }
}
