using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Recurrence;

/// <summary>
/// One layer in one direction over all time steps: the buffers that forward leaves for backward, and what both do before and after the loop
/// over time. Shapes are in rows of the <see cref="SequenceLayout"/>: N is the sum of all lengths. Buffers are kept for the next pass.
/// </summary>
internal abstract class RecurrentPass
{
    /// <summary>Floats added to each row, so that rows a power of two long do not fall into the same cache sets.</summary>
    private const int RowPadding = FloatBuffer.AlignmentInFloats;

    /// <summary>Multiply-adds of a loop over time below which one thread is faster.</summary>
    private const long ParallelWork = 1 << 19;

    /// <summary>What the step of one unit takes, in multiply-adds, where it is all that the loop over time does.</summary>
    private const int WorkOfUnit = 32;

    /// <summary>Floats of a segment's gates: they stay in the caches between the product that fills them and the loop that reads them.</summary>
    private const int SegmentLength = 1 << 19;

    /// <summary>Rows that a segment's products have at least, to be near their best speed.</summary>
    private const int LeastSegmentRows = 256;

    /// <summary>Rows beyond which a segment's products are no faster; smaller segments leave more to choose from under a memory budget.</summary>
    private const int MostSegmentRows = 512;

    private readonly PackedRows packing;
    private readonly GatheredInput gatheredInput = new();
    private readonly WeightGradients gradients = new();
    private bool isGathered;
    private bool isBackward;
    private RowsView source;
    private LayerObserver? observer;

    /// <summary>A pass without rows.</summary>
    protected RecurrentPass() => packing = new(Layout);

    /// <summary>The steps of the batch.</summary>
    public SequenceLayout Layout { get; } = new();

    /// <summary>Recurrent dropout and zoneout, which only a staged pass does; set before forward.</summary>
    public Regularization Regularization { get; set; }

    /// <summary>Bytes of the buffers that grow with the number of steps.</summary>
    public virtual long MemoryInBytes => packing.MemoryInBytes
        + (sizeof(float) * ((long)Gates.Length + RecurrentGates.Length + Hidden.Length + State.Length));

    /// <summary>Bytes of the gates that are held now.</summary>
    public virtual long GateBytes => sizeof(float) * ((long)Gates.Length + RecurrentGates.Length);

    /// <summary>Bytes that the gates of all steps take.</summary>
    public virtual long AllGateBytes => sizeof(float) * (long)(Layout.TotalRows + 1) * GateStride * (SeparatesRecurrentGates ? 2 : 1);

    /// <summary>The weights of this layer and direction.</summary>
    protected CellWeights Weights { get; private set; } = null!;

    /// <summary>Which steps the buffers of gates hold.</summary>
    protected TimeSegments Segments { get; } = new();

    /// <summary>[rows of the segments, gates]: sums, then activations, then gradients.</summary>
    protected FloatBuffer Gates { get; } = new();

    /// <summary>[rows of the segments, gates]: recurrent sums, then their gradients; only of cells that keep them apart.</summary>
    protected FloatBuffer RecurrentGates { get; } = new();

    /// <summary>[B + N, units]: initial outputs, then the outputs of all steps.</summary>
    protected FloatBuffer Hidden { get; } = new();

    /// <summary>[B + N, S, units]: initial states, then the states of all steps.</summary>
    protected FloatBuffer State { get; } = new();

    /// <summary>[B, units]: the gradient of the output that goes from step to step.</summary>
    protected FloatBuffer DHidden { get; } = new();

    /// <summary>[B, S, units]: the gradient of the states that goes from step to step.</summary>
    protected FloatBuffer DState { get; } = new();

    /// <summary>Floats between rows of the gates.</summary>
    protected int GateStride { get; private set; }

    /// <summary>Floats between rows of what lies by unit, except outputs that are projected.</summary>
    protected int UnitStride { get; private set; }

    /// <summary>Floats between rows of outputs and their gradients: of units, unless the output is projected.</summary>
    protected int HiddenStride { get; private set; }

    /// <summary>Floats between rows of states.</summary>
    protected int StateStride { get; private set; }

