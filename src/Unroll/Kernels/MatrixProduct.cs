namespace Unroll.Kernels;

/// <summary>
/// <c>C = S + A · B</c> with B packed: the large products of a layer (all time steps at once). Split over the workers by rows, and by
/// columns when there are few rows; the split never shows in the bits.
/// </summary>
internal sealed unsafe class MatrixProduct : IParallelWork
{
    /// <summary>Rows of an item: eight tiles share every panel while it is in the first-level cache.</summary>
    private const int RowChunk = 96;

    /// <summary>Multiply-adds below which one thread is faster.</summary>
    private const long ParallelWork = 1 << 18;

    /// <summary>Rows of A this many floats apart, or a multiple, fall into the same few sets of the first-level cache.</summary>
    private const int AliasingStride = 512;

    [ThreadStatic]
    private static FloatBuffer? leftRows;

    private int rows;
    private float* a;
    private nint aStride;
    private PackedMatrix matrix = null!;
    private float* source;
    private nint sourceStride;
    private float* c;
    private nint cStride;
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
        rows = rowCount;
        a = left.Pointer;
        aStride = leftStride;
        matrix = right;
        source = start.Pointer;
        sourceStride = startStride;
        c = target.Pointer;
        cStride = targetStride;
        rowItems = (rowCount + RowChunk - 1) / RowChunk;
        panelItems = rowItems >= 4 * Workers.Count ? 1 : Math.Min(right.PanelCount, 4);
        var work = (long)rowCount * right.Depth * right.Columns;
        if (work >= ParallelWork)
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
        var (rowItem, panelItem) = (item / panelItems, item % panelItems);
        var (firstRow, endRow) = (Part(rows, rowItem, rowItems), Part(rows, rowItem + 1, rowItems));
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

    private void Panels<T>(int firstRow, int endRow, int firstPanel, int endPanel)
        where T : struct, ISimdLane<T>
    {
        var left = a + (firstRow * aStride);
        var leftStride = aStride;
        if (aStride % AliasingStride == 0 && endPanel - firstPanel > 3)
        {
            leftStride = matrix.Depth + FloatBuffer.AlignmentInFloats;
            left = CopyRows(left, endRow - firstRow, (int)leftStride);
        }

        for (var panel = firstPanel; panel < endPanel; panel++)
        {
            var column = panel * PackedMatrix.PanelColumns;
            var start = source is null ? null : source + (firstRow * sourceStride) + column;
            var target = c + (firstRow * cStride) + column;
            if (column + PackedMatrix.PanelColumns <= matrix.Columns)
            {
                PanelProduct<T>.Run(
                    endRow - firstRow, matrix.Depth, left, leftStride, 1, matrix.Panel(panel), start, sourceStride, target, cStride);
            }
            else
            {
                PartialPanel<T>(firstRow, endRow, panel, start, target);
            }
        }
    }

    /// <summary>The rows of an item at a stride that spreads over the cache.</summary>
    private float* CopyRows(float* source, int count, int stride)
    {
        var copy = leftRows ??= new();
        copy.EnsureLength(count * stride);
        for (var row = 0; row < count; row++)
        {
            new ReadOnlySpan<float>(source + (row * aStride), matrix.Depth)
                .CopyTo(new Span<float>(copy.Pointer.Pointer + (row * stride), matrix.Depth));
        }

        return copy.Pointer.Pointer;
    }

    /// <summary>The last panel of a matrix whose columns are no multiple of 32: computed beside, and only its columns copied.</summary>
    private void PartialPanel<T>(int firstRow, int endRow, int panel, float* start, float* target)
        where T : struct, ISimdLane<T>
    {
        const int Width = PackedMatrix.PanelColumns;
        var columns = matrix.Columns - (panel * Width);
        var count = endRow - firstRow;
        var scratch = stackalloc float[RowChunk * Width];
        if (start is not null)
        {
            for (var row = 0; row < count; row++)
                new ReadOnlySpan<float>(start + (row * sourceStride), columns).CopyTo(new Span<float>(scratch + (row * Width), columns));
        }

        PanelProduct<T>.Run(
            count, matrix.Depth, a + (firstRow * aStride), aStride, 1, matrix.Panel(panel), start is null ? null : scratch, Width, scratch, Width);
        for (var row = 0; row < count; row++)
            new ReadOnlySpan<float>(scratch + (row * Width), columns).CopyTo(new Span<float>(target + (row * cStride), columns));
    }
}
