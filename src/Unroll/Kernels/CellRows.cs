using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>The pointwise part of a cell over some rows and some blocks of 16 units.</summary>
internal static unsafe class CellRows<TCell, T>
    where TCell : struct, ICellKernel
    where T : struct, ISimdLane<T>
{
    /// <summary>Rows that are fetched before they are needed, where they lie anywhere.</summary>
    private const int RowsAhead = 4;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(TCell cell, in CellStep step, int rows, int blocks)
    {
        for (nint row = 0; row < rows; row++)
        {
            var gates = row * step.GateStride;
            var units = row * step.UnitStride;
            Forward(
                cell,
                step.Gates.Pointer + gates,
                TCell.SeparatesRecurrentGates ? step.RecurrentGates.Pointer + gates : null,
                step.PreviousHidden.Pointer + units,
                step.Hidden.Pointer + units,
                TCell.StateCount > 0 ? step.PreviousState.Pointer + (row * step.StateStride) : null,
                TCell.StateCount > 0 ? step.State.Pointer + (row * step.StateStride) : null,
                step.StatePlane,
                step.UnitWeights.Pointer,
                step.UnitWeightPlane,
                blocks);
        }
    }

    /// <summary>Forward where the new h of a row goes to a place of its own, and its c is there and is replaced.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="step">The gates and the previous h of the rows, and how far apart the states of a row lie.</param>
    /// <param name="states">For each row the start of its h and c.</param>
    /// <param name="unit">The first unit to compute.</param>
    /// <param name="blocks">How many blocks of units.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(TCell cell, in CellStep step, ReadOnlySpan<StateRow> states, int unit, int blocks)
    {
        for (var row = 0; row < states.Length; row++)
        {
            if (row + RowsAhead < states.Length)
                Fetch(states[row + RowsAhead], unit, step.StatePlane, blocks);
            var gates = row * step.GateStride;
            var hidden = states[row].Hidden.Pointer + unit;
            var state = TCell.StateCount > 0 ? states[row].State.Pointer + unit : null;
            Forward(
                cell,
                step.Gates.Pointer + gates,
                TCell.SeparatesRecurrentGates ? step.RecurrentGates.Pointer + gates : null,
                step.PreviousHidden.Pointer + (row * step.UnitStride),
                hidden,
                state,
                state,
                step.StatePlane,
                step.UnitWeights.Pointer,
                step.UnitWeightPlane,
                blocks);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(TCell cell, in CellStep step, int rows, int blocks)
    {
        for (nint row = 0; row < rows; row++)
        {
            var gates = step.Gates.Pointer + (row * step.GateStride);
            var recurrentGates = TCell.SeparatesRecurrentGates ? step.RecurrentGates.Pointer + (row * step.GateStride) : null;
            var units = row * step.UnitStride;
            var states = row * step.StateStride;
            var dOutput = step.DOutput.Pointer + (row * step.DOutputStride);
            var unitWeights = step.UnitWeights.Pointer;
            var dUnitWeights = TCell.UnitWeightCount > 0 ? step.DUnitWeights.Pointer + (row * step.DUnitWeightStride) : null;
            for (var block = 0; block < blocks; block++)
            {
                for (var lane = 0; lane < CellSlots.BlockUnits; lane += T.Width)
                {
                    cell.Backward<T>(new CellSlots(
                        gates + lane,
                        TCell.SeparatesRecurrentGates ? recurrentGates + lane : null,
                        step.PreviousHidden.Pointer + units + lane,
                        step.Hidden.Pointer + units + lane,
                        TCell.StateCount > 0 ? step.PreviousState.Pointer + states + lane : null,
                        TCell.StateCount > 0 ? step.State.Pointer + states + lane : null,
                        step.StatePlane,
                        TCell.UnitWeightCount > 0 ? unitWeights + lane : null,
                        step.UnitWeightPlane,
                        dOutput + lane,
                        step.DHidden.Pointer + units + lane,
                        TCell.StateCount > 0 ? step.DState.Pointer + states + lane : null,
                        TCell.UnitWeightCount > 0 ? dUnitWeights + lane : null));
                }

                gates += TCell.GateCount * CellSlots.BlockUnits;
                if (TCell.SeparatesRecurrentGates)
                    recurrentGates += TCell.GateCount * CellSlots.BlockUnits;
                units += CellSlots.BlockUnits;
                states += CellSlots.BlockUnits;
                dOutput += CellSlots.BlockUnits;
                if (TCell.UnitWeightCount > 0)
                {
                    unitWeights += CellSlots.BlockUnits;
                    dUnitWeights += CellSlots.BlockUnits;
                }
            }
        }
    }

    /// <summary>
    /// Zeroes the gradients of the gates behind the last unit. A step runs there too, on sums that are all zero; where that gives no number, the products that
    /// follow, in which these gates stand beside zeros, would carry it to every unit.
    /// </summary>
    /// <param name="step">The gates at the last block.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="units">The units of that block, 1 to 15.</param>
    public static void ClearPadding(in CellStep step, int rows, int units)
    {
        for (nint row = 0; row < rows; row++)
        {
            for (var gate = 0; gate < TCell.GateCount; gate++)
            {
                var at = (row * step.GateStride) + (gate * CellSlots.BlockUnits) + units;
                new Span<float>(step.Gates.Pointer + at, CellSlots.BlockUnits - units).Clear();
                if (TCell.SeparatesRecurrentGates)
                    new Span<float>(step.RecurrentGates.Pointer + at, CellSlots.BlockUnits - units).Clear();
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(in StateRow row, int unit, nint statePlane, int blocks)
    {
        for (var line = unit; line < unit + (blocks * CellSlots.BlockUnits); line += Prefetch.LineFloats)
        {
            Prefetch.Near(row.Hidden.Pointer + line);
            for (var state = 0; state < TCell.StateCount; state++)
                Prefetch.Near(row.State.Pointer + (state * statePlane) + line);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Forward(
        TCell cell, float* gates, float* recurrentGates, float* previousHidden, float* hidden, float* previousState, float* state, nint statePlane,
        float* unitWeights, nint unitWeightPlane, int blocks)
    {
        for (var block = 0; block < blocks; block++)
        {
            for (var lane = 0; lane < CellSlots.BlockUnits; lane += T.Width)
            {
                cell.Forward<T>(new CellSlots(
                    gates + lane,
                    TCell.SeparatesRecurrentGates ? recurrentGates + lane : null,
                    previousHidden + lane,
                    hidden + lane,
                    TCell.StateCount > 0 ? previousState + lane : null,
                    TCell.StateCount > 0 ? state + lane : null,
                    statePlane,
                    TCell.UnitWeightCount > 0 ? unitWeights + lane : null,
                    unitWeightPlane));
            }

            gates += TCell.GateCount * CellSlots.BlockUnits;
            if (TCell.SeparatesRecurrentGates)
                recurrentGates += TCell.GateCount * CellSlots.BlockUnits;
            previousHidden += CellSlots.BlockUnits;
            hidden += CellSlots.BlockUnits;
            if (TCell.StateCount > 0)
            {
                previousState += CellSlots.BlockUnits;
                state += CellSlots.BlockUnits;
            }

            if (TCell.UnitWeightCount > 0)
                unitWeights += CellSlots.BlockUnits;
        }
    }
}