    /// <summary>[B, unit weights, units]: the gradients of the weights of each unit, which each row sums over time.</summary>
    protected FloatBuffer DUnitWeights { get; } = new();

    /// <summary>Floats between rows of <see cref="DUnitWeights"/>.</summary>
    protected int DUnitWeightStride => (Weights.Parameters.UnitWeights.Count * StatePlane) + RowPadding;

    /// <summary>Floats between the states of a row.</summary>
    protected int StatePlane => Weights.Blocks * CellSlots.BlockUnits;

    /// <summary>How many threads share the rows of the batch.</summary>
    protected int Parts { get; private set; }

    /// <summary>The gradient of the outputs as the loop reads it: row r of a step at <c>pointer + row · stride</c>.</summary>
    protected Floats DOutput { get; private set; }

    protected nint DOutputStride { get; private set; }

    /// <summary>Uᵀ as the loop reads it: for a batch of one, packed for one row.</summary>
    protected PackedMatrix RecurrentForward { get; private set; } = null!;

    /// <summary>U as the loop reads it: for a batch of one, packed for one row.</summary>
    protected PackedMatrix RecurrentBackward { get; private set; } = null!;

    /// <summary>Where the loop writes outputs: [T, B, …] at its columns of this direction.</summary>
    protected RowsView Output { get; private set; }

    protected abstract int StateCount { get; }

    protected abstract bool SeparatesRecurrentGates { get; }

    /// <summary>Gradients of the recurrent sums.</summary>
    protected FloatBuffer DRecurrentSums => SeparatesRecurrentGates ? RecurrentGates : Gates;

    /// <summary>Runs all time steps. <see cref="Layout"/> and <see cref="Regularization"/> are set.</summary>
    /// <param name="weights">The weights; packed here if they changed.</param>
    /// <param name="x">[T, B, I].</param>
    /// <param name="output">[T, B, …], the columns of this direction; steps beyond a row's length are left alone.</param>
    /// <param name="initialHidden">[B, H], or null for zero.</param>
    /// <param name="initialState">[B, S·H], or null for zero.</param>
    /// <param name="gathered">What the rows of x were looked up in, if looking their sums up pays; otherwise null.</param>
    /// <param name="keptShare">The share of all steps whose gates are kept for backward, 0…1; the others are computed again. 0 without a backward.</param>
    public void Forward(
        CellWeights weights, RowsView x, RowsView output, RowsView initialHidden, RowsView initialState, GatheredRows? gathered, double keptShare)
    {
        Weights = weights;
        isBackward = false;
        Prepare(keptShare);
        if (HasPlainProduct)
            RecurrentForward = weights.RecurrentForward(Layout.BatchSize == 1);
        Output = output;
        packing.LoadInitial(Hidden, HiddenStride, StatePlane, initialHidden, 1);
        if (StateCount > 0)
            packing.LoadInitial(State, StateStride, StatePlane, initialState, StateCount);

        isGathered = gathered is not null;
        if (gathered is not null)
            gatheredInput.Prepare(gathered, weights, GateStride);
        else
            source = packing.Input(x, Weights.InputSize);
        BeginForward();
        for (var segment = 0; segment < Segments.Count; segment++)
            RunSegment(segment);
    }

    /// <summary>Copies the output and state of each row's last step.</summary>
    /// <param name="finalHidden">[B, H].</param>
    /// <param name="finalState">[B, S·H], or null.</param>
    public void CopyFinal(RowsView finalHidden, RowsView finalState)
    {
        for (var row = 0; row < Layout.BatchSize; row++)
        {
            var last = Layout.BatchSize + Layout.Offset(Layout.Length(row) - 1) + row;
            finalHidden.CopyRow(Layout.BatchRow(row), Hidden.Pointer + ((nint)last * HiddenStride));
            for (var state = 0; !finalState.IsNull && state < StateCount; state++)
                finalState.Part(state, StateCount).CopyRow(Layout.BatchRow(row), State.Pointer + ((nint)last * StateStride) + (state * StatePlane));
        }
    }

