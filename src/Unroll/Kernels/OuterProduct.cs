using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// <c>C = Aᵀ · B</c> for tall matrices: a weight gradient, the sum over all time steps and rows of a batch. Split over the workers by
/// output block; every sum runs over the depth in ascending order, whatever the split. Negative strides, with the last rows given as the first,
/// make that descending.
/// </summary>
internal sealed unsafe class OuterProduct : IParallelWork
{
    /// <summary>Depth of a block: a tile's part of A, one cache line for each k, stays in the first-level cache.</summary>
    private const int DepthBlock = 256;

    /// <summary>Panels of an item: its block of B, packed, stays in the second-level cache.</summary>
    private const int PanelChunk = 8;

    private const int RowChunk = 256;

    /// <summary>Multiply-adds below which one thread is faster.</summary>
    private const long ParallelWork = 1 << 18;

    private const int Width = PackedMatrix.PanelColumns;

    [ThreadStatic]
    private static OuterProduct? shared;

    [ThreadStatic]
    private static FloatBuffer? rightBlock;

    private int depth;
    private int rows;
    private int columns;
    private float* a;
    private nint aStride;
    private float* b;
    private nint bStride;
    private float* c;
    private nint cStride;
    private bool accumulates;
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
    /// <param name="target">C [M, N] in rows of <see cref="PaddedColumns"/> floats or more; the padding is written.</param>
    /// <param name="targetStride">Floats between rows of C.</param>
    /// <param name="accumulate">Whether the sums start from what C holds instead of zero.</param>
    public void Run(
        int depthCount, int rowCount, int columnCount, Floats left, nint leftStride, Floats right, nint rightStride, Floats target, nint targetStride,
        bool accumulate = false)
    {
        accumulates = accumulate;
        depth = depthCount;
        rows = rowCount;
        columns = columnCount;
        a = left.Pointer;
        aStride = leftStride;
        b = right.Pointer;
        bStride = rightStride;
        c = target.Pointer;
        cStride = targetStride;
        var panels = PaddedColumns(columnCount) / Width;
        rowItems = (rowCount + RowChunk - 1) / RowChunk;
        panelItems = (panels + PanelChunk - 1) / PanelChunk;
        if (rowItems * panelItems < 2 * Workers.Count)
            rowItems = Math.Clamp(rowCount / 48, rowItems, 2 * Workers.Count);
        if (rowItems * panelItems < 2 * Workers.Count)
            panelItems = Math.Min(panels, 2 * Workers.Count);
        if ((long)depthCount * rowCount * columnCount >= ParallelWork)
        {
            Workers.Run(this, rowItems * panelItems);
        }
        else
        {
            for (var item = 0; item < rowItems * panelItems; item++)
                ((IParallelWork)this).Run(item);
        }
    }

    void IParallelWork.Run(int item)
    {
        var panels = PaddedColumns(columns) / Width;
        var (rowItem, panelItem) = (item / panelItems, item % panelItems);
        var firstRow = MatrixProduct.Part(rows, rowItem, rowItems);
        var endRow = MatrixProduct.Part(rows, rowItem + 1, rowItems);
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
        var pack = rightBlock ??= new(DepthBlock * Width * PanelChunk);
        pack.EnsureLength(DepthBlock * Width * (endPanel - firstPanel));
        var packed = pack.Pointer.Pointer;
        var tiles = (endRow - firstRow + T.TileRows - 1) / T.TileRows;
        for (var start = 0; start == 0 || start < depth; start += DepthBlock)
        {
            var block = Math.Min(DepthBlock, depth - start);
            for (var panel = firstPanel; panel < endPanel; panel++)
                PackRight<T>(packed + ((panel - firstPanel) * DepthBlock * Width), start, block, panel);
            for (var tile = 0; tile < tiles; tile++)
            {
                var first = firstRow + MatrixProduct.Part(endRow - firstRow, tile, tiles);
                var end = firstRow + MatrixProduct.Part(endRow - firstRow, tile + 1, tiles);
                var left = a + (start * aStride) + first;
                for (var panel = firstPanel; panel < endPanel; panel++)
                {
                    var target = c + (first * cStride) + (panel * Width);
                    PanelProduct<T>.Run(
                        end - first, block, left, 1, aStride, packed + ((panel - firstPanel) * DepthBlock * Width),
                        start == 0 && !accumulates ? null : target, cStride, target, cStride);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackRight<T>(float* target, int start, int block, int panel)
        where T : struct, ISimdLane<T>
    {
        var count = Math.Min(Width, columns - (panel * Width));
        var from = b + (start * bStride) + (panel * Width);
        for (var k = 0; k < block; k++, from += bStride, target += Width)
        {
            if (count == Width)
            {
                for (var column = 0; column < Width; column += T.Width)
                    T.Store(T.Load(from + column), target + column);
            }
            else
            {
                new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(target, count));
                new Span<float>(target + count, Width - count).Clear();
            }
        }
    }
}
