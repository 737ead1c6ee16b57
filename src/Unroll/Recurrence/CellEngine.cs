using Unroll.Cells;
using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>Makes the engine's parts for a cell at the lane width of this process.</summary>
internal static class CellEngine
{
    /// <summary>One layer in one direction over all time steps.</summary>
    public static RecurrentPass CreatePass(Cell cell) => cell.Accept<PassMaker, RecurrentPass>(default);

    /// <summary>One layer of one stream.</summary>
    public static CellStepper CreateStepper(Cell cell, StepWeights weights) => cell.Accept<StepperMaker, CellStepper>(new(weights));

    /// <summary>What steps many streams.</summary>
    public static BatchStepper CreateBatchStepper(Cell cell, CellWeights[] layers) => cell.Accept<BatchStepperMaker, BatchStepper>(new(layers));

    /// <summary>Whether a cell needs all sums of a row before its step.</summary>
    private static bool IsStaged<TCell>()
        where TCell : struct, ICellKernel => TCell.NormalizesSums || TCell.ProjectsOutput || TCell.FilteredGateCount > 0;

    private readonly struct PassMaker : ICellVisitor<RecurrentPass>
    {
        public RecurrentPass Visit<TCell>(TCell cell)
            where TCell : struct, ICellKernel => LaneSelection.Current switch
            {
                LaneWidth.Bits512 => Of<TCell, Lanes512>(cell),
                LaneWidth.Bits256 => Of<TCell, Lanes256>(cell),
                LaneWidth.Bits128 => Of<TCell, Lanes128>(cell),
                _ => Of<TCell, LanesScalar>(cell),
            };

        private static RecurrentPass Of<TCell, T>(TCell cell)
            where TCell : struct, ICellKernel
            where T : struct, ISimdLane<T> => IsStaged<TCell>() ? new StagedPass<TCell, T>(cell) : new UnrolledPass<TCell, T>(cell);
    }

    private readonly struct StepperMaker(StepWeights weights) : ICellVisitor<CellStepper>
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
            where T : struct, ISimdLane<T> => IsStaged<TCell>() ? new StagedStepper<TCell, T>(cell, weights) : new CellStepper<TCell, T>(cell, weights);
    }

    private readonly struct BatchStepperMaker(CellWeights[] layers) : ICellVisitor<BatchStepper>
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
            where T : struct, ISimdLane<T> => IsStaged<TCell>() ? new RowBatchStepper(layers) : new TileBatchStepper<TCell, T>(cell, layers);
    }
}