    /// <summary>Shows an observer what forward left, and from now on the gradients of the steps of backward; null for nobody.</summary>
    public void Show(LayerObserver? layerObserver)
    {
        observer = layerObserver;
        if (observer is null)
            return;
        for (var step = 0; step < Layout.TimeSteps; step++)
        {
            for (var row = 0; row < Layout.Active(step); row++)
            {
                observer.Output((Hidden.Pointer + ((nint)(Layout.BatchSize + Layout.Offset(step) + row) * HiddenStride)).Span(Weights.OutputSize));
                if (observer.WantsActivations(step, Layout.TimeSteps))
                    WatchActivations(observer.Activations, step, row);
            }
        }
    }

    /// <summary>Runs back-propagation through time; adds to the gradients of the parameters.</summary>
    /// <param name="outputGradient">[T, B, …], the columns of this direction, or null for zero.</param>
    /// <param name="finalHiddenGradient">[B, H], or null for zero.</param>
    /// <param name="finalStateGradient">[B, S·H], or null for zero.</param>
    /// <param name="needsInitialGradient">Whether the gradient of the initial output is wanted.</param>
    /// <param name="inputGradient">
    /// [T, B, I], where the gradient of the input goes, or null. A pass over looked-up rows adds it to their table instead.
    /// </param>
    /// <param name="accumulate">Whether to add to what the input gradient holds; otherwise steps beyond a row's length become zero.</param>
    public void Backward(
        RowsView outputGradient, RowsView finalHiddenGradient, RowsView finalStateGradient, bool needsInitialGradient, RowsView inputGradient,
        bool accumulate)
    {
        if (HasPlainProduct)
            RecurrentBackward = Weights.RecurrentBackward(Layout.BatchSize == 1);
        packing.BeginBackward();
        isBackward = true;
        packing.LoadInitial(DHidden, HiddenStride, StatePlane, finalHiddenGradient, 1);
        if (StateCount > 0)
            packing.LoadInitial(DState, StateStride, StatePlane, finalStateGradient, StateCount);
        (DOutput, DOutputStride) = packing.OutputGradient(outputGradient, Weights.OutputSize, HiddenStride);
        var hasUnitWeights = Weights.Parameters.UnitWeights.Count > 0;
        if (hasUnitWeights)
        {
            DUnitWeights.EnsureLength(checked(Layout.BatchSize * DUnitWeightStride));
            DUnitWeights.Span.Clear();
        }

        gradients.Begin(Weights, GateStride, SeparatesRecurrentGates);
        BeginBackward();
        if (isGathered)
            gatheredInput.ClearGradients();
        if (!inputGradient.IsNull && !accumulate && !Layout.IsIdentity)
            inputGradient.Clear(Layout.TimeSteps * Layout.BatchSize);

        if (Segments.AllResident)
        {
            RunSteps(0, Layout.TimeSteps, needsInitialGradient);
            FinishRows(0, Layout.TimeSteps, inputGradient, accumulate);
        }
        else
        {
            for (var segment = Segments.Count - 1; segment >= 0; segment--)
            {
                if (!Segments.IsKept(segment))
                    RecomputeSegment(segment);
                var (start, end) = (Segments.Start(segment), Segments.Start(segment + 1));
                RunSteps(start, end, needsInitialGradient || segment > 0);
                FinishRows(start, end, inputGradient, accumulate);
            }
        }

        FinishGathered();
        gradients.AddToParameters();
        FinishBackward(gradients);
        if (hasUnitWeights)
            gradients.AddUnitWeights(Layout.BatchSize, DUnitWeights.Pointer, DUnitWeightStride);
    }

    /// <summary>Adds the gradients of the initial output and state.</summary>
    /// <param name="hiddenGradient">[B, H], or null.</param>
    /// <param name="stateGradient">[B, S·H], or null.</param>
    public void AddInitialGradients(RowsView hiddenGradient, RowsView stateGradient)
    {
        for (var row = 0; row < Layout.BatchSize; row++)
        {
            if (!hiddenGradient.IsNull)
                hiddenGradient.AddRow(Layout.BatchRow(row), DHidden.Pointer + ((nint)row * HiddenStride));
            for (var state = 0; !stateGradient.IsNull && state < StateCount; state++)
                stateGradient.Part(state, StateCount).AddRow(Layout.BatchRow(row), DState.Pointer + ((nint)row * StateStride) + (state * StatePlane));
        }
    }

