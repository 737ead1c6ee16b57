using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// <c>C = Aᵀ · B</c> for tall matrices: a weight gradient, the sum over all time steps and rows of a batch. Split over the workers by
/// output block; every sum runs over the depth in descending order, the last row first, whatever the split. So a product over the last rows,
/// and then one over those before them that goes on from it, give the bits of one product over all.
/// </summary>
internal sealed unsafe class OuterProduct : IParallelWork
{
    /// <summary>Rows of a block of A, which stays in the second-level cache while the panels of B pass.</summary>
    private const int RowsOfBlock = 96;

    /// <summary>Panels of an item: columns of B that repay the copy of a block of A.</summary>
    private const int PanelChunk = 16;

    /// <summary>Rows of an item, which repay the copy of a block of B.</summary>
    private const int RowChunk = 2048;

    /// <summary>Each item copies its blocks of B for itself: with fewer rows than this a thread has one item, not two.</summary>
    private const int LeastRows = 1024;

    /// <summary>Multiply-adds below which one thread is faster.</summary>
    private const long ParallelWork = 1 << 18;

    /// <summary>Floats between two strips of a block of B.</summary>
    private const int RoomOfStrip = 16;

    private const int Width = PackedMatrix.PanelColumns;

    [ThreadStatic]
    private static OuterProduct? shared;

    [ThreadStatic]
    private static FloatBuffer? leftBlock;

    [ThreadStatic]
    private static FloatBuffer? rightBlock;

    private ProductView view;
    private int columns;
    private float* b;
    private nint bStride;
    private int rowItems;
    private int panelItems;

    /// <summary>A product that this thread may use until its next one.</summary>
    public static OuterProduct Shared => shared ??= new();

    /// <summary>Floats between rows of C that leave room for whole panels.</summary>
    public static int PaddedColumns(int columns) => (columns + Width - 1) / Width * Width;

    /// <summary>Computes <c>C = Aᵀ · B</c>.</summary>
    /// <param name="depthCount">K: rows of A and of B.</param>
    /// <param name="rowCount">M: columns of A, rows of C.</param>
    /// <param name="columnCount">N: columns of B and of C.</param>
    /// <param name="left">A [K, M].</param>
    /// <param name="leftStride">Floats between rows of A.</param>
    /// <param name="right">B [K, N].</param>
    /// <param name="rightStride">Floats between rows of B.</param>
    /// <param name="target">C [M, N].</param>
    /// <param name="targetStride">Floats between rows of C.</param>
    /// <param name="accumulate">Whether the sums start from what C holds; otherwise from zero.</param>
    public void Run(
        int depthCount, int rowCount, int columnCount, Floats left, nint leftStride, Floats right, nint rightStride, Floats target, nint targetStride,
        bool accumulate = false)
    {
        if (rowCount == 0 || columnCount == 0)
            return;
        columns = columnCount;
        b = right.Pointer + (Math.Max(depthCount - 1, 0) * rightStride);
        bStride = -rightStride;
        view = new()
        {
            Rows = rowCount,
            Depth = depthCount,
            A = left.Pointer + (Math.Max(depthCount - 1, 0) * leftStride),
            RowStride = 1,
            DepthStride = -leftStride,
            Source = accumulate ? target.Pointer : null,
            SourceStride = targetStride,
            C = target.Pointer,
            CStride = targetStride,
        };
        var threads = (long)depthCount * rowCount * columnCount >= ParallelWork ? Workers.Count : 1;
        var panels = PaddedColumns(columnCount) / Width;
        rowItems = (rowCount + RowChunk - 1) / RowChunk;
        panelItems = (panels + PanelChunk - 1) / PanelChunk;
        var wanted = threads * Math.Clamp(rowCount / (LeastRows * threads), 1, 2);
        if (threads > 1 && rowItems * panelItems < wanted)
            rowItems = Math.Clamp(rowCount / 48, rowItems, wanted);
        if (threads > 1 && rowItems * panelItems < wanted)
            panelItems = Math.Min(panels, wanted);
        Workers.Run(this, rowItems * panelItems, threads > 1);
    }

