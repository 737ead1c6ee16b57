using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// <c>c = s + a · B</c> for one row: what a streaming step and a batch of one are made of. Eight sums run side by side so that none waits for
/// the one before; each takes the depth in ascending order, so the bits are those of <see cref="Tile{T}"/>.
/// </summary>
internal static unsafe class RowProduct<T>
    where T : struct, ISimdLane<T>
{
    /// <summary>Columns that one pass over the depth computes.</summary>
    private static int GroupColumns => 8 * T.Width;

    /// <summary>Computes all columns of a matrix packed for one row.</summary>
    /// <param name="a">[K].</param>
    /// <param name="matrix">B, in panels of 128.</param>
    /// <param name="source">What the sums start from, padded to a multiple of 32, or null for zero; may be <paramref name="c"/>.</param>
    /// <param name="c">[N], padded to a multiple of 32; the padding is written.</param>
    public static void Run(Floats a, PackedMatrix matrix, Floats source, Floats c) =>
        Run(a, matrix, 0, matrix.PanelCount, source, c);

    /// <summary>Computes the columns of some panels; source and sums still begin at column 0 of the matrix.</summary>
    /// <param name="a">[K].</param>
    /// <param name="matrix">B, in panels of 128.</param>
    /// <param name="firstPanel">The first panel.</param>
    /// <param name="endPanel">The panel after the last.</param>
    /// <param name="source">What the sums start from, or null for zero.</param>
    /// <param name="c">[N].</param>
    public static void Run(Floats a, PackedMatrix matrix, int firstPanel, int endPanel, Floats source, Floats c)
    {
        for (var panel = firstPanel; panel < endPanel; panel++)
        {
            var width = matrix.PanelWidth(panel);
            var (from, to) = matrix.DepthOf(panel);
            for (var start = 0; start < width; start += matrix.StripColumns)
            {
                var first = (panel * PackedMatrix.RowPanelColumns) + start;
                var columns = Math.Min(matrix.StripColumns, width - start);
                Strip(
                    to - from, a.Pointer + from, matrix.Panel(panel) + ((nint)start * matrix.Depth) + ((nint)from * columns), columns,
                    source.IsNull ? null : source.Pointer + first, c.Pointer + first);
            }
        }
    }

    private static void Strip(int depth, float* a, float* strip, int width, float* source, float* c)
    {
        var column = 0;
        for (; column + GroupColumns <= width; column += GroupColumns)
            Group(depth, a, strip + column, width, source is null ? null : source + column, c + column);
        for (; column + (GroupColumns / 2) <= width; column += GroupColumns / 2)
            HalfGroup(depth, a, strip + column, width, source is null ? null : source + column, c + column);
        for (; column < width; column += 2 * T.Width)
            Tile<T>.Run<Rows1, Vectors2>(depth, a, 0, 1, strip + column, width, a, source is null ? null : source + column, 0, c + column, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Group(nint depth, float* a, float* b, nint stride, float* source, float* c)
    {
        T c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        if (source is not null)
        {
            c0 = T.Load(source);
            c1 = T.Load(source + T.Width);
            c2 = T.Load(source + (2 * T.Width));
            c3 = T.Load(source + (3 * T.Width));
            c4 = T.Load(source + (4 * T.Width));
            c5 = T.Load(source + (5 * T.Width));
            c6 = T.Load(source + (6 * T.Width));
            c7 = T.Load(source + (7 * T.Width));
        }

        for (; depth > 0; depth--)
        {
            var x = T.LoadBroadcast(a++);
            c0 = T.MultiplyAdd(x, T.Load(b), c0);
            c1 = T.MultiplyAdd(x, T.Load(b + T.Width), c1);
            c2 = T.MultiplyAdd(x, T.Load(b + (2 * T.Width)), c2);
            c3 = T.MultiplyAdd(x, T.Load(b + (3 * T.Width)), c3);
            c4 = T.MultiplyAdd(x, T.Load(b + (4 * T.Width)), c4);
            c5 = T.MultiplyAdd(x, T.Load(b + (5 * T.Width)), c5);
            c6 = T.MultiplyAdd(x, T.Load(b + (6 * T.Width)), c6);
            c7 = T.MultiplyAdd(x, T.Load(b + (7 * T.Width)), c7);
            b += stride;
        }

        T.Store(c0, c);
        T.Store(c1, c + T.Width);
        T.Store(c2, c + (2 * T.Width));
        T.Store(c3, c + (3 * T.Width));
        T.Store(c4, c + (4 * T.Width));
        T.Store(c5, c + (5 * T.Width));
        T.Store(c6, c + (6 * T.Width));
        T.Store(c7, c + (7 * T.Width));
    }

    /// <summary>Half as many columns, for what a group leaves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void HalfGroup(nint depth, float* a, float* b, nint stride, float* source, float* c)
    {
        T c0 = default, c1 = default, c2 = default, c3 = default;
        if (source is not null)
        {
            c0 = T.Load(source);
            c1 = T.Load(source + T.Width);
            c2 = T.Load(source + (2 * T.Width));
            c3 = T.Load(source + (3 * T.Width));
        }

        for (; depth > 0; depth--)
        {
            var x = T.LoadBroadcast(a++);
            c0 = T.MultiplyAdd(x, T.Load(b), c0);
            c1 = T.MultiplyAdd(x, T.Load(b + T.Width), c1);
            c2 = T.MultiplyAdd(x, T.Load(b + (2 * T.Width)), c2);
            c3 = T.MultiplyAdd(x, T.Load(b + (3 * T.Width)), c3);
            b += stride;
        }

        T.Store(c0, c);
        T.Store(c1, c + T.Width);
        T.Store(c2, c + (2 * T.Width));
        T.Store(c3, c + (3 * T.Width));
    }
}