    /// <summary>Whether the loops multiply all of U with the previous output, packed as <see cref="RecurrentForward"/> is.</summary>
    protected virtual bool HasPlainProduct => Weights.HasRecurrentMatrix;

    /// <summary>What a pass does before the first segment of forward; the initial outputs and states are there.</summary>
    protected virtual void BeginForward()
    {
    }

    /// <summary>What a pass does to the input sums of a segment before its loop over time.</summary>
    protected virtual void FinishInputSums(int segment)
    {
    }

    /// <summary>What a pass does before the loops of backward.</summary>
    protected virtual void BeginBackward()
    {
    }

    /// <summary>What a pass adds to the gradients of the parameters after the loops of backward.</summary>
    protected virtual void FinishBackward(WeightGradients parameters)
    {
    }

    /// <summary>Adds <c>dU</c> over the rows of some steps whose gradients of sums are there.</summary>
    /// <param name="parameters">Where to.</param>
    /// <param name="start">The first step.</param>
    /// <param name="rows">How many rows.</param>
    protected virtual void AddRecurrentGradients(WeightGradients parameters, int start, int rows) =>
        parameters.AddRecurrent(rows, GradientsAt(start), RecurrentOperands() + ((nint)Layout.Offset(start) * HiddenStride), HiddenStride);

    /// <summary>The loop of forward over some steps whose input sums are there, split over the workers.</summary>
    protected abstract void RunForward(int start, int end);

    /// <summary>The cell alone over some steps whose sums are all there and whose outputs and states are known, split over the workers.</summary>
    protected abstract void RunCells(int start, int end);

    /// <summary>The loop of backward over some steps, split over the workers.</summary>
    /// <param name="start">The first step in time, the last to run.</param>
    /// <param name="end">The step after the last in time.</param>
    /// <param name="needsPrevious">Whether the whole gradient of the output before <paramref name="start"/> is wanted.</param>
    protected abstract void RunBackward(int start, int end, bool needsPrevious);

    /// <summary>Counts the activations of a step of one row after forward.</summary>
    protected abstract void WatchActivations(ActivationWatch watch, int step, int row);

    private void Prepare(double keptShare)
    {
        GateStride = Weights.GateColumns + RowPadding;
        UnitStride = StatePlane + RowPadding;
        HiddenStride = ((Weights.OutputSize + CellSlots.BlockUnits - 1) / CellSlots.BlockUnits * CellSlots.BlockUnits) + RowPadding;
        StateStride = (StateCount * StatePlane) + RowPadding;
        Segments.Set(Layout, Math.Clamp(SegmentLength / GateStride, LeastSegmentRows, MostSegmentRows), (long)(keptShare * Layout.TotalRows));
        // One row more: a panel of the last row may write its padding past the row's end.
        var gateLength = checked((Segments.BufferRows + 1) * GateStride);
        var hiddenLength = checked((Layout.BatchSize + Layout.TotalRows + 1) * HiddenStride);
        var carryLength = (Layout.BatchSize + 1) * HiddenStride;
        Gates.EnsureLength(gateLength);
        Hidden.EnsureLength(hiddenLength);
        DHidden.EnsureLength(carryLength);
        if (SeparatesRecurrentGates)
            RecurrentGates.EnsureLength(gateLength);
        if (StateCount > 0)
        {
            State.EnsureLength(checked((Layout.BatchSize + Layout.TotalRows + 1) * StateStride));
            DState.EnsureLength((Layout.BatchSize + 1) * StateStride);
        }

        var work = (long)Layout.TotalRows * Weights.GateColumns * (Weights.HasRecurrentMatrix ? Weights.OutputSize : WorkOfUnit);
        Parts = work < ParallelWork ? 1 : Math.Min(Workers.Count, Layout.BatchSize);
    }

