using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>
/// The loops over time of a cell whose step does not follow its sums block by block: because these are normalised over all units, because the recurrent
/// product of some gates is with what a filter makes of the previous output, or because the output is projected. As in <see cref="UnrolledPass{TCell, T}"/> each thread owns rows of the batch.
/// </summary>
/// <typeparam name="TCell">The cell.</typeparam>
/// <typeparam name="T">The lane type.</typeparam>
/// <param name="cell">The cell with its constants.</param>
internal sealed class StagedPass<TCell, T>(TCell cell) : RecurrentPass, IParallelWork
    where TCell : struct, ICellKernel
    where T : struct, ISimdLane<T>
{
    private readonly NormalizedSums inputNorm = new();
    private readonly NormalizedSums recurrentNorm = new();

    // [N, units]: the filtered outputs of all steps, which the gradient of U needs.
    private readonly FloatBuffer filtered = new();

    // Of a cell whose output is projected: [N, units], what is projected; [N, R], the gradients of the outputs; [B, units], the gradient of what is
    // projected; [B, units], zeros in the place of the gradient that passes by the recurrent matrix, of which there is none.
    private readonly FloatBuffer memory = new();
    private readonly FloatBuffer dProjected = new();
    private readonly FloatBuffer dMemory = new();
    private readonly FloatBuffer noGradient = new();

    // [B, columns]: products of some gates, and later gradients of them; [B, gates]: sums that the filter read; [B, units]: its gradient.
    private readonly FloatBuffer someSums = new();
    private readonly FloatBuffer filterSums = new();
    private readonly FloatBuffer dFiltered = new();
    private PackedMatrix plainForward = null!;
    private PackedMatrix plainBackward = null!;
    private PackedMatrix? projectionForward;
    private PackedMatrix? projectionBackward;
    private PackedMatrix? filteredForward;
    private PackedMatrix? filteredBackward;
    private Loop loop;
    private bool wantsPrevious;
    private int firstStep;
    private int endStep;

    /// <inheritdoc/>
    public override long GateBytes => base.GateBytes + (TCell.NormalizesSums ? 2 * NormalizedSums.BytesOfRow(GateStride) * Segments.BufferRows : 0);

    /// <inheritdoc/>
    public override long AllGateBytes => base.AllGateBytes + (TCell.NormalizesSums ? 2 * NormalizedSums.BytesOfRow(GateStride) * Layout.TotalRows : 0);

    /// <inheritdoc/>
    public override long MemoryInBytes => base.MemoryInBytes + (sizeof(float) * ((long)filtered.Length + memory.Length + dProjected.Length)) + GateBytes - base.GateBytes;

    protected override int StateCount => TCell.StateCount;

    protected override bool SeparatesRecurrentGates => TCell.SeparatesRecurrentGates;

    protected override bool HasPlainProduct => false;

    private static bool IsFiltered => TCell.FilteredGateCount > 0;

    private nint SomeStride => OuterProduct.PaddedColumns(Weights.GateColumns);

    void IParallelWork.Run(int item)
    {
        var (first, end) = (Layout.PartStart(item, Parts), Layout.PartStart(item + 1, Parts));
        if (first == end)
            return;
        switch (loop)
        {
            case Loop.InputNorm: NormalizeInputs(first, end); break;
            case Loop.Forward: ForwardRows(first, end, isRepeated: false); break;
            case Loop.Cells: ForwardRows(first, end, isRepeated: true); break;
            default: BackwardRows(first, end); break;
        }
    }

    protected override void FinishInputSums(int segment)
    {
        PrepareStages();
        if (TCell.NormalizesSums)
            Run(Loop.InputNorm, Segments.Start(segment), Segments.Start(segment + 1));
    }

    protected override void RunForward(int start, int end) => Run(Loop.Forward, start, end);

    protected override void RunCells(int start, int end) => Run(Loop.Cells, start, end);

    protected override void RunBackward(int start, int end, bool needsPrevious)
    {
        wantsPrevious = needsPrevious;
        Run(Loop.Backward, start, end);
    }

    protected override void RecurrentSums(int segment)
    {
        // Each step's sums are computed again with the cells, from outputs and filtered outputs that are all kept: see ForwardRows.
    }

    protected override void BeginBackward()
    {
        if (TCell.NormalizesSums)
        {
            inputNorm.BeginBackward(Layout.BatchSize);
            recurrentNorm.BeginBackward(Layout.BatchSize);
        }

        if (TCell.ProjectsOutput)
        {
            projectionBackward = Weights.ProjectionBackward();
            dProjected.EnsureLength(checked((Layout.TotalRows + 1) * HiddenStride));
            dMemory.EnsureLength((Layout.BatchSize + 1) * UnitStride);
            noGradient.EnsureLength((Layout.BatchSize + 1) * UnitStride);
            noGradient.Span.Clear();
        }

        plainBackward = IsFiltered ? Weights.PlainBackward() : Weights.RecurrentBackward(singleRow: false);
        if (IsFiltered)
        {
            filteredBackward = Weights.FilteredBackward();
            filterSums.EnsureLength(Layout.BatchSize * GateStride);
            dFiltered.EnsureLength((Layout.BatchSize + 1) * UnitStride);
        }
    }

    protected override void FinishBackward(WeightGradients parameters)
    {
        if (!TCell.NormalizesSums)
            return;
        var all = Weights.Parameters;
        inputNorm.Finish(parameters, all.InputGain, all.InputBias, Layout.BatchSize);
        recurrentNorm.Finish(parameters, all.RecurrentGain, all.RecurrentBias, Layout.BatchSize);
    }

    protected override void AddRecurrentGradients(WeightGradients parameters, int start, int rows)
    {
        if (TCell.ProjectsOutput)
        {
            var first = (nint)Layout.Offset(start);
            parameters.AddProjection(rows, dProjected.Pointer + (first * HiddenStride), HiddenStride, memory.Pointer + (first * UnitStride), UnitStride);
        }

        if (!IsFiltered)
        {
            base.AddRecurrentGradients(parameters, start, rows);
            return;
        }

        var offset = (nint)Layout.Offset(start) * UnitStride;
        parameters.AddRecurrent(isFiltered: false, rows, GatesAt(start), PreviousHiddenRows() + offset, UnitStride);
        parameters.AddRecurrent(isFiltered: true, rows, GatesAt(start), filtered.Pointer + offset, UnitStride);
    }

    private void PrepareStages()
    {
        if (TCell.NormalizesSums)
        {
            inputNorm.Prepare(Weights.SumShape, Weights.InputNorm, Segments.BufferRows, GateStride);
            recurrentNorm.Prepare(Weights.SumShape, Weights.RecurrentNorm, Segments.BufferRows, GateStride);
        }

        if (TCell.ProjectsOutput)
        {
            projectionForward = Weights.ProjectionForward();
            memory.EnsureLength(checked((Layout.TotalRows + 1) * UnitStride));
        }

        plainForward = IsFiltered ? Weights.PlainForward() : Weights.RecurrentForward(singleRow: false);
        if (IsFiltered)
        {
            filteredForward = Weights.FilteredForward();
            filtered.EnsureLength(checked((Layout.TotalRows + 1) * UnitStride));
            someSums.EnsureLength(checked((Layout.BatchSize + 1) * (int)SomeStride));
        }
    }

    private void Run(Loop work, int start, int end)
    {
        (loop, firstStep, endStep) = (work, start, end);
        Workers.Run(this, Parts);
    }

    private void NormalizeInputs(int first, int end)
    {
        for (var step = firstStep; step < endStep; step++)
        {
            var rows = Math.Min(Layout.Active(step), end) - first;
            if (rows <= 0)
                return;
            inputNorm.Forward<T>(StepAt(step, first).Gates, Segments.BufferRow(step) + first, rows);
        }
    }

    private void ForwardRows(int first, int end, bool isRepeated)
    {
        for (var step = firstStep; step < endStep; step++)
        {
            var rows = Math.Min(Layout.Active(step), end) - first;
            if (rows <= 0)
                return;
            var slots = StepAt(step, first);
            Sums(step, first, rows, slots);
            if (TCell.ProjectsOutput)
            {
                var units = InUnits(slots, step, first);
                CellRows<TCell, T>.Forward(cell, units, rows, Weights.Blocks);
                Multiply(rows, units.Hidden, UnitStride, projectionForward!, default, slots.Hidden, HiddenStride);
            }
            else
            {
                CellRows<TCell, T>.Forward(cell, slots, rows, Weights.Blocks);
            }

            for (var row = 0; !isRepeated && row < rows; row++)
                Output.CopyRow(Layout.TensorRow(step, first + row), slots.Hidden + ((nint)row * HiddenStride));
        }
    }

    /// <summary>The recurrent sums of a step.</summary>
    private void Sums(int step, int first, int rows, in CellStep slots)
    {
        if (!IsFiltered && !TCell.NormalizesSums)
        {
            var (source, sourceStride, sums) = TCell.SeparatesRecurrentGates
                ? (Weights.RecurrentBias, 0, slots.RecurrentGates)
                : (slots.Gates, GateStride, slots.Gates);
            Multiply(rows, slots.PreviousHidden, HiddenStride, plainForward, source, sums, GateStride, sourceStride);
            return;
        }

        if (!IsFiltered)
        {
            Multiply(rows, slots.PreviousHidden, HiddenStride, plainForward, default, slots.RecurrentGates, GateStride);
            recurrentNorm.Forward<T>(slots.RecurrentGates, Segments.BufferRow(step) + first, rows);
            return;
        }

        var some = someSums.Pointer + (first * SomeStride);
        Multiply(rows, slots.PreviousHidden, UnitStride, plainForward, default, some, SomeStride);
        Weights.PlainGates.AddTo(some, SomeStride, slots.Gates, GateStride, rows);
        var v = filtered.Pointer + ((nint)(Layout.Offset(step) + first) * UnitStride);
        FilterRows<TCell, T>.Forward(cell, slots, v, rows, Weights.Blocks);
        Multiply(rows, v, UnitStride, filteredForward!, default, some, SomeStride);
        Weights.FilteredGates.AddTo(some, SomeStride, slots.Gates, GateStride, rows);
    }

    private void BackwardRows(int first, int end)
    {
        for (var step = endStep - 1; step >= firstStep; step--)
        {
            var rows = Math.Min(Layout.Active(step), end) - first;
            if (rows <= 0)
                continue;
            var slots = StepAt(step, first);
            var sums = filterSums.Pointer + ((nint)first * GateStride);
            for (var row = 0; IsFiltered && row < rows; row++)
                (slots.Gates + ((nint)row * GateStride)).Span(Weights.GateColumns).CopyTo((sums + ((nint)row * GateStride)).Span(Weights.GateColumns));
            CellRows<TCell, T>.Backward(cell, TCell.ProjectsOutput ? OfProjection(slots, step, first, rows) : slots, rows, Weights.Blocks);
            if (Weights.HiddenSize % CellSlots.BlockUnits is > 0 and var units)
                CellRows<TCell, T>.ClearPadding(slots.At<TCell>(Weights.Blocks - 1), rows, units);
            if (IsFiltered)
                FilterGradients(slots, sums, first, rows);
            if (TCell.NormalizesSums)
            {
                inputNorm.Backward<T>(slots.Gates, Segments.BufferRow(step) + first, first, rows);
                recurrentNorm.Backward<T>(slots.RecurrentGates, Segments.BufferRow(step) + first, first, rows);
            }

            if (step > firstStep || wantsPrevious)
                AddRecurrentGradient(slots, first, rows);
        }
    }

    /// <summary>The gradients that pass through the filter.</summary>
    private void FilterGradients(in CellStep slots, Floats sums, int first, int rows)
    {
        var (some, dv) = (someSums.Pointer + (first * SomeStride), dFiltered.Pointer + ((nint)first * UnitStride));
        Weights.FilteredGates.Gather(slots.Gates, GateStride, some, SomeStride, rows);
        Multiply(rows, some, SomeStride, filteredBackward!, default, dv, UnitStride);
        FilterRows<TCell, T>.Backward(cell, slots, sums, dv, rows, Weights.Blocks);
        if (Weights.HiddenSize % CellSlots.BlockUnits is > 0 and var units)
            CellRows<TCell, T>.ClearPadding(slots.At<TCell>(Weights.Blocks - 1), rows, units);
    }

    /// <summary><c>dh' += da · U</c>.</summary>
    private void AddRecurrentGradient(in CellStep slots, int first, int rows)
    {
        if (!IsFiltered)
        {
            var sums = TCell.SeparatesRecurrentGates ? slots.RecurrentGates : slots.Gates;
            Multiply(rows, sums, GateStride, plainBackward, TCell.ProjectsOutput ? default : slots.DHidden, slots.DHidden, HiddenStride);
            return;
        }

        var some = someSums.Pointer + (first * SomeStride);
        Weights.PlainGates.Gather(slots.Gates, GateStride, some, SomeStride, rows);
        Multiply(rows, some, SomeStride, plainBackward, slots.DHidden, slots.DHidden, UnitStride);
    }

    /// <summary>The step as the units see it, whose output is projected only afterwards.</summary>
    private CellStep InUnits(in CellStep slots, int step, int first)
    {
        var units = slots;
        units.Hidden = memory.Pointer + ((nint)(Layout.Offset(step) + first) * UnitStride);
        // The step does not read the previous output; any memory of that shape will do.
        units.PreviousHidden = units.Hidden;
        units.UnitStride = UnitStride;
        return units;
    }

    /// <summary>The same backward: the gradient of the outputs, from above and from the next step, passed on through the projection.</summary>
    private CellStep OfProjection(in CellStep slots, int step, int first, int rows)
    {
        var dy = dProjected.Pointer + ((nint)(Layout.Offset(step) + first) * HiddenStride);
        for (nint row = 0; row < rows; row++)
        {
            (slots.DOutput + (row * slots.DOutputStride)).Span(Weights.OutputSize).CopyTo((dy + (row * HiddenStride)).Span(Weights.OutputSize));
            VectorKernels.Add(slots.DHidden + (row * HiddenStride), dy + (row * HiddenStride), Weights.OutputSize);
        }

        var dm = dMemory.Pointer + ((nint)first * UnitStride);
        Multiply(rows, dy, HiddenStride, projectionBackward!, default, dm, UnitStride);
        var units = InUnits(slots, step, first);
        (units.DOutput, units.DOutputStride) = (dm, UnitStride);
        units.DHidden = noGradient.Pointer + ((nint)first * UnitStride);
        return units;
    }

    /// <summary><c>target = source + rows · matrix</c>.</summary>
    private static void Multiply(
        int rows, Floats left, nint leftStride, PackedMatrix matrix, Floats source, Floats target, nint targetStride, nint? sourceStride = null)
    {
        for (var panel = 0; panel < matrix.PanelCount; panel++)
        {
            var column = panel * PackedMatrix.PanelColumns;
            var from = source.IsNull ? default : source + column;
            Panels<T>.Run(rows, left, leftStride, matrix, panel, from, sourceStride ?? targetStride, target + column, targetStride);
        }
    }

    /// <summary>What the workers do with their rows.</summary>
    private enum Loop
    {
        InputNorm,
        Forward,
        Cells,
        Backward,
    }
}
