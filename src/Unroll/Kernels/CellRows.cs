using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>The pointwise part of a cell over some rows and some blocks of 16 units.</summary>
internal static unsafe class CellRows<TCell, T>
    where TCell : struct, ICellKernel
    where T : struct, ISimdLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(in CellStep step, int rows, int blocks)
    {
        for (nint row = 0; row < rows; row++)
        {
            var gates = step.Gates.Pointer + (row * step.GateStride);
            var recurrentGates = TCell.SeparatesRecurrentGates ? step.RecurrentGates.Pointer + (row * step.GateStride) : null;
            var units = row * step.UnitStride;
            for (var block = 0; block < blocks; block++)
            {
                for (var lane = 0; lane < CellSlots.BlockUnits; lane += T.Width)
                {
                    TCell.Forward<T>(new CellSlots(
                        gates + lane,
                        TCell.SeparatesRecurrentGates ? recurrentGates + lane : null,
                        step.PreviousHidden.Pointer + units + lane,
                        step.Hidden.Pointer + units + lane,
                        TCell.HasState ? step.PreviousState.Pointer + units + lane : null,
                        TCell.HasState ? step.State.Pointer + units + lane : null));
                }

                gates += TCell.GateCount * CellSlots.BlockUnits;
                if (TCell.SeparatesRecurrentGates)
                    recurrentGates += TCell.GateCount * CellSlots.BlockUnits;
                units += CellSlots.BlockUnits;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(in CellStep step, int rows, int blocks)
    {
        for (nint row = 0; row < rows; row++)
        {
            var gates = step.Gates.Pointer + (row * step.GateStride);
            var recurrentGates = TCell.SeparatesRecurrentGates ? step.RecurrentGates.Pointer + (row * step.GateStride) : null;
            var units = row * step.UnitStride;
            var dOutput = step.DOutput.Pointer + (row * step.DOutputStride);
            for (var block = 0; block < blocks; block++)
            {
                for (var lane = 0; lane < CellSlots.BlockUnits; lane += T.Width)
                {
                    TCell.Backward<T>(new CellSlots(
                        gates + lane,
                        TCell.SeparatesRecurrentGates ? recurrentGates + lane : null,
                        step.PreviousHidden.Pointer + units + lane,
                        step.Hidden.Pointer + units + lane,
                        TCell.HasState ? step.PreviousState.Pointer + units + lane : null,
                        TCell.HasState ? step.State.Pointer + units + lane : null,
                        dOutput + lane,
                        step.DHidden.Pointer + units + lane,
                        TCell.HasState ? step.DState.Pointer + units + lane : null));
                }

                gates += TCell.GateCount * CellSlots.BlockUnits;
                if (TCell.SeparatesRecurrentGates)
                    recurrentGates += TCell.GateCount * CellSlots.BlockUnits;
                units += CellSlots.BlockUnits;
                dOutput += CellSlots.BlockUnits;
            }
        }
    }
}