    /// <summary>The loop of backward; where somebody looks on, step by step, since only between two loops the gradient of a step is whole.</summary>
    private void RunSteps(int start, int end, bool needsPrevious)
    {
        if (observer is null)
        {
            RunBackward(start, end, needsPrevious);
            return;
        }

        for (var step = end - 1; step >= start; step--)
        {
            for (var row = 0; row < Layout.Active(step); row++)
                ShowGradients(observer, step, row);
            RunBackward(step, step + 1, needsPrevious || step > start);
        }
    }

    private void ShowGradients(LayerObserver layerObserver, int step, int row)
    {
        var above = (DOutput + ((Layout.Offset(step) + row) * DOutputStride)).Span(Weights.OutputSize);
        var later = (DHidden.Pointer + ((nint)row * HiddenStride)).Span(Weights.OutputSize);
        var (hidden, states) = (0.0, 0.0);
        for (var unit = 0; unit < later.Length; unit++)
            hidden += ((double)above[unit] + later[unit]) * ((double)above[unit] + later[unit]);
        for (var state = 0; state < StateCount; state++)
        {
            foreach (double value in (DState.Pointer + ((nint)row * StateStride) + (state * StatePlane)).Span(Weights.HiddenSize))
                states += value * value;
        }

        layerObserver.Gradient(Layout.Length(row) - 1 - step, hidden, states);
    }

    /// <summary>The input sums of a segment, then its loop over time.</summary>
    private void RunSegment(int segment)
    {
        InputSums(segment);
        RunForward(Segments.Start(segment), Segments.Start(segment + 1));
    }

    /// <summary>
    /// The gates of a segment once more. All outputs are known by now, so the recurrent sums of all its steps are one product; they have the bits
    /// that the loop over time gave.
    /// </summary>
    private void RecomputeSegment(int segment)
    {
        InputSums(segment);
        if (Weights.HasRecurrentMatrix)
            RecurrentSums(segment);
        RunCells(Segments.Start(segment), Segments.Start(segment + 1));
    }

    /// <summary>The recurrent sums of all steps of a segment whose outputs are known and whose input sums are there.</summary>
    protected virtual void RecurrentSums(int segment)
    {
        var (start, first) = (Segments.Start(segment), Segments.FirstRow(segment));
        var (from, fromStride, sums) = SeparatesRecurrentGates
            ? (Weights.RecurrentBias, 0, RecurrentGatesAt(start))
            : (GatesAt(start), GateStride, GatesAt(start));
        MatrixProduct.Shared.Run(
            Segments.FirstRow(segment + 1) - first, PreviousHiddenRows() + ((nint)first * HiddenStride), HiddenStride,
            Weights.RecurrentForward(singleRow: false), from, fromStride, sums, GateStride);
    }

    private void InputSums(int segment)
    {
        var (first, rows) = (Segments.FirstRow(segment), Segments.FirstRow(segment + 1) - Segments.FirstRow(segment));
        var gates = GatesAt(Segments.Start(segment));
        if (isGathered)
        {
            gatheredInput.LookUp(first, rows, Weights.GateColumns, gates);
        }
        else
        {
            MatrixProduct.Shared.Run(
                rows, source.Pointer + (first * source.Stride), source.Stride, Weights.InputForward(singleRow: false), Weights.InputBias, 0,
                gates, GateStride);
        }

        FinishInputSums(segment);
    }

