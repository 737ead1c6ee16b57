using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// <c>C = S + A · B</c> for one panel of B: 32 columns, in strips that are as wide as a tile. The building block of every product.
/// </summary>
internal static unsafe class PanelProduct<T>
    where T : struct, ISimdLane<T>
{
    /// <summary>Columns of a panel: two 512-bit vectors.</summary>
    public const int Columns = PackedMatrix.PanelColumns;

    /// <summary>Floats of a strip's block: 32 KB, which tile after tile reads from the first two levels of the cache.</summary>
    private const int BlockLength = 8192;

    /// <summary>Columns of a strip, [K, columns of the strip].</summary>
    public static int StripColumns
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => PackedMatrix.StripOf(T.Width);
    }

    /// <summary>Columns that a tile computes.</summary>
    private static int TileColumns => 2 * T.Width;

    /// <summary>How many blocks a depth is cut into; at least 1.</summary>
    public static int DepthBlocks(int depth) => Math.Max(1, ((depth * StripColumns) + BlockLength - 1) / BlockLength);

    /// <summary>Computes all rows of one panel over the whole depth.</summary>
    /// <param name="view">A as it lies, the source and C.</param>
    /// <param name="panel">[strips, K, columns of a strip], from the first depth of the view on.</param>
    /// <param name="stripDepth">K of a whole strip, at least that of the view.</param>
    /// <param name="columns">How many columns to compute, 1–32.</param>
    /// <param name="next">The panel after this one, which is fetched meanwhile.</param>
    public static void Run(in ProductView view, float* panel, int stripDepth, int columns, float* next)
    {
        var blocks = DepthBlocks(view.Depth);
        var stripStride = (nint)stripDepth * StripColumns;
        for (var block = 0; block < blocks; block++)
        {
            var (start, end) = (MatrixProduct.Part(view.Depth, block, blocks), MatrixProduct.Part(view.Depth, block + 1, blocks));
            var following = block + 1 < blocks ? panel + ((nint)end * StripColumns) : next;
            Block(view.Part(start, end), panel + ((nint)start * StripColumns), stripStride, columns, following);
        }
    }

    /// <summary>Computes all rows of one panel over one block of the depth.</summary>
    /// <param name="view">The block of A, the source and C.</param>
    /// <param name="panel">The block of the first strip, [K of the block, columns of a strip].</param>
    /// <param name="stripStride">Floats from a strip's block to the next strip's.</param>
    /// <param name="columns">How many columns to compute, 1–32.</param>
    /// <param name="next">What is read after this block.</param>
    public static void Block(in ProductView view, float* panel, nint stripStride, int columns, float* next)
    {
        for (var column = 0; column < columns; column += TileColumns)
        {
            var b = panel + (column / StripColumns * stripStride) + (column % StripColumns);
            var following = column + StripColumns < columns ? b + stripStride : next;
            if (columns - column > T.Width)
                Tiles<Vectors2>(view.At(column), b, columns - column, following);
            else
                Tiles<Vectors1>(view.At(column), b, columns - column, following);
        }
    }

    private static void Tiles<TVectors>(in ProductView view, float* b, int columns, float* next)
        where TVectors : struct, IVectors
    {
        // Equal tiles, as in TiledRows. A tile of one vector has registers for twice the rows.
        var tiles = TVectors.Count == 1 && !view.Tiled ? (view.Rows + Rows12.Count - 1) / Rows12.Count : TiledRows<T>.Tiles(view.Rows);
        var first = 0;
        var lines = (nint)((view.Depth + Tile<T>.DepthOfPrefetch - 1) / Tile<T>.DepthOfPrefetch * Prefetch.LineFloats);
        var end = next + ((nint)view.Depth * StripColumns);
        for (var tile = 0; tile < tiles; tile++)
        {
            var rows = (view.Rows - first) / (tiles - tile);
            var a = view.Tiled ? view.A + TiledRows<T>.Offset(tile, first, view.Depth) : view.A + (first * view.RowStride);
            var (rowStride, depthStride) = view.Tiled ? (1, rows) : (view.RowStride, view.DepthStride);
            var source = view.Source is null ? null : view.Source + (first * view.SourceStride);
            var c = view.C + (first * view.CStride);
            var fetched = next < end ? next : b;
            if (columns >= TVectors.Count * T.Width)
                Rows<TVectors>(rows, view.Depth, a, rowStride, depthStride, b, fetched, source, view.SourceStride, c, view.CStride);
            else
                Edge<TVectors>(rows, columns, view.Depth, a, rowStride, depthStride, b, source, view.SourceStride, c, view.CStride);
            next += lines;
            first += rows;
        }
    }

    /// <summary>A tile of which only some columns exist: computed beside, and those copied.</summary>
    private static void Edge<TVectors>(
        int rows, int columns, int depth, float* a, nint rowStride, nint depthStride, float* b,
        float* source, nint sourceStride, float* c, nint cStride)
        where TVectors : struct, IVectors
    {
        var scratch = stackalloc float[Rows12.Count * TileColumns];
        if (source is not null)
            Copy(rows, columns, source, sourceStride, scratch, TileColumns);
        Rows<TVectors>(
            rows, depth, a, rowStride, depthStride, b, b, source is null ? null : scratch, TileColumns, scratch, TileColumns);
        Copy(rows, columns, scratch, TileColumns, c, cStride);
    }

    private static void Copy(int rows, int columns, float* source, nint sourceStride, float* target, nint targetStride)
    {
        for (var row = 0; row < rows; row++, source += sourceStride, target += targetStride)
        {
            var column = 0;
            for (; column + T.Width <= columns; column += T.Width)
                T.Store(T.Load(source + column), target + column);
            for (; column < columns; column++)
                target[column] = source[column];
        }
    }

    private static void Rows<TVectors>(
        int rows, nint depth, float* a, nint rowStride, nint depthStride, float* b, float* next,
        float* source, nint sourceStride, float* c, nint cStride)
        where TVectors : struct, IVectors
    {
        switch (rows)
        {
            case 1: Tile<T>.Run<Rows1, TVectors>(depth, a, rowStride, depthStride, b, StripColumns, next, source, sourceStride, c, cStride); break;
            case 2: Tile<T>.Run<Rows2, TVectors>(depth, a, rowStride, depthStride, b, StripColumns, next, source, sourceStride, c, cStride); break;
            case 3: Tile<T>.Run<Rows3, TVectors>(depth, a, rowStride, depthStride, b, StripColumns, next, source, sourceStride, c, cStride); break;
            case 4: Tile<T>.Run<Rows4, TVectors>(depth, a, rowStride, depthStride, b, StripColumns, next, source, sourceStride, c, cStride); break;
            case 5: Tile<T>.Run<Rows5, TVectors>(depth, a, rowStride, depthStride, b, StripColumns, next, source, sourceStride, c, cStride); break;
            case 6: Tile<T>.Run<Rows6, TVectors>(depth, a, rowStride, depthStride, b, StripColumns, next, source, sourceStride, c, cStride); break;
            case 7: Tile<T>.Run<Rows7, TVectors>(depth, a, rowStride, depthStride, b, StripColumns, next, source, sourceStride, c, cStride); break;
            case 8: Tile<T>.Run<Rows8, TVectors>(depth, a, rowStride, depthStride, b, StripColumns, next, source, sourceStride, c, cStride); break;
            case 9: Tile<T>.Run<Rows9, TVectors>(depth, a, rowStride, depthStride, b, StripColumns, next, source, sourceStride, c, cStride); break;
            case 10: Tile<T>.Run<Rows10, TVectors>(depth, a, rowStride, depthStride, b, StripColumns, next, source, sourceStride, c, cStride); break;
            case 11: Tile<T>.Run<Rows11, TVectors>(depth, a, rowStride, depthStride, b, StripColumns, next, source, sourceStride, c, cStride); break;
            default: Tile<T>.Run<Rows12, TVectors>(depth, a, rowStride, depthStride, b, StripColumns, next, source, sourceStride, c, cStride); break;
        }
    }
}
