using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>
/// How blocks of units lie in panels of gate columns: only groups of whole panels hold whole blocks, so that who computes the sums of a group can go
/// on to the cell.
/// </summary>
/// <typeparam name="TCell">The cell.</typeparam>
internal static class GatePanels<TCell>
    where TCell : struct, ICellKernel
{
    private static int ColumnsOfBlock => TCell.GateCount * CellSlots.BlockUnits;

    /// <summary>Panels of a group: for panels of 32 columns 2 with four gates, 3 with three, 1 with one.</summary>
    /// <param name="width">Columns of a panel, a power of two.</param>
    /// <remarks>A block's columns over the largest divisor that they share with the panel's: a power of two, so the lowest bit of the one at most.</remarks>
    public static int PanelsOfGroup(int width) => ColumnsOfBlock / Math.Min(width, ColumnsOfBlock & -ColumnsOfBlock);

    /// <summary>Blocks of units of a group.</summary>
    /// <param name="width">Columns of a panel.</param>
    public static int BlocksOfGroup(int width) => PanelsOfGroup(width) * width / ColumnsOfBlock;

    /// <summary>How many groups there are; the last one may be incomplete.</summary>
    /// <param name="blocks">All blocks of units.</param>
    /// <param name="width">Columns of a panel.</param>
    public static int Groups(int blocks, int width) => (blocks + BlocksOfGroup(width) - 1) / BlocksOfGroup(width);

    /// <summary>The panels of 128 columns and the blocks of units of one part, for a product of one row.</summary>
    /// <param name="blocks">All blocks of units.</param>
    /// <param name="part">Which part.</param>
    /// <param name="parts">Of how many.</param>
    public static (Range Panels, int FirstBlock, int BlockCount) Part(int blocks, int part, int parts)
    {
        const int Width = PackedMatrix.RowPanelColumns;
        var groups = Groups(blocks, Width);
        var (first, end) = (MatrixProduct.Part(groups, part, parts), MatrixProduct.Part(groups, part + 1, parts));
        var panels = ((blocks * ColumnsOfBlock) + Width - 1) / Width;
        var block = first * BlocksOfGroup(Width);
        return (
            new(Math.Min(first * PanelsOfGroup(Width), panels), Math.Min(end * PanelsOfGroup(Width), panels)),
            block, Math.Min(end * BlocksOfGroup(Width), blocks) - block);
    }
}
