using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>
/// How the gate columns of one row, in panels of 128, are shared out: only whole groups of panels hold whole blocks of units, so that who computes the
/// sums can go on to the cell.
/// </summary>
/// <typeparam name="TCell">The cell.</typeparam>
internal static class GatePanels<TCell>
    where TCell : struct, ICellKernel
{
    /// <summary>Panels after which whole blocks of units are complete.</summary>
    private static int PanelsOfGroup => PackedMatrix.RowPanelColumns % (TCell.GateCount * CellSlots.BlockUnits) == 0 ? 1 : TCell.GateCount;

    private static int BlocksOfGroup => PanelsOfGroup * PackedMatrix.RowPanelColumns / (TCell.GateCount * CellSlots.BlockUnits);

    /// <summary>How many parts there can be at most.</summary>
    public static int Groups(int blocks) => (blocks + BlocksOfGroup - 1) / BlocksOfGroup;

    /// <summary>The panels and blocks of units of one part.</summary>
    /// <param name="blocks">All blocks of units.</param>
    /// <param name="part">Which part.</param>
    /// <param name="parts">Of how many.</param>
    public static (Range Panels, int FirstBlock, int BlockCount) Part(int blocks, int part, int parts)
    {
        var groups = Groups(blocks);
        var (first, end) = (MatrixProduct.Part(groups, part, parts), MatrixProduct.Part(groups, part + 1, parts));
        var panels = ((blocks * TCell.GateCount * CellSlots.BlockUnits) + PackedMatrix.RowPanelColumns - 1) / PackedMatrix.RowPanelColumns;
        var block = first * BlocksOfGroup;
        return (
            new(Math.Min(first * PanelsOfGroup, panels), Math.Min(end * PanelsOfGroup, panels)),
            block, Math.Min(end * BlocksOfGroup, blocks) - block);
    }
}
