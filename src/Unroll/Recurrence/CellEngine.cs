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

    private readonly struct PassMaker : ICellVisitor<RecurrentPass>
    {
        public RecurrentPass Visit<TCell>(TCell cell)
            where TCell : struct, ICellKernel => LaneSelection.Current switch
            {
                LaneWidth.Bits512 => new UnrolledPass<TCell, Lanes512>(cell),
                LaneWidth.Bits256 => new UnrolledPass<TCell, Lanes256>(cell),
                LaneWidth.Bits128 => new UnrolledPass<TCell, Lanes128>(cell),
                _ => new UnrolledPass<TCell, LanesScalar>(cell),
            };
    }

    private readonly struct StepperMaker(StepWeights weights) : ICellVisitor<CellStepper>
    {
        public CellStepper Visit<TCell>(TCell cell)
            where TCell : struct, ICellKernel => LaneSelection.Current switch
            {
                LaneWidth.Bits512 => new CellStepper<TCell, Lanes512>(cell, weights),
                LaneWidth.Bits256 => new CellStepper<TCell, Lanes256>(cell, weights),
                LaneWidth.Bits128 => new CellStepper<TCell, Lanes128>(cell, weights),
                _ => new CellStepper<TCell, LanesScalar>(cell, weights),
            };
    }

    private readonly struct BatchStepperMaker(CellWeights[] layers) : ICellVisitor<BatchStepper>
    {
        public BatchStepper Visit<TCell>(TCell cell)
            where TCell : struct, ICellKernel => LaneSelection.Current switch
            {
                LaneWidth.Bits512 => new TileBatchStepper<TCell, Lanes512>(cell, layers),
                LaneWidth.Bits256 => new TileBatchStepper<TCell, Lanes256>(cell, layers),
                LaneWidth.Bits128 => new TileBatchStepper<TCell, Lanes128>(cell, layers),
                _ => new TileBatchStepper<TCell, LanesScalar>(cell, layers),
            };
    }
}
