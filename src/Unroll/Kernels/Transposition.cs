namespace Unroll.Kernels;

/// <summary>Exchanges two dimensions of a tensor seen as [outer, rows, middle, columns, inner].</summary>
internal static unsafe class Transposition
{
    /// <summary>Rows and columns of a block, so that the lines of both sides stay in the first-level cache.</summary>
    private const int Block = 32;

    /// <summary>Copies [outer, rows, middle, columns, inner] to [outer, columns, middle, rows, inner], or adds it.</summary>
    /// <param name="source">The tensor.</param>
    /// <param name="target">The result; must not overlap the source.</param>
    /// <param name="view">The sizes.</param>
    /// <param name="accumulate">Whether to add to the target.</param>
    public static void Run(Floats source, Floats target, in TransposedView view, bool accumulate)
    {
        var (rowStride, columnStride) = ((nint)view.Middle * view.Columns * view.Inner, (nint)view.Inner);
        var (targetColumnStride, targetRowStride) = ((nint)view.Middle * view.Rows * view.Inner, (nint)view.Inner);
        for (var outer = 0; outer < view.Outer; outer++)
        {
            for (var middle = 0; middle < view.Middle; middle++)
            {
                var from = source.Pointer + (outer * view.Rows * rowStride) + (middle * view.Columns * columnStride);
                var to = target.Pointer + (outer * view.Columns * targetColumnStride) + (middle * view.Rows * targetRowStride);
                Matrix(from, rowStride, columnStride, to, targetRowStride, targetColumnStride, view, accumulate);
            }
        }
    }

    private static void Matrix(
        float* from, nint rowStride, nint columnStride, float* to, nint targetRowStride, nint targetColumnStride, in TransposedView view, bool accumulate)
    {
        for (var firstRow = 0; firstRow < view.Rows; firstRow += Block)
        {
            var endRow = Math.Min(firstRow + Block, view.Rows);
            for (var firstColumn = 0; firstColumn < view.Columns; firstColumn += Block)
            {
                var endColumn = Math.Min(firstColumn + Block, view.Columns);
                for (var column = firstColumn; column < endColumn; column++)
                {
                    for (var row = firstRow; row < endRow; row++)
                    {
                        var x = from + (row * rowStride) + (column * columnStride);
                        var y = to + (row * targetRowStride) + (column * targetColumnStride);
                        Vector(x, y, view.Inner, accumulate);
                    }
                }
            }
        }
    }

    private static void Vector(float* x, float* y, int length, bool accumulate)
    {
        if (length == 1)
            *y = accumulate ? *y + *x : *x;
        else if (accumulate)
            VectorKernels.Add(new(x), new(y), length);
        else
            new ReadOnlySpan<float>(x, length).CopyTo(new Span<float>(y, length));
    }
}

/// <summary>A tensor whose dimensions <paramref name="Rows"/> and <paramref name="Columns"/> change places.</summary>
/// <param name="Outer">The dimensions before both.</param>
/// <param name="Rows">The first of the two.</param>
/// <param name="Middle">The dimensions between them.</param>
/// <param name="Columns">The second of the two.</param>
/// <param name="Inner">The dimensions behind both.</param>
internal readonly record struct TransposedView(int Outer, int Rows, int Middle, int Columns, int Inner)
{
    /// <summary>The way back.</summary>
    public TransposedView Back => this with { Rows = Columns, Columns = Rows };
}
