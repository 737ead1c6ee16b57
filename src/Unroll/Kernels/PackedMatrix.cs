using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// The right side of a product in the order in which it is read: panels of columns, in each the strips that a tile or a product of one row takes,
/// <c>[panels, strips, K, columns of a strip]</c>, missing columns zero. Tiles read panels of 32 in strips of two vectors, which stay in the cache from
/// tile to tile; a product of one row reads panels of 128 in strips of eight, each one stream through memory.
/// </summary>
internal sealed unsafe class PackedMatrix : IParallelWork
{
    /// <summary>Columns of a panel for tiles, and what all widths are multiples of.</summary>
    public const int PanelColumns = 32;

    /// <summary>Columns of a panel for products of one row.</summary>
    public const int RowPanelColumns = 128;

    /// <summary>Vectors that a product of one row sums side by side.</summary>
    private const int VectorsOfRowStrip = 8;

    /// <summary>Below this many values the second thread costs more than it saves.</summary>
    private const int ParallelLength = 1 << 16;

    private readonly FloatBuffer panels = new();
    private readonly int width;
    private readonly int strip;
    private float* source;
    private nint sourceStride;
    private int[]? map;
    private int sourceRows;
    private bool transposed;
    private Range[] depths = [];

    /// <summary>An empty matrix.</summary>
    /// <param name="panelWidth">Columns of a panel: 32 for tiles, 128 for products of one row.</param>
    /// <param name="laneWidth">Floats of a vector in the kernels that will read it; by default those in use.</param>
    public PackedMatrix(int panelWidth = PanelColumns, int? laneWidth = null)
    {
        width = panelWidth;
        var lanes = laneWidth ?? (int)LaneSelection.Current;
        strip = panelWidth == PanelColumns ? StripOf(lanes) : Math.Clamp(VectorsOfRowStrip * lanes, PanelColumns, panelWidth);
    }

    /// <summary>K: the length of every sum.</summary>
    public int Depth { get; private set; }

    /// <summary>N: the number of columns, without the padding of the last panel.</summary>
    public int Columns { get; private set; }

    public int PanelCount => (Columns + width - 1) / width;

    /// <summary>Columns of a strip; the last one of a panel may have fewer.</summary>
    public int StripColumns => strip;

    /// <summary>Columns of a strip in panels for tiles: two vectors, or as many as a cache line holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int StripOf(int laneWidth) => Math.Max(Prefetch.LineFloats, 2 * laneWidth);

    /// <summary>The start of a panel: [strips, K, columns of a strip].</summary>
    public float* Panel(int index) => panels.Pointer.Pointer + ((nint)index * Depth * width);

    /// <summary>Columns of a panel with padding: the width, in the last panel the next multiple of 32.</summary>
    public int PanelWidth(int index) =>
        Math.Min(width, (Columns - (index * width) + PanelColumns - 1) / PanelColumns * PanelColumns);

    /// <summary>The part of the depth in which a panel is not all zero, as <see cref="LimitDepths"/> has said; all of it otherwise.</summary>
    public (int Start, int End) DepthOf(int index) => depths.Length == 0 ? (0, Depth) : (depths[index].Start.Value, depths[index].End.Value);

    /// <summary>Says for each panel outside which part of the depth it is zero, so that products of panels and of one row leave that out.</summary>
    /// <param name="parts">For each panel its part, counted from the start.</param>
    public void LimitDepths(Range[] parts) => depths = parts;

    /// <summary>
    /// Packs <c>Wᵀ</c>: column j holds row <c>map[j]</c> of a weight matrix [rows, depth], or zeros where the map says −1.
    /// </summary>
    /// <param name="weights">[rows, depth], row-major.</param>
    /// <param name="stride">Floats between rows.</param>
    /// <param name="depth">K.</param>
    /// <param name="columns">N.</param>
    /// <param name="columnMap">For each column its row of the weights, or null for column j = row j.</param>
    public void PackTransposed(Floats weights, nint stride, int depth, int columns, int[]? columnMap = null)
    {
        Prepare(weights, stride, depth, columns, columnMap);
        transposed = true;
        PackPanels();
    }

    /// <summary>Packs a matrix [depth, columns] as it lies: row k is row <c>map[k]</c> of the source, or zeros where the map says −1.</summary>
    /// <param name="matrix">[rows, columns], row-major.</param>
    /// <param name="stride">Floats between rows.</param>
    /// <param name="depth">K.</param>
    /// <param name="columns">N.</param>
    /// <param name="depthMap">For each k its row of the source, or null for k = row k.</param>
    public void Pack(Floats matrix, nint stride, int depth, int columns, int[]? depthMap = null)
    {
        Prepare(matrix, stride, depth, columns, depthMap);
        transposed = false;
        PackPanels();
    }

    void IParallelWork.Run(int item)
    {
        if (transposed)
            PackTransposedPanel(item);
        else
            PackPanel(item);
    }

    private void Prepare(Floats matrix, nint stride, int depth, int columns, int[]? rowMap)
    {
        source = matrix.Pointer;
        sourceStride = stride;
        map = rowMap;
        sourceRows = rowMap is null ? int.MaxValue : rowMap.Length;
        Depth = depth;
        Columns = columns;
        panels.EnsureLength(checked((columns + PanelColumns - 1) / PanelColumns * PanelColumns * depth));
    }

    private void PackPanels() => Workers.Run(this, PanelCount, (long)Depth * Columns >= ParallelLength);

    private int SourceRow(int row) => map is null ? row : row < sourceRows ? map[row] : -1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackPanel(int index)
    {
        var panelWidth = PanelWidth(index);
        var target = Panel(index);
        for (var column = 0; column < panelWidth; column += strip)
        {
            var stride = Math.Min(strip, panelWidth - column);
            var first = (index * width) + column;
            var count = Math.Clamp(Columns - first, 0, stride);
            for (var k = 0; k < Depth; k++, target += stride)
            {
                var row = SourceRow(k);
                var destination = new Span<float>(target, stride);
                if (row >= 0)
                    new ReadOnlySpan<float>(source + (row * sourceStride) + first, count).CopyTo(destination);
                else
                    destination[..count].Clear();
                destination[count..].Clear();
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackTransposedPanel(int index)
    {
        var first = index * width;
        var panelWidth = PanelWidth(index);
        var rows = stackalloc float*[4];
        for (var column = 0; column < panelWidth; column += 4)
        {
            var start = column / strip * strip;
            var stride = Math.Min(strip, panelWidth - start);
            var target = Panel(index) + ((nint)start * Depth) + (column - start);
            var complete = true;
            for (var j = 0; j < 4; j++)
            {
                var row = first + column + j < Columns ? SourceRow(first + column + j) : -1;
                rows[j] = row < 0 ? null : source + (row * sourceStride);
                complete &= row >= 0;
            }

            var k = 0;
            if (complete)
            {
                for (; k + 4 <= Depth; k += 4)
                    Transposition.Four(rows[0] + k, rows[1] + k, rows[2] + k, rows[3] + k, target + ((nint)k * stride), stride);
            }

            for (; k < Depth; k++)
            {
                for (var j = 0; j < 4; j++)
                    target[((nint)k * stride) + j] = rows[j] is null ? 0 : rows[j][k];
            }
        }
    }
}
