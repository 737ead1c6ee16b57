using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>The filter of a cell over some rows and all units, and its gradient.</summary>
internal static unsafe class FilterRows<TCell, T>
    where TCell : struct, ICellKernel
    where T : struct, ISimdLane<T>
{
    /// <summary>Computes the filtered output.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="step">The sums of the gates and what was before the step.</param>
    /// <param name="filtered">Where the filtered output goes, [rows, units], as far apart as the previous outputs.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="blocks">How many blocks of units.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(TCell cell, in CellStep step, Floats filtered, int rows, int blocks)
    {
        for (nint row = 0; row < rows; row++)
        {
            for (var block = 0; block < blocks; block++)
            {
                for (var lane = 0; lane < CellSlots.BlockUnits; lane += T.Width)
                {
                    var unit = (block * CellSlots.BlockUnits) + lane;
                    cell.Filter<T>(new CellSlots(
                        GatesOf(step.Gates, row, step.GateStride, block) + lane,
                        null,
                        step.PreviousHidden.Pointer + (row * step.UnitStride) + unit,
                        filtered.Pointer + (row * step.UnitStride) + unit,
                        TCell.StateCount > 0 ? step.PreviousState.Pointer + (row * step.StateStride) + unit : null,
                        null,
                        step.StatePlane,
                        TCell.UnitWeightCount > 0 ? step.UnitWeights.Pointer + unit : null,
                        step.UnitWeightPlane));
                }
            }
        }
    }

    /// <summary>Adds the gradients that the filtered output passes on.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="step">What was before the step and its gradients; the gates are the gradients of the sums.</param>
    /// <param name="sums">The sums that the filter read, [rows, gates].</param>
    /// <param name="dFiltered">The gradient of the filtered output, [rows, units], as far apart as the previous outputs.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="blocks">How many blocks of units.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(TCell cell, in CellStep step, Floats sums, Floats dFiltered, int rows, int blocks)
    {
        for (nint row = 0; row < rows; row++)
        {
            for (var block = 0; block < blocks; block++)
            {
                for (var lane = 0; lane < CellSlots.BlockUnits; lane += T.Width)
                {
                    var unit = (block * CellSlots.BlockUnits) + lane;
                    cell.FilterBackward<T>(new CellSlots(
                        GatesOf(sums, row, step.GateStride, block) + lane,
                        GatesOf(step.Gates, row, step.GateStride, block) + lane,
                        step.PreviousHidden.Pointer + (row * step.UnitStride) + unit,
                        null,
                        TCell.StateCount > 0 ? step.PreviousState.Pointer + (row * step.StateStride) + unit : null,
                        null,
                        step.StatePlane,
                        TCell.UnitWeightCount > 0 ? step.UnitWeights.Pointer + unit : null,
                        step.UnitWeightPlane,
                        dFiltered.Pointer + (row * step.UnitStride) + unit,
                        step.DHidden.Pointer + (row * step.UnitStride) + unit,
                        TCell.StateCount > 0 ? step.DState.Pointer + (row * step.StateStride) + unit : null,
                        TCell.UnitWeightCount > 0 ? step.DUnitWeights.Pointer + (row * step.DUnitWeightStride) + unit : null));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* GatesOf(Floats gates, nint row, nint stride, int block) =>
        gates.Pointer + (row * stride) + ((nint)block * TCell.GateCount * CellSlots.BlockUnits);
}