    /// <summary>The buffers of one step from one row on.</summary>
    internal CellStep StepAt(int step, int first)
    {
        var packed = Layout.Offset(step) + first;
        var gates = (nint)(Segments.BufferRow(step) + first) * GateStride;
        var current = (nint)(Layout.BatchSize + packed);
        var previous = (nint)(step == 0 ? first : Layout.BatchSize + Layout.Offset(step - 1) + first);
        var hasUnitWeights = Weights.Parameters.UnitWeights.Count > 0;
        return new()
        {
            Gates = Gates.Pointer + gates,
            RecurrentGates = SeparatesRecurrentGates ? RecurrentGates.Pointer + gates : default,
            GateStride = GateStride,
            PreviousHidden = Hidden.Pointer + (previous * HiddenStride),
            Hidden = Hidden.Pointer + (current * HiddenStride),
            PreviousState = StateCount > 0 ? State.Pointer + (previous * StateStride) : default,
            State = StateCount > 0 ? State.Pointer + (current * StateStride) : default,
            StateStride = StateStride,
            StatePlane = StatePlane,
            UnitStride = HiddenStride,
            DOutput = isBackward ? DOutput + (packed * DOutputStride) : default,
            DOutputStride = DOutputStride,
            DHidden = DHidden.Pointer + ((nint)first * HiddenStride),
            DState = StateCount > 0 ? DState.Pointer + ((nint)first * StateStride) : default,
            UnitWeights = hasUnitWeights ? Weights.UnitWeights : default,
            UnitWeightPlane = StatePlane,
            DUnitWeights = hasUnitWeights && isBackward ? DUnitWeights.Pointer + ((nint)first * DUnitWeightStride) : default,
            DUnitWeightStride = DUnitWeightStride,
        };
    }

    /// <summary>The gates of a step, from its first row on.</summary>
    protected Floats GatesAt(int step) => Gates.Pointer + ((nint)Segments.BufferRow(step) * GateStride);

    /// <summary>The recurrent sums of a step where they are apart, from its first row on.</summary>
    protected Floats RecurrentGatesAt(int step) => RecurrentGates.Pointer + ((nint)Segments.BufferRow(step) * GateStride);

    /// <summary>The gradients of the recurrent sums of a step, from its first row on.</summary>
    private Floats GradientsAt(int step) => DRecurrentSums.Pointer + ((nint)Segments.BufferRow(step) * GateStride);

    /// <summary>What follows from the gradients of the sums of some steps: those of the weights and of the input.</summary>
    private void FinishRows(int start, int end, RowsView inputGradient, bool accumulate)
    {
        var first = Layout.Offset(start);
        var rows = (end < Layout.TimeSteps ? Layout.Offset(end) : Layout.TotalRows) - first;
        var dSums = GatesAt(start);
        if (isGathered)
            gatheredInput.AddGradients(first, rows, Weights.GateColumns, dSums);
        else
            gradients.AddInput(rows, dSums, source.Pointer + (first * source.Stride), source.Stride);
        if (Weights.HasRecurrentMatrix)
            AddRecurrentGradients(gradients, start, rows);
        if (!inputGradient.IsNull)
            InputGradient(start, end, rows, inputGradient, accumulate);
    }

    /// <summary>The gradients of looked-up rows, which were added up by the rows of their table.</summary>
    private void FinishGathered()
    {
        if (!isGathered)
            return;
        gatheredInput.AddTableGradient(Weights);
        gradients.AddInput(gatheredInput.TableRows, gatheredInput.Gradients.Pointer, gatheredInput.Table.Pointer, Weights.InputSize);
    }

    private void InputGradient(int start, int end, int rows, RowsView inputGradient, bool accumulate)
    {
        if (Layout.IsIdentity)
        {
            var target = inputGradient.Pointer + (Layout.Offset(start) * inputGradient.Stride);
            MatrixProduct.Shared.Run(
                rows, GatesAt(start), GateStride, Weights.InputBackward(), accumulate ? target : default, inputGradient.Stride,
                target, inputGradient.Stride);
            return;
        }

        var stride = Weights.InputSize;
        var unpacked = packing.RoomForInputGradient(rows * stride);
        MatrixProduct.Shared.Run(rows, GatesAt(start), GateStride, Weights.InputBackward(), default, 0, unpacked, stride);
        packing.AddInputGradient(start, end, stride, inputGradient);
    }

    /// <summary>What U was multiplied with in each packed row, as far apart as outputs.</summary>
    protected virtual Floats RecurrentOperands() => PreviousHiddenRows();

    /// <summary>The output that each packed row started from, as far apart as outputs.</summary>
    protected Floats PreviousHiddenRows() => packing.PreviousHidden(Hidden, HiddenStride);
}
