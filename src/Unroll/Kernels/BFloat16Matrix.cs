namespace Unroll.Kernels;

/// <summary>
/// <c>Wᵀ</c> in bfloat16 for products of one row. A word holds two columns of a block of 32: column j in its lower half, column j + 16 in its upper
/// half, so that one vector of words is two vectors of columns as they lie side by side.
/// </summary>
internal sealed unsafe class BFloat16Matrix : NarrowMatrix
{
    /// <summary>Words of a block of 32 columns, and the distance of the two columns of a word.</summary>
    public const int BlockWords = PackedMatrix.PanelColumns / 2;

    /// <summary>Packs W.</summary>
    /// <param name="values">[rows, depth], row-major.</param>
    /// <param name="rows">Rows of W.</param>
    /// <param name="depth">K.</param>
    /// <param name="rowOfColumn">For each column its row of W, or −1 for zeros; null for column j = row j.</param>
    public BFloat16Matrix(ReadOnlySpan<ushort> values, int rows, int depth, int[]? rowOfColumn = null)
        : base(rows, depth, rowOfColumn, depth, BlockWords)
    {
        for (var column = 0; column < Columns; column++)
        {
            if (RowOf(column) is var row and >= 0)
            {
                var target = First(column, out var stride);
                foreach (var value in values.Slice(row * depth, depth))
                {
                    *target = value;
                    target += stride;
                }
            }
        }
    }

    /// <inheritdoc/>
    public override long ByteLength => WordByteLength;

    /// <summary>Gives the values back.</summary>
    /// <param name="values">[rows, depth], row-major.</param>
    public void CopyTo(Span<ushort> values)
    {
        for (var column = 0; column < Columns; column++)
        {
            if (RowOf(column) is var row and >= 0)
            {
                var source = First(column, out var stride);
                foreach (ref var value in values.Slice(row * Depth, Depth))
                {
                    value = *source;
                    source += stride;
                }
            }
        }

        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    public override void Multiply(Floats a, Floats source, Floats c, int firstPanel, int endPanel)
    {
        switch (LaneSelection.Current)
        {
            case LaneWidth.Bits512: BFloat16Product<Lanes512>.Run(a, this, source, c, firstPanel, endPanel); break;
            case LaneWidth.Bits256: BFloat16Product<Lanes256>.Run(a, this, source, c, firstPanel, endPanel); break;
            case LaneWidth.Bits128: BFloat16Product<Lanes128>.Run(a, this, source, c, firstPanel, endPanel); break;
            default: BFloat16Product<LanesScalar>.Run(a, this, source, c, firstPanel, endPanel); break;
        }

        GC.KeepAlive(this);
    }

    /// <summary>The value of depth 0 of a column.</summary>
    /// <param name="column">The column.</param>
    /// <param name="stride">Values between depths.</param>
    private ushort* First(int column, out nint stride)
    {
        var panel = column / PackedMatrix.RowPanelColumns;
        var (block, inBlock) = Math.DivRem(column % PackedMatrix.RowPanelColumns, PackedMatrix.PanelColumns);
        stride = 2 * StepWords(panel);
        // The lower half of a word comes first in memory.
        var word = (block * BlockWords) + (inBlock % BlockWords);
        return (ushort*)(Panel(panel) + word) + (inBlock / BlockWords);
    }
}
