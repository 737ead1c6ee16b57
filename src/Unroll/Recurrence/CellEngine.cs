using System.Runtime.CompilerServices;
using Unroll.Cells;
using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>Makes the engine's parts for a cell at the lane width of this process.</summary>
internal static class CellEngine
{
    /// <summary>One layer in one direction over all time steps.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="isRegularized">Whether there is recurrent dropout or zoneout.</param>
    public static RecurrentPass CreatePass(Cell cell, bool isRegularized) => cell.Accept<PassMaker, RecurrentPass>(new(isRegularized));

    /// <summary>One layer of one stream.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="regularization">Zoneout, of which a step does the expectation.</param>
    public static CellStepper CreateStepper(Cell cell, StepWeights weights, in Regularization regularization) =>
        cell.Accept<StepperMaker, CellStepper>(new(weights, regularization));

    /// <summary>What steps many streams.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="layers">The weights, bottom layer first.</param>
    /// <param name="hasZoneout">Whether there is zoneout, which the steps of the streams themselves do.</param>
    public static BatchStepper CreateBatchStepper(Cell cell, CellWeights[] layers, bool hasZoneout) =>
        cell.Accept<BatchStepperMaker, BatchStepper>(new(layers, hasZoneout));

    /// <summary>Whether a cell needs all sums of a row before its step. Inlined, it leaves the parts for other cells out of what is compiled ahead of time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsStaged<TCell>()
        where TCell : struct, ICellKernel => TCell.NormalizesSums || TCell.ProjectsOutput || TCell.FilteredGateCount > 0;

    private readonly struct PassMaker(bool isRegularized) : ICellVisitor<RecurrentPass>
    {
        public RecurrentPass Visit<TCell>(TCell cell)
            where TCell : struct, ICellKernel => LaneSelection.Current switch
            {
                LaneWidth.Bits512 => Of<TCell, Lanes512>(cell),
                LaneWidth.Bits256 => Of<TCell, Lanes256>(cell),
                LaneWidth.Bits128 => Of<TCell, Lanes128>(cell),
                _ => Of<TCell, LanesScalar>(cell),
            };

        private RecurrentPass Of<TCell, T>(TCell cell)
            where TCell : struct, ICellKernel
            where T : struct, ISimdLane<T> => IsStaged<TCell>() || isRegularized ? new StagedPass<TCell, T>(cell) : new UnrolledPass<TCell, T>(cell);
    }

    private readonly struct StepperMaker(StepWeights weights, Regularization regularization) : ICellVisitor<CellStepper>
    {
        public CellStepper Visit<TCell>(TCell cell)
            where TCell : struct, ICellKernel => LaneSelection.Current switch
            {
                LaneWidth.Bits512 => Of<TCell, Lanes512>(cell),
                LaneWidth.Bits256 => Of<TCell, Lanes256>(cell),
                LaneWidth.Bits128 => Of<TCell, Lanes128>(cell),
                _ => Of<TCell, LanesScalar>(cell),
            };

        private CellStepper Of<TCell, T>(TCell cell)
            where TCell : struct, ICellKernel
            where T : struct, ISimdLane<T> => IsStaged<TCell>() || regularization.HasZoneout
                ? new StagedStepper<TCell, T>(cell, weights, regularization)
                : new CellStepper<TCell, T>(cell, weights);
    }

    private readonly struct BatchStepperMaker(CellWeights[] layers, bool hasZoneout) : ICellVisitor<BatchStepper>
    {
        public BatchStepper Visit<TCell>(TCell cell)
            where TCell : struct, ICellKernel => LaneSelection.Current switch
            {
                LaneWidth.Bits512 => Of<TCell, Lanes512>(cell),
                LaneWidth.Bits256 => Of<TCell, Lanes256>(cell),
                LaneWidth.Bits128 => Of<TCell, Lanes128>(cell),
                _ => Of<TCell, LanesScalar>(cell),
            };

        private BatchStepper Of<TCell, T>(TCell cell)
            where TCell : struct, ICellKernel
            where T : struct, ISimdLane<T> => IsStaged<TCell>() || hasZoneout ? new RowBatchStepper(layers) : new TileBatchStepper<TCell, T>(cell, layers);
    }
}
