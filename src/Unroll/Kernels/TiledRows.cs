using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// A block of A in the order in which tiles read it: tile after tile <c>[K, rows of the tile]</c>, so that a tile is one stream through memory
/// whatever the strides of A. Behind every tile is a little room, so that whole vectors can be written.
/// </summary>
internal static unsafe class TiledRows<T>
    where T : struct, ISimdLane<T>
{
    private const int Room = 16;

    /// <summary>Values of k that are copied for one tile after another, while their lines are in the first-level cache.</summary>
    private const int DepthStep = 16;

    /// <summary>How many tiles a block has: equal ones rather than full ones and a small rest, so that every row shares its loads of B with as many others.</summary>
    public static int Tiles(int rows) => (rows + T.TileRows - 1) / T.TileRows;

    /// <summary>Floats that a block takes.</summary>
    public static int Length(int rows, int depth) => (rows * depth) + (Tiles(rows) * Room);

    /// <summary>Where a tile begins.</summary>
    /// <param name="tile">Which tile.</param>
    /// <param name="firstRow">Rows of the tiles before it.</param>
    /// <param name="depth">K of the block.</param>
    public static nint Offset(int tile, int firstRow, int depth) => ((nint)firstRow * depth) + (tile * Room);

    /// <summary>Copies rows: element (r, k) stands at <c>a + r · stride + k</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyRows(float* a, nint stride, int rows, int depth, float* target)
    {
        var tiles = Tiles(rows);
        var first = 0;
        for (var tile = 0; tile < tiles; tile++)
        {
            var count = (rows - first) / (tiles - tile);
            var from = a + (first * stride);
            var to = target + Offset(tile, first, depth);
            var k = 0;
            if (count >= 4)
            {
                for (; k + 4 <= depth; k += 4)
                {
                    // The last four rows overlap those before them where the tile's rows are no multiple of four.
                    for (var row = 0; row < count; row += 4)
                    {
                        var four = Math.Min(row, count - 4);
                        var rowsFrom = from + (four * stride) + k;
                        Transposition.Four(rowsFrom, rowsFrom + stride, rowsFrom + (2 * stride), rowsFrom + (3 * stride), to + (k * count) + four, count);
                    }
                }
            }

            for (; k < depth; k++)
            {
                for (var row = 0; row < count; row++)
                    to[(k * count) + row] = from[(row * stride) + k];
            }

            first += count;
        }
    }

    /// <summary>Copies columns: element (r, k) stands at <c>a + r + k · stride</c>.</summary>
    /// <param name="a">The first value.</param>
    /// <param name="stride">Floats between values of k.</param>
    /// <param name="rows">Rows of the block.</param>
    /// <param name="readable">How many floats may be read from the first of every k on: those that the matrix has there.</param>
    /// <param name="depth">K of the block.</param>
    /// <param name="target">The block.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyColumns(float* a, nint stride, int rows, int readable, int depth, float* target)
    {
        var tiles = Tiles(rows);
        for (var start = 0; start < depth; start += DepthStep)
        {
            var end = Math.Min(start + DepthStep, depth);
            var first = 0;
            for (var tile = 0; tile < tiles; tile++)
            {
                var count = (rows - first) / (tiles - tile);
                var from = a + (start * stride) + first;
                var to = target + Offset(tile, first, depth) + (start * count);
                if (first + ((count + T.Width - 1) / T.Width * T.Width) <= readable)
                    CopyVectors(from, stride, count, end - start, to);
                else
                    CopyValues(from, stride, count, end - start, to);
                first += count;
            }
        }
    }

    /// <summary>
    /// Whole vectors, the last ones of all rows first: what they write past a tile's row is overwritten by the next row, whose first ones come later.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyVectors(float* from, nint stride, nint count, int depth, float* to)
    {
        for (var row = (count - 1) / T.Width * T.Width; row >= 0; row -= T.Width)
        {
            var source = from + row;
            var target = to + row;
            var k = depth;
            for (; k >= 4; k -= 4, source += 4 * stride, target += 4 * count)
            {
                T.Store(T.Load(source), target);
                T.Store(T.Load(source + stride), target + count);
                T.Store(T.Load(source + (2 * stride)), target + (2 * count));
                T.Store(T.Load(source + (3 * stride)), target + (3 * count));
            }

            for (; k > 0; k--, source += stride, target += count)
                T.Store(T.Load(source), target);
        }
    }

    private static void CopyValues(float* from, nint stride, int count, int depth, float* to)
    {
        for (var k = 0; k < depth; k++, from += stride, to += count)
        {
            for (var row = 0; row < count; row++)
                to[row] = from[row];
        }
    }
}
