using Unroll.Cells;
using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>The facts of a built-in cell that do not need its type.</summary>
internal static class CellRegistry
{
    /// <summary>G.</summary>
    public static int GateCount(Cell cell) => cell switch
    {
        Cell.Lstm => 4,
        Cell.Gru => 3,
        Cell.RnnTanh or Cell.RnnRelu => 1,
        _ => throw Unknown(cell),
    };

    /// <summary>Whether the cell has a state besides its output.</summary>
    public static bool HasState(Cell cell) => cell == Cell.Lstm;

    /// <summary>Whether the cell keeps the recurrent sums apart.</summary>
    public static bool SeparatesRecurrentGates(Cell cell) => cell == Cell.Gru;

    /// <summary>A pass of that cell at the lane width of this process.</summary>
    public static RecurrentPass CreatePass(Cell cell) => cell switch
    {
        Cell.Lstm => CreatePass<LstmCell>(),
        Cell.Gru => CreatePass<GruCell>(),
        Cell.RnnTanh => CreatePass<ElmanCell<TanhActivation>>(),
        Cell.RnnRelu => CreatePass<ElmanCell<ReluActivation>>(),
        _ => throw Unknown(cell),
    };

    private static RecurrentPass CreatePass<TCell>()
        where TCell : struct, ICellKernel => LaneSelection.Current switch
        {
            LaneWidth.Bits512 => new UnrolledPass<TCell, Lanes512>(),
            LaneWidth.Bits256 => new UnrolledPass<TCell, Lanes256>(),
            LaneWidth.Bits128 => new UnrolledPass<TCell, Lanes128>(),
            _ => new UnrolledPass<TCell, LanesScalar>(),
        };

    /// <summary>A stepper of that cell at the lane width of this process.</summary>
    public static CellStepper CreateStepper(Cell cell, StepWeights weights) => cell switch
    {
        Cell.Lstm => CreateStepper<LstmCell>(weights),
        Cell.Gru => CreateStepper<GruCell>(weights),
        Cell.RnnTanh => CreateStepper<ElmanCell<TanhActivation>>(weights),
        Cell.RnnRelu => CreateStepper<ElmanCell<ReluActivation>>(weights),
        _ => throw Unknown(cell),
    };

    private static CellStepper CreateStepper<TCell>(StepWeights weights)
        where TCell : struct, ICellKernel => LaneSelection.Current switch
        {
            LaneWidth.Bits512 => new CellStepper<TCell, Lanes512>(weights),
            LaneWidth.Bits256 => new CellStepper<TCell, Lanes256>(weights),
            LaneWidth.Bits128 => new CellStepper<TCell, Lanes128>(weights),
            _ => new CellStepper<TCell, LanesScalar>(weights),
        };

    /// <summary>What steps many streams of that cell at the lane width of this process.</summary>
    public static BatchStepper CreateBatchStepper(Cell cell, CellWeights[] layers) => cell switch
    {
        Cell.Lstm => CreateBatchStepper<LstmCell>(layers),
        Cell.Gru => CreateBatchStepper<GruCell>(layers),
        Cell.RnnTanh => CreateBatchStepper<ElmanCell<TanhActivation>>(layers),
        Cell.RnnRelu => CreateBatchStepper<ElmanCell<ReluActivation>>(layers),
        _ => throw Unknown(cell),
    };

    private static BatchStepper CreateBatchStepper<TCell>(CellWeights[] layers)
        where TCell : struct, ICellKernel => LaneSelection.Current switch
        {
            LaneWidth.Bits512 => new TileBatchStepper<TCell, Lanes512>(layers),
            LaneWidth.Bits256 => new TileBatchStepper<TCell, Lanes256>(layers),
            LaneWidth.Bits128 => new TileBatchStepper<TCell, Lanes128>(layers),
            _ => new TileBatchStepper<TCell, LanesScalar>(layers),
        };

    private static ArgumentOutOfRangeException Unknown(Cell cell) =>
        new(nameof(cell), cell, $"There is no cell {(int)cell}; use one of {string.Join(", ", Enum.GetNames<Cell>())}.");
}
