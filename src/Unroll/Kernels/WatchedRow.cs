namespace Unroll.Kernels;

/// <summary>Looks at the activations that a step of one row took, after forward and before backward.</summary>
internal static unsafe class WatchedRow<TCell>
    where TCell : struct, ICellKernel
{
    /// <summary>Counts them.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="watch">Counts.</param>
    /// <param name="step">The buffers of the step, at the row.</param>
    /// <param name="units">H.</param>
    /// <param name="hasSums">Whether the gates are the sums of before the step, of a cell that <see cref="ICellKernel.WatchesSums"/>.</param>
    public static void Run(TCell cell, ActivationWatch watch, in CellStep step, int units, bool hasSums = false)
    {
        for (var unit = 0; unit < units; unit++)
        {
            var (block, lane) = (unit / CellSlots.BlockUnits, unit % CellSlots.BlockUnits);
            var gate = ((nint)block * TCell.GateCount * CellSlots.BlockUnits) + lane;
            var slots = new CellSlots(
                step.Gates.Pointer + gate,
                TCell.SeparatesRecurrentGates ? step.RecurrentGates.Pointer + gate : null,
                step.PreviousHidden.Pointer + unit,
                step.Hidden.Pointer + unit,
                TCell.StateCount > 0 ? step.PreviousState.Pointer + unit : null,
                TCell.StateCount > 0 ? step.State.Pointer + unit : null,
                step.StatePlane,
                TCell.UnitWeightCount > 0 ? step.UnitWeights.Pointer + unit : null,
                step.UnitWeightPlane);
            if (hasSums)
                cell.WatchSums(slots, watch, unit);
            else
                cell.Watch(slots, watch, unit);
        }
    }
}
