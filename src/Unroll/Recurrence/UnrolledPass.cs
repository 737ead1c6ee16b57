using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>
/// The loops over time: each thread owns rows of the batch and runs all steps of them without waiting for anybody. A batch of one has a loop of
/// its own, in <see cref="SingleRowLoop{TCell, T}"/>.
/// </summary>
/// <typeparam name="TCell">The cell.</typeparam>
/// <typeparam name="T">The lane type.</typeparam>
internal sealed class UnrolledPass<TCell, T> : RecurrentPass, IParallelWork
    where TCell : struct, ICellKernel
    where T : struct, ISimdLane<T>
{
    private readonly SingleRowLoop<TCell, T> singleRow;
    private Loop loop;
    private bool wantsPrevious;
    private int firstStep;
    private int endStep;

    private readonly TCell cell;

    public UnrolledPass(TCell cell)
    {
        this.cell = cell;
        singleRow = new(this);
    }

    /// <summary>The cell with its constants.</summary>
    internal TCell Cell => cell;

    protected override int StateCount => TCell.StateCount;

    protected override bool SeparatesRecurrentGates => TCell.SeparatesRecurrentGates;

    /// <summary>Whether the threads may share the units of a step; without a matrix there is too little to share.</summary>
    private bool IsSingleRow => TCell.HasRecurrentMatrix && Layout.BatchSize == 1;

    private static int BlocksOfGroup => GatePanels<TCell>.BlocksOfGroup(PackedMatrix.PanelColumns);

    private static int BlocksOfPanel => PackedMatrix.PanelColumns / CellSlots.BlockUnits;

    void IParallelWork.Run(int item)
    {
        var first = Layout.PartStart(item, Parts);
        var end = Layout.PartStart(item + 1, Parts);
        if (first == end)
            return;
        switch (loop)
        {
            case Loop.Forward: ForwardRows(first, end); break;
            case Loop.Cells: CellsOfRows(first, end); break;
            default: BackwardRows(first, end); break;
        }
    }

    protected override void RunForward(int start, int end)
    {
        loop = Loop.Forward;
        (firstStep, endStep) = (start, end);
        if (IsSingleRow)
            RunSingleRowForward();
        else
            Workers.Run(this, Parts);
    }

    protected override void RunCells(int start, int end)
    {
        loop = Loop.Cells;
        (firstStep, endStep) = (start, end);
        Workers.Run(this, Parts);
    }

    protected override void RunBackward(int start, int end, bool needsPrevious)
    {
        loop = Loop.Backward;
        (firstStep, endStep) = (start, end);
        wantsPrevious = needsPrevious;
        if (IsSingleRow)
            RunSingleRowBackward();
        else
            Workers.Run(this, Parts);
    }

    protected override void WatchActivations(ActivationWatch watch, int step, int row) =>
        WatchedRow<TCell>.Run(cell, watch, StepAt(step, row), Weights.HiddenSize);

    private static int Running(int active, int first, int end) => Math.Min(active, end) - first;

    private void ForwardRows(int first, int end)
    {
        for (var step = firstStep; step < endStep; step++)
        {
            var rows = Running(Layout.Active(step), first, end);
            if (rows <= 0)
                return;
            var slots = StepAt(step, first);
            ForwardBlocks(slots, rows);
            for (var row = 0; row < rows; row++)
                Output.CopyRow(Layout.TensorRow(step, first + row), slots.Hidden + ((nint)row * HiddenStride));
        }
    }

    private void CellsOfRows(int first, int end)
    {
        for (var step = firstStep; step < endStep; step++)
        {
            var rows = Running(Layout.Active(step), first, end);
            if (rows <= 0)
                return;
            CellRows<TCell, T>.Forward(cell, StepAt(step, first), rows, Weights.Blocks);
        }
    }

    /// <summary>The cell runs on a group of units as soon as their sums are complete, while these are in the first-level cache.</summary>
    private void ForwardBlocks(in CellStep slots, int rows)
    {
        for (var block = 0; block < Weights.Blocks; block += BlocksOfGroup)
        {
            var next = block + BlocksOfGroup;
            if (next < Weights.Blocks)
                Prefetch.Rows(slots.At<TCell>(next).Gates, GateStride, rows, BlocksOfGroup * TCell.GateCount * CellSlots.BlockUnits);
            if (TCell.HasRecurrentMatrix)
                RecurrentSums(slots, rows, block);
            CellRows<TCell, T>.Forward(cell, slots.At<TCell>(block), rows, Math.Min(BlocksOfGroup, Weights.Blocks - block));
        }
    }

    private void RunSingleRowForward()
    {
        var end = Math.Min(endStep, Layout.Length(0));
        singleRow.Forward(Weights, RecurrentForward, firstStep, end);
        for (var step = firstStep; step < end; step++)
            Output.CopyRow(Layout.TensorRow(step, 0), Hidden.Pointer + ((nint)(1 + step) * HiddenStride));
    }

    private void RunSingleRowBackward()
    {
        var end = Math.Min(endStep, Layout.Length(0));
        singleRow.Backward(Weights, RecurrentBackward, firstStep, end);
        if (wantsPrevious && firstStep < end)
            RowProduct<T>.Run(RecurrentGradients(firstStep, 0), RecurrentBackward, DHidden.Pointer, DHidden.Pointer);
    }

    /// <summary>The gradients of a step's recurrent sums from one row on.</summary>
    internal Floats RecurrentGradients(int step, int first) =>
        DRecurrentSums.Pointer + ((nint)(Segments.BufferRow(step) + first) * GateStride);

    /// <summary><c>U · h'</c> of the gates of one group of blocks: onto the input sums, or apart.</summary>
    private void RecurrentSums(in CellStep slots, int rows, int block)
    {
        var firstColumn = block * TCell.GateCount * CellSlots.BlockUnits;
        var endColumn = Math.Min(firstColumn + (BlocksOfGroup * TCell.GateCount * CellSlots.BlockUnits), Weights.GateColumns);
        for (var column = firstColumn; column < endColumn; column += PackedMatrix.PanelColumns)
        {
            var panel = column / PackedMatrix.PanelColumns;
            if (TCell.SeparatesRecurrentGates)
            {
                Panels<T>.Run(
                    rows, slots.PreviousHidden, HiddenStride, RecurrentForward, panel,
                    Weights.RecurrentBias + column, 0, slots.RecurrentGates + column, GateStride);
            }
            else
            {
                Panels<T>.Run(
                    rows, slots.PreviousHidden, HiddenStride, RecurrentForward, panel,
                    slots.Gates + column, GateStride, slots.Gates + column, GateStride);
            }
        }
    }

    private void BackwardRows(int first, int end)
    {
        for (var step = endStep - 1; step >= firstStep; step--)
        {
            var rows = Running(Layout.Active(step), first, end);
            if (rows <= 0)
                continue;
            // The gradient that a later segment left is complete.
            var rowsAfter = step + 1 < endStep ? Math.Max(0, Running(Layout.Active(step + 1), first, end)) : 0;
            var slots = StepAt(step, first);
            // The blocks that share a panel are finished while their gradient is in the first-level cache.
            for (var block = 0; block < Weights.Blocks; block += BlocksOfPanel)
            {
                var blocks = Math.Min(BlocksOfPanel, Weights.Blocks - block);
                var current = slots.At<TCell>(block);
                if (rowsAfter > 0)
                {
                    PrefetchForBackward(current, rows, blocks);
                    if (TCell.HasRecurrentMatrix)
                        AddRecurrentGradient(step + 1, first, rowsAfter, block / BlocksOfPanel);
                }

                CellRows<TCell, T>.Backward(cell, current, rows, blocks);
            }

            if (Weights.HiddenSize % CellSlots.BlockUnits is > 0 and var units)
                CellRows<TCell, T>.ClearPadding(slots.At<TCell>(Weights.Blocks - 1), rows, units);
        }

        var firstRows = Running(Layout.Active(firstStep), first, end);
        if (!TCell.HasRecurrentMatrix || !wantsPrevious || firstRows <= 0)
            return;
        for (var panel = 0; panel < RecurrentBackward.PanelCount; panel++)
            AddRecurrentGradient(firstStep, first, firstRows, panel);
    }

    /// <summary>What the pointwise part will read after the product that comes before it.</summary>
    private void PrefetchForBackward(in CellStep slots, int rows, int blocks)
    {
        var units = blocks * CellSlots.BlockUnits;
        Prefetch.Rows(slots.Gates, GateStride, rows, units * TCell.GateCount);
        if (TCell.SeparatesRecurrentGates)
            Prefetch.Rows(slots.RecurrentGates, GateStride, rows, units * TCell.GateCount);
        for (var state = 0; state < TCell.StateCount; state++)
            Prefetch.Rows(slots.PreviousState + (state * slots.StatePlane), StateStride, rows, units);
        if (TCell.StateCount == 0)
            Prefetch.Rows(slots.PreviousHidden, HiddenStride, rows, units);
        Prefetch.Rows(slots.DOutput, DOutputStride, rows, units);
    }

    /// <summary><c>dh' += da · U</c> for one panel of units, from the gradients of a step's recurrent sums.</summary>
    private void AddRecurrentGradient(int step, int first, int rows, int panel)
    {
        var target = DHidden.Pointer + ((nint)first * HiddenStride) + (panel * PackedMatrix.PanelColumns);
        Panels<T>.Run(rows, RecurrentGradients(step, first), GateStride, RecurrentBackward, panel, target, HiddenStride, target, HiddenStride);
    }

    /// <summary>What the workers do with their rows.</summary>
    private enum Loop
    {
        Forward,
        Cells,
        Backward,
    }
}
