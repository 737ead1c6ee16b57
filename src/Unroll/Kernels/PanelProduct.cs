namespace Unroll.Kernels;

/// <summary>
/// <c>C = S + A · B</c> for one panel of B: 32 columns that lie side by side for each k. The building block of every product.
/// </summary>
internal static unsafe class PanelProduct<T>
    where T : struct, ISimdLane<T>
{
    /// <summary>Columns of a panel: two 512-bit vectors.</summary>
    public const int Columns = 32;

    /// <summary>Depth of a block: 256 · 32 floats of B fill the first-level cache.</summary>
    private const int DepthBlock = 256;

    /// <summary>Computes all rows of one panel.</summary>
    /// <param name="rows">Rows of A and C, at least 1.</param>
    /// <param name="depth">K.</param>
    /// <param name="a">Element (r, k) at <c>a + r · rowStride + k · depthStride</c>.</param>
    /// <param name="rowStride">Floats between rows of A.</param>
    /// <param name="depthStride">Floats between values of k in A.</param>
    /// <param name="panel">[K, 32].</param>
    /// <param name="source">What the sums start from [rows, 32], or null for zero.</param>
    /// <param name="sourceStride">Floats between rows of the source; 0 repeats one row.</param>
    /// <param name="c">[rows, 32] with <paramref name="cStride"/> floats between rows.</param>
    /// <param name="cStride">Floats between rows of C.</param>
    public static void Run(
        int rows, int depth, float* a, nint rowStride, nint depthStride, float* panel, float* source, nint sourceStride, float* c, nint cStride)
    {
        var start = 0;
        do
        {
            var block = Math.Min(DepthBlock, depth - start);
            Block(rows, block, a + (start * depthStride), rowStride, depthStride, panel + ((nint)start * Columns), source, sourceStride, c, cStride);
            source = c;
            sourceStride = cStride;
            start += block;
        }
        while (start < depth);
    }

    private static void Block(
        int rows, int depth, float* a, nint rowStride, nint depthStride, float* panel, float* source, nint sourceStride, float* c, nint cStride)
    {
        var tiles = (rows + T.TileRows - 1) / T.TileRows;
        var first = 0;
        for (var tile = 0; tile < tiles; tile++)
        {
            // Equal tiles rather than full ones and a small rest: every row then shares its loads of B with as many others.
            var end = (int)((long)rows * (tile + 1) / tiles);
            for (var column = 0; column < Columns; column += 2 * T.Width)
            {
                Rows(
                    end - first, depth, a + (first * rowStride), rowStride, depthStride, panel + column,
                    source is null ? null : source + (first * sourceStride) + column, sourceStride, c + (first * cStride) + column, cStride);
            }

            first = end;
        }
    }

    private static void Rows(
        int rows, int depth, float* a, nint rowStride, nint depthStride, float* b, float* source, nint sourceStride, float* c, nint cStride)
    {
        switch (rows)
        {
            case 1: Tile<T>.Run<Rows1>(depth, a, rowStride, depthStride, b, Columns, source, sourceStride, c, cStride); break;
            case 2: Tile<T>.Run<Rows2>(depth, a, rowStride, depthStride, b, Columns, source, sourceStride, c, cStride); break;
            case 3: Tile<T>.Run<Rows3>(depth, a, rowStride, depthStride, b, Columns, source, sourceStride, c, cStride); break;
            case 4: Tile<T>.Run<Rows4>(depth, a, rowStride, depthStride, b, Columns, source, sourceStride, c, cStride); break;
            case 5: Tile<T>.Run<Rows5>(depth, a, rowStride, depthStride, b, Columns, source, sourceStride, c, cStride); break;
            case 6: Tile<T>.Run<Rows6>(depth, a, rowStride, depthStride, b, Columns, source, sourceStride, c, cStride); break;
            case 7: Tile<T>.Run<Rows7>(depth, a, rowStride, depthStride, b, Columns, source, sourceStride, c, cStride); break;
            case 8: Tile<T>.Run<Rows8>(depth, a, rowStride, depthStride, b, Columns, source, sourceStride, c, cStride); break;
            case 9: Tile<T>.Run<Rows9>(depth, a, rowStride, depthStride, b, Columns, source, sourceStride, c, cStride); break;
            case 10: Tile<T>.Run<Rows10>(depth, a, rowStride, depthStride, b, Columns, source, sourceStride, c, cStride); break;
            case 11: Tile<T>.Run<Rows11>(depth, a, rowStride, depthStride, b, Columns, source, sourceStride, c, cStride); break;
            default: Tile<T>.Run<Rows12>(depth, a, rowStride, depthStride, b, Columns, source, sourceStride, c, cStride); break;
        }
    }
}
