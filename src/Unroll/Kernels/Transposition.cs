using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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

    /// <summary>Writes four values of four rows as four rows of four.</summary>
    /// <param name="row0">Four values.</param>
    /// <param name="row1">Four values.</param>
    /// <param name="row2">Four values.</param>
    /// <param name="row3">Four values.</param>
    /// <param name="target">The first row of the result.</param>
    /// <param name="stride">Floats between rows of the result.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Four(float* row0, float* row1, float* row2, float* row3, float* target, nint stride)
    {
        var r0 = Vector128.Load(row0);
        var r1 = Vector128.Load(row1);
        var r2 = Vector128.Load(row2);
        var r3 = Vector128.Load(row3);
        if (Sse.IsSupported)
        {
            var (a01, a23) = (Sse.UnpackLow(r0, r1), Sse.UnpackLow(r2, r3));
            var (b01, b23) = (Sse.UnpackHigh(r0, r1), Sse.UnpackHigh(r2, r3));
            Sse.MoveLowToHigh(a01, a23).Store(target);
            Sse.MoveHighToLow(a23, a01).Store(target + stride);
            Sse.MoveLowToHigh(b01, b23).Store(target + (2 * stride));
            Sse.MoveHighToLow(b23, b01).Store(target + (3 * stride));
            return;
        }

        for (var column = 0; column < 4; column++)
            Vector128.Create(r0[column], r1[column], r2[column], r3[column]).Store(target + (column * stride));
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
