using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>
/// The loops over time of a cell whose step does not follow its sums block by block: because these are normalised over all units, because the recurrent
/// product of some gates is with what a filter makes of the previous output, or because the output is projected. And the loops of any cell with recurrent dropout
/// or zoneout. As in <see cref="UnrolledPass{TCell, T}"/> each thread owns rows of the batch.
/// </summary>
/// <typeparam name="TCell">The cell.</typeparam>
/// <typeparam name="T">The lane type.</typeparam>
internal sealed class StagedPass<TCell, T> : RecurrentPass, IParallelWork
    where TCell : struct, ICellKernel
    where T : struct, ISimdLane<T>
{
    private readonly TCell cell;
    private readonly RegularizedRows<T> regular;
    private readonly NormalizedSums inputNorm = new();
    private readonly NormalizedSums recurrentNorm = new();

    // [N, units]: the filtered outputs of all steps, which the gradient of U needs.
    private readonly FloatBuffer filtered = new();

    // Of a cell whose output is projected, or kept by zoneout: [N, units], what the step gave; [B, units], its gradient. Of a projection: [N, R], the gradients
    // of the outputs; [B, units], zeros in the place of the gradient that passes by the recurrent matrix, of which there is none.
    private readonly FloatBuffer memory = new();
    private readonly FloatBuffer dProjected = new();
    private readonly FloatBuffer dMemory = new();
    private readonly FloatBuffer noGradient = new();

    // [B, columns]: products of some gates, and later gradients of them; [B, gates]: sums that the filter read; [B, units]: its gradient.
    private readonly FloatBuffer someSums = new();
    private readonly FloatBuffer filterSums = new();
    private readonly FloatBuffer dFiltered = new();
    private PackedMatrix? plainForward;
    private PackedMatrix? plainBackward;
    private PackedMatrix? projectionForward;
    private PackedMatrix? projectionBackward;
    private PackedMatrix? filteredForward;
    private PackedMatrix? filteredBackward;
    private Loop loop;
    private bool wantsPrevious;
    private int firstStep;
    private int endStep;

    /// <summary>A pass without rows.</summary>
    /// <param name="cell">The cell with its constants.</param>
    public StagedPass(TCell cell)
    {
        this.cell = cell;
        regular = new(Layout);
    }

    /// <inheritdoc/>
    public override long GateBytes => base.GateBytes + (TCell.NormalizesSums ? 2 * NormalizedSums.BytesOfRow(GateStride) * Segments.BufferRows : 0);

    /// <inheritdoc/>
    public override long AllGateBytes => base.AllGateBytes + (TCell.NormalizesSums ? 2 * NormalizedSums.BytesOfRow(GateStride) * Layout.TotalRows : 0);

    /// <inheritdoc/>
    public override long MemoryInBytes => base.MemoryInBytes + (sizeof(float) * ((long)filtered.Length + memory.Length + dProjected.Length)) + regular.MemoryInBytes
        + GateBytes - base.GateBytes;

    protected override int StateCount => TCell.StateCount;

    protected override bool SeparatesRecurrentGates => TCell.SeparatesRecurrentGates;

    protected override bool HasPlainProduct => false;

    private static bool IsFiltered => TCell.FilteredGateCount > 0;

    /// <summary>Whether the output of the step is not yet that of the layer.</summary>
    private bool HasMemory => TCell.ProjectsOutput || regular.KeepsOutputs;

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

    protected override void WatchActivations(ActivationWatch watch, int step, int row)
    {
        var slots = StepAt(step, row);
        WatchedRow<TCell>.Run(cell, watch, TCell.ProjectsOutput ? InUnits(slots, step, row) : slots, Weights.HiddenSize);
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

        if (HasMemory)
            dMemory.EnsureLength((Layout.BatchSize + 1) * UnitStride);
        if (TCell.ProjectsOutput)
        {
            projectionBackward = Weights.ProjectionBackward();
            dProjected.EnsureLength(checked((Layout.TotalRows + 1) * HiddenStride));
            noGradient.EnsureLength((Layout.BatchSize + 1) * UnitStride);
            noGradient.Span.Clear();
        }

        if (TCell.HasRecurrentMatrix)
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
        parameters.AddRecurrent(isFiltered: false, rows, GatesAt(start), RecurrentOperands() + offset, UnitStride);
        parameters.AddRecurrent(isFiltered: true, rows, GatesAt(start), filtered.Pointer + offset, UnitStride);
    }

    protected override Floats RecurrentOperands() => regular.DropsOutputs ? regular.MaskedAt(step: 0) : base.RecurrentOperands();

    protected override void BeginForward()
    {
        regular.Prepare(Regularization, Weights, (HiddenStride, StateStride, StatePlane));
        if (TCell.NormalizesSums)
        {
            inputNorm.Prepare(Weights.SumShape, Weights.InputNorm, Segments.BufferRows, GateStride);
            recurrentNorm.Prepare(Weights.SumShape, Weights.RecurrentNorm, Segments.BufferRows, GateStride);
        }

        if (HasMemory)
            memory.EnsureLength(checked((Layout.TotalRows + 1) * UnitStride));
        if (TCell.ProjectsOutput)
            projectionForward = Weights.ProjectionForward();
        if (TCell.HasRecurrentMatrix)
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
            if (TCell.HasRecurrentMatrix)
                Sums(step, first, rows, slots);
            var units = InUnits(slots, step, first);
            CellRows<TCell, T>.Forward(cell, units, rows, Weights.Blocks);
            if (TCell.ProjectsOutput)
                Multiply(rows, units.Hidden, UnitStride, projectionForward!, default, slots.Hidden, HiddenStride);
            regular.Keep(slots, TCell.ProjectsOutput ? slots.Hidden : units.Hidden, step, first, rows);
            for (var row = 0; !isRepeated && row < rows; row++)
                Output.CopyRow(Layout.TensorRow(step, first + row), slots.Hidden + ((nint)row * HiddenStride));
        }
    }

    /// <summary>The recurrent sums of a step.</summary>
    private void Sums(int step, int first, int rows, in CellStep slots)
    {
        var previous = regular.DropsOutputs ? regular.Mask(slots.PreviousHidden, default, step, first, rows) : slots.PreviousHidden;
        if (!IsFiltered && !TCell.NormalizesSums)
        {
            var (source, sourceStride, sums) = TCell.SeparatesRecurrentGates
                ? (Weights.RecurrentBias, 0, slots.RecurrentGates)
                : (slots.Gates, GateStride, slots.Gates);
            Multiply(rows, previous, HiddenStride, plainForward!, source, sums, GateStride, sourceStride);
            return;
        }

        if (!IsFiltered)
        {
            Multiply(rows, previous, HiddenStride, plainForward!, default, slots.RecurrentGates, GateStride);
            recurrentNorm.Forward<T>(slots.RecurrentGates, Segments.BufferRow(step) + first, rows);
            return;
        }

        var some = someSums.Pointer + (first * SomeStride);
        Multiply(rows, previous, UnitStride, plainForward!, default, some, SomeStride);
        Weights.PlainGates.AddTo(some, SomeStride, slots.Gates, GateStride, rows);
        var v = filtered.Pointer + ((nint)(Layout.Offset(step) + first) * UnitStride);
        FilterRows<TCell, T>.Forward(cell, slots, v, rows, Weights.Blocks);
        if (regular.DropsOutputs)
            regular.Mask(v, v, step, first, rows);
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
            CellRows<TCell, T>.Backward(cell, WithGradients(slots, step, first, rows), rows, Weights.Blocks);
            if (Weights.HiddenSize % CellSlots.BlockUnits is > 0 and var units)
                CellRows<TCell, T>.ClearPadding(slots.At<TCell>(Weights.Blocks - 1), rows, units);
            if (IsFiltered)
                FilterGradients(slots, sums, first, rows);
            if (TCell.NormalizesSums)
            {
                inputNorm.Backward<T>(slots.Gates, Segments.BufferRow(step) + first, first, rows);
                recurrentNorm.Backward<T>(slots.RecurrentGates, Segments.BufferRow(step) + first, first, rows);
            }

            if (TCell.HasRecurrentMatrix && (step > firstStep || wantsPrevious))
                AddRecurrentGradient(slots, first, rows);
            regular.AddKept(slots, first, rows);
        }
    }

    /// <summary>The gradients that pass through the filter.</summary>
    private void FilterGradients(in CellStep slots, Floats sums, int first, int rows)
    {
        var (some, dv) = (someSums.Pointer + (first * SomeStride), dFiltered.Pointer + ((nint)first * UnitStride));
        Weights.FilteredGates.Gather(slots.Gates, GateStride, some, SomeStride, rows);
        Multiply(rows, some, SomeStride, filteredBackward!, default, dv, UnitStride);
        if (regular.DropsOutputs)
            regular.Unmask(dv, dv, first, rows, accumulate: false);
        FilterRows<TCell, T>.Backward(cell, slots, sums, dv, rows, Weights.Blocks);
        if (Weights.HiddenSize % CellSlots.BlockUnits is > 0 and var units)
            CellRows<TCell, T>.ClearPadding(slots.At<TCell>(Weights.Blocks - 1), rows, units);
    }

    /// <summary><c>dh' += da · U</c>, and of a projected output, which has no other gradient there, <c>dh' = da · U</c>.</summary>
    private void AddRecurrentGradient(in CellStep slots, int first, int rows)
    {
        var (sums, stride) = (TCell.SeparatesRecurrentGates ? slots.RecurrentGates : slots.Gates, (nint)GateStride);
        if (IsFiltered)
        {
            (sums, stride) = (someSums.Pointer + (first * SomeStride), SomeStride);
            Weights.PlainGates.Gather(slots.Gates, GateStride, sums, stride, rows);
        }

        if (!regular.DropsOutputs)
        {
            Multiply(rows, sums, stride, plainBackward!, TCell.ProjectsOutput ? default : slots.DHidden, slots.DHidden, HiddenStride);
            return;
        }

        var dMasked = regular.MaskedGradients(first);
        Multiply(rows, sums, stride, plainBackward!, default, dMasked, HiddenStride);
        regular.Unmask(dMasked, slots.DHidden, first, rows, accumulate: !TCell.ProjectsOutput);
    }

    /// <summary>The step as the units see it, whose output is projected and whose values are kept only afterwards.</summary>
    private CellStep InUnits(in CellStep slots, int step, int first)
    {
        var units = slots;
        if (HasMemory)
            units.Hidden = memory.Pointer + ((nint)(Layout.Offset(step) + first) * UnitStride);
        if (regular.KeepsStates)
            units.State = regular.FreshStates(step, first);
        if (!TCell.ProjectsOutput)
            return units;
        // The step does not read the previous output; any memory of that shape will do.
        units.PreviousHidden = units.Hidden;
        units.UnitStride = UnitStride;
        return units;
    }

    /// <summary>
    /// The same backward. The gradient of what the units gave is that of the outputs and states, from above and from the next step, without what belongs to kept
    /// ones, and passed on through the projection.
    /// </summary>
    private CellStep WithGradients(in CellStep slots, int step, int first, int rows)
    {
        var units = InUnits(slots, step, first);
        if (regular.KeepsStates)
            regular.SplitStates(slots.DState, step, first, rows);
        if (!HasMemory)
            return units;
        var dm = dMemory.Pointer + ((nint)first * UnitStride);
        if (TCell.ProjectsOutput)
        {
            var dy = dProjected.Pointer + ((nint)(Layout.Offset(step) + first) * HiddenStride);
            OutputGradients(slots, dy, Weights.OutputSize, step, first, rows);
            Multiply(rows, dy, HiddenStride, projectionBackward!, default, dm, UnitStride);
            units.DHidden = noGradient.Pointer + ((nint)first * UnitStride);
        }
        else
        {
            OutputGradients(slots, dm, StatePlane, step, first, rows);
            for (nint row = 0; row < rows; row++)
                (slots.DHidden + (row * HiddenStride)).Span(StatePlane).Clear();
        }

        (units.DOutput, units.DOutputStride) = (dm, UnitStride);
        return units;
    }

    /// <summary>The gradients of the outputs that the step gave.</summary>
    private void OutputGradients(in CellStep slots, Floats target, int length, int step, int first, int rows)
    {
        for (nint row = 0; row < rows; row++)
        {
            (slots.DOutput + (row * slots.DOutputStride)).Span(length).CopyTo((target + (row * HiddenStride)).Span(length));
            VectorKernels.Add(slots.DHidden + (row * HiddenStride), target + (row * HiddenStride), length);
        }

        if (regular.KeepsOutputs)
            regular.SplitOutputs(target, HiddenStride, step, first, rows);
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
