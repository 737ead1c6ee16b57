namespace Unroll.Kernels;

/// <summary>
/// <c>C = S + A · B</c> with B packed: the large products of a layer (all time steps at once). Split over the workers by rows, and by
/// columns when there are few rows; the split never shows in the bits.
/// </summary>
internal sealed unsafe class MatrixProduct : IParallelWork
{
    /// <summary>Rows of an item: eight tiles share every panel while it is in the first-level cache.</summary>
    private const int RowChunk = 96;

    /// <summary>Rows that no item shares with another: a whole number of tiles at every width.</summary>
    private const int RowUnit = 12;

    /// <summary>Panels that repay a copy of the rows of an item; measured.</summary>
    private const int PanelsForTiling = 48;

    /// <summary>Multiply-adds below which one thread is faster.</summary>
    private const long ParallelWork = 1 << 18;

    /// <summary>Rows of A this many floats apart, or a multiple, fall into the same few sets of the first-level cache.</summary>
    private const int AliasingStride = 512;

    [ThreadStatic]
    private static FloatBuffer? leftRows;

    private ProductView view;
    private PackedMatrix matrix = null!;
    private int rowItems;
    private int panelItems;

    [ThreadStatic]
    private static MatrixProduct? shared;

    /// <summary>A product that this thread may use until its next one.</summary>
    public static MatrixProduct Shared => shared ??= new();

    /// <summary>Computes <c>C = S + A · B</c>.</summary>
    /// <param name="rowCount">M.</param>
    /// <param name="left">A [M, K].</param>
    /// <param name="leftStride">Floats between rows of A.</param>
    /// <param name="right">B, packed [K, N].</param>
    /// <param name="start">S [M, N], or null for zero; may be C.</param>
    /// <param name="startStride">Floats between rows of S; 0 repeats one row (a bias).</param>
    /// <param name="target">C [M, N].</param>
    /// <param name="targetStride">Floats between rows of C.</param>
    public void Run(int rowCount, Floats left, nint leftStride, PackedMatrix right, Floats start, nint startStride, Floats target, nint targetStride)
    {
        if (rowCount == 0 || right.Columns == 0)
            return;
        matrix = right;
        view = new()
        {
            Rows = rowCount,
            Depth = right.Depth,
            A = left.Pointer,
            RowStride = leftStride,
            DepthStride = 1,
            Source = start.Pointer,
            SourceStride = startStride,
            C = target.Pointer,
            CStride = targetStride,
        };
        var threads = (long)rowCount * right.Depth * right.Columns >= ParallelWork ? Workers.Count : 1;
        rowItems = (rowCount + RowChunk - 1) / RowChunk;
        if (rowItems >= threads)
            rowItems = (rowItems + threads - 1) / threads * threads;
        panelItems = threads == 1 || rowItems >= 4 * threads ? 1 : Math.Min(right.PanelCount, 4);
        Workers.Run(this, rowItems * panelItems, threads > 1);
    }

    void IParallelWork.Run(int item)
    {
        var (rowItem, panelItem) = (item / panelItems, item % panelItems);
        var (firstRow, endRow) = (FirstRow(view.Rows, rowItem, rowItems), FirstRow(view.Rows, rowItem + 1, rowItems));
        if (firstRow >= endRow)
            return;
        var (firstPanel, endPanel) = (Part(matrix.PanelCount, panelItem, panelItems), Part(matrix.PanelCount, panelItem + 1, panelItems));
        switch (LaneSelection.Current)
        {
            case LaneWidth.Bits512: Panels<Lanes512>(firstRow, endRow, firstPanel, endPanel); break;
            case LaneWidth.Bits256: Panels<Lanes256>(firstRow, endRow, firstPanel, endPanel); break;
            case LaneWidth.Bits128: Panels<Lanes128>(firstRow, endRow, firstPanel, endPanel); break;
            default: Panels<LanesScalar>(firstRow, endRow, firstPanel, endPanel); break;
        }
    }

    internal static int Part(int whole, int index, int parts) => (int)((long)whole * index / parts);

    /// <summary>Where a part of the rows begins: at whole tiles.</summary>
    internal static int FirstRow(int rows, int index, int parts) => Math.Min(rows, Part((rows + RowUnit - 1) / RowUnit, index, parts) * RowUnit);

    private void Panels<T>(int firstRow, int endRow, int firstPanel, int endPanel)
        where T : struct, ISimdLane<T>
    {
        var rowsOfItem = view.From(firstRow, endRow);
        var blocks = PanelProduct<T>.DepthBlocks(view.Depth);
        var tiled = endPanel - firstPanel >= PanelsForTiling && view.RowStride % AliasingStride == 0;
        var stripStride = (nint)view.Depth * PanelProduct<T>.StripColumns;
        for (var block = 0; block < blocks; block++)
        {
            var (start, end) = (Part(view.Depth, block, blocks), Part(view.Depth, block + 1, blocks));
            var part = rowsOfItem.Part(start, end);
            if (tiled)
                TileRows<T>(ref part);
            var offset = (nint)start * PanelProduct<T>.StripColumns;
            for (var panel = firstPanel; panel < endPanel; panel++)
            {
                var column = panel * PackedMatrix.PanelColumns;
                PanelProduct<T>.Block(
                    part.At(column), matrix.Panel(panel) + offset, stripStride, Math.Min(matrix.Columns - column, PackedMatrix.PanelColumns),
                    matrix.Panel(panel + 1 < endPanel ? panel + 1 : firstPanel) + offset);
            }
        }
    }

    private static void TileRows<T>(ref ProductView block)
        where T : struct, ISimdLane<T>
    {
        var copy = leftRows ??= new();
        copy.EnsureLength(TiledRows<T>.Length(block.Rows, block.Depth));
        TiledRows<T>.CopyRows(block.A, block.RowStride, block.Rows, block.Depth, copy.Pointer.Pointer);
        block.A = copy.Pointer.Pointer;
        block.Tiled = true;
    }
}