    void IParallelWork.Run(int item)
    {
        var panels = PaddedColumns(columns) / Width;
        var (rowItem, panelItem) = (item / panelItems, item % panelItems);
        var firstRow = MatrixProduct.FirstRow(view.Rows, rowItem, rowItems);
        var endRow = MatrixProduct.FirstRow(view.Rows, rowItem + 1, rowItems);
        var firstPanel = MatrixProduct.Part(panels, panelItem, panelItems);
        var endPanel = MatrixProduct.Part(panels, panelItem + 1, panelItems);
        switch (LaneSelection.Current)
        {
            case LaneWidth.Bits512: Blocks<Lanes512>(firstRow, endRow, firstPanel, endPanel); break;
            case LaneWidth.Bits256: Blocks<Lanes256>(firstRow, endRow, firstPanel, endPanel); break;
            case LaneWidth.Bits128: Blocks<Lanes128>(firstRow, endRow, firstPanel, endPanel); break;
            default: Blocks<LanesScalar>(firstRow, endRow, firstPanel, endPanel); break;
        }
    }

    private void Blocks<T>(int firstRow, int endRow, int firstPanel, int endPanel)
        where T : struct, ISimdLane<T>
    {
        var blocks = PanelProduct<T>.DepthBlocks(view.Depth);
        var mostDepth = (view.Depth + blocks - 1) / blocks;
        var (left, right) = (leftBlock ??= new(), rightBlock ??= new());
        left.EnsureLength(TiledRows<T>.Length(RowsOfBlock, mostDepth));
        right.EnsureLength((int)StripStride<T>(mostDepth) * (Width / PanelProduct<T>.StripColumns) * (endPanel - firstPanel));
        for (var block = 0; block < blocks; block++)
        {
            var (start, end) = (MatrixProduct.Part(view.Depth, block, blocks), MatrixProduct.Part(view.Depth, block + 1, blocks));
            PackRight<T>(right.Pointer.Pointer, start, end - start, firstPanel * Width, Math.Min(columns, endPanel * Width));
            var part = view.Part(start, end);
            for (var first = firstRow; first < endRow; first += RowsOfBlock)
            {
                var rows = part.From(first, Math.Min(first + RowsOfBlock, endRow));
                TiledRows<T>.CopyColumns(rows.A, rows.DepthStride, rows.Rows, view.Rows - first, rows.Depth, left.Pointer.Pointer);
                rows.A = left.Pointer.Pointer;
                rows.Tiled = true;
                Panels<T>(rows, right.Pointer.Pointer, firstPanel, endPanel);
            }
        }
    }

    private void Panels<T>(in ProductView rows, float* right, int firstPanel, int endPanel)
        where T : struct, ISimdLane<T>
    {
        var stripStride = StripStride<T>(rows.Depth);
        var length = Width / PanelProduct<T>.StripColumns * stripStride;
        for (var panel = firstPanel; panel < endPanel; panel++, right += length)
        {
            var column = panel * Width;
            PanelProduct<T>.Block(
                rows.At(column), right, stripStride, Math.Min(columns - column, Width),
                panel + 1 < endPanel ? right + length : right);
        }
    }

    /// <summary>Copies a block of B into strips, row by row as it lies in memory.</summary>
    /// <param name="target">[strips, block, columns of a strip], a strip's stride apart.</param>
    /// <param name="start">The first value of k.</param>
    /// <param name="block">How many.</param>
    /// <param name="firstColumn">The first column of the item.</param>
    /// <param name="endColumn">The column after its last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackRight<T>(float* target, int start, int block, int firstColumn, int endColumn)
        where T : struct, ISimdLane<T>
    {
        var strip = PanelProduct<T>.StripColumns;
        var stride = StripStride<T>(block);
        var wholeColumns = (endColumn - firstColumn) / strip * strip;
        var rest = endColumn - firstColumn - wholeColumns;
        var from = b + (start * bStride) + firstColumn;
        for (var k = 0; k < block; k++, from += bStride, target += strip)
        {
            var to = target;
            for (var first = 0; first < wholeColumns; first += strip, to += stride)
            {
                for (var column = 0; column < strip; column += T.Width)
                    T.Store(T.Load(from + first + column), to + column);
            }

            if (rest > 0)
                CopyEdge<T>(from + wholeColumns, rest, to, strip);
        }
    }

    /// <summary>The columns of a strip that exist, and zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyEdge<T>(float* from, int count, float* to, int strip)
        where T : struct, ISimdLane<T>
    {
        var column = 0;
        for (; column + T.Width <= count; column += T.Width)
            T.Store(T.Load(from + column), to + column);
        for (; column < count; column++)
            to[column] = from[column];
        for (; column < strip; column++)
            to[column] = 0;
    }

    /// <summary>Floats from a strip to the next: with room between them, so that a row's strips do not fall into the same set of the first-level cache.</summary>
    private static nint StripStride<T>(int block)
        where T : struct, ISimdLane<T> => ((nint)block * PanelProduct<T>.StripColumns) + RoomOfStrip;
}
