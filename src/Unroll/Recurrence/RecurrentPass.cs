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

    private readonly FloatBuffer input = new();
    private readonly FloatBuffer previousHidden = new();
    private readonly FloatBuffer dOutput = new();
    private readonly FloatBuffer dInput = new();
    private readonly FloatBuffer dWeights = new();
    private readonly FloatBuffer dBias = new();
    private readonly GatheredInput gatheredInput = new();
    private bool isGathered;

    /// <summary>The steps of the batch.</summary>
    public SequenceLayout Layout { get; } = new();

    /// <summary>The weights of this layer and direction.</summary>
    protected CellWeights Weights { get; private set; } = null!;

    /// <summary>[N, gates]: sums, then activations, then gradients.</summary>
    protected FloatBuffer Gates { get; } = new();

    /// <summary>[N, gates]: recurrent sums, then their gradients; only of cells that keep them apart.</summary>
    protected FloatBuffer RecurrentGates { get; } = new();

    /// <summary>[B + N, units]: initial outputs, then the outputs of all steps.</summary>
    protected FloatBuffer Hidden { get; } = new();

    /// <summary>[B + N, units]: initial states, then the states of all steps.</summary>
    protected FloatBuffer State { get; } = new();

    /// <summary>[B, units]: the gradient of the output that goes from step to step.</summary>
    protected FloatBuffer DHidden { get; } = new();

    /// <summary>[B, units]: the gradient of the state that goes from step to step.</summary>
    protected FloatBuffer DState { get; } = new();

    /// <summary>Floats between rows of the gates.</summary>
    protected int GateStride { get; private set; }

    /// <summary>Floats between rows of everything that lies by unit.</summary>
    protected int UnitStride { get; private set; }

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

    protected abstract bool HasState { get; }

    protected abstract bool SeparatesRecurrentGates { get; }

    /// <summary>Gradients of the input sums: of all rows, or of the rows of the table they were looked up in.</summary>
    private FloatBuffer InputGradients => isGathered ? gatheredInput.Gradients : Gates;

    private int InputGradientRows => isGathered ? gatheredInput.TableRows : Layout.TotalRows;

    /// <summary>Gradients of the recurrent sums.</summary>
    protected FloatBuffer DRecurrentSums => SeparatesRecurrentGates ? RecurrentGates : Gates;

    /// <summary>Runs all time steps. <see cref="Layout"/> is set.</summary>
    /// <param name="weights">The weights; packed here if they changed.</param>
    /// <param name="x">[T, B, I].</param>
    /// <param name="output">[T, B, …], the columns of this direction; steps beyond a row's length are left alone.</param>
    /// <param name="initialHidden">[B, H], or null for zero.</param>
    /// <param name="initialState">[B, H], or null for zero.</param>
    /// <param name="gathered">What the rows of x were looked up in, if looking their sums up pays; otherwise null.</param>
    public void Forward(
        CellWeights weights, RowsView x, RowsView output, RowsView initialHidden, RowsView initialState, GatheredRows? gathered)
    {
        Weights = weights;
        Prepare();
        RecurrentForward = weights.RecurrentForward(Layout.BatchSize == 1);
        Output = output;
        LoadInitial(Hidden, initialHidden);
        if (HasState)
            LoadInitial(State, initialState);

        isGathered = gathered is not null;
        if (gathered is not null)
        {
            gatheredInput.Forward(gathered, weights, Layout.TotalRows, Gates.Pointer, GateStride);
        }
        else
        {
            var source = InputRows(x);
            MatrixProduct.Shared.Run(
                Layout.TotalRows, source.Pointer, source.Stride, weights.InputForward(singleRow: false), weights.InputBias, 0,
                Gates.Pointer, GateStride);
        }

        RunForward();
    }

    /// <summary>Copies the output and state of each row's last step.</summary>
    /// <param name="finalHidden">[B, H].</param>
    /// <param name="finalState">[B, H], or null.</param>
    public void CopyFinal(RowsView finalHidden, RowsView finalState)
    {
        for (var row = 0; row < Layout.BatchSize; row++)
        {
            var last = Layout.BatchSize + Layout.Offset(Layout.Length(row) - 1) + row;
            finalHidden.CopyRow(Layout.BatchRow(row), Hidden.Pointer + ((nint)last * UnitStride));
            if (!finalState.IsNull)
                finalState.CopyRow(Layout.BatchRow(row), State.Pointer + ((nint)last * UnitStride));
        }
    }

    /// <summary>Runs back-propagation through time; adds to the gradients of the parameters.</summary>
    /// <param name="x">[T, B, I], the input of forward.</param>
    /// <param name="outputGradient">[T, B, …], the columns of this direction, or null for zero.</param>
    /// <param name="finalHiddenGradient">[B, H], or null for zero.</param>
    /// <param name="finalStateGradient">[B, H], or null for zero.</param>
    /// <param name="needsInitialGradient">Whether the gradient of the initial output is wanted.</param>
    public void Backward(
        RowsView x, RowsView outputGradient, RowsView finalHiddenGradient, RowsView finalStateGradient, bool needsInitialGradient)
    {
        RecurrentBackward = Weights.RecurrentBackward(Layout.BatchSize == 1);
        LoadInitial(DHidden, finalHiddenGradient);
        if (HasState)
            LoadInitial(DState, finalStateGradient);
        LoadOutputGradient(outputGradient);
        RunBackward(needsInitialGradient);
        AddWeightGradients(x);
    }

    /// <summary>Adds the gradients of the initial output and state.</summary>
    /// <param name="hiddenGradient">[B, H], or null.</param>
    /// <param name="stateGradient">[B, H], or null.</param>
    public void AddInitialGradients(RowsView hiddenGradient, RowsView stateGradient)
    {
        for (var row = 0; row < Layout.BatchSize; row++)
        {
            if (!hiddenGradient.IsNull)
                hiddenGradient.AddRow(Layout.BatchRow(row), DHidden.Pointer + ((nint)row * UnitStride));
            if (!stateGradient.IsNull)
                stateGradient.AddRow(Layout.BatchRow(row), DState.Pointer + ((nint)row * UnitStride));
        }
    }

    /// <summary>Computes the gradient of the input; a pass over looked-up rows has added it to their table instead.</summary>
    /// <param name="inputGradient">[T, B, I].</param>
    /// <param name="accumulate">Whether to add to what is there; otherwise steps beyond a row's length become zero.</param>
    public void InputGradient(RowsView inputGradient, bool accumulate)
    {
        if (Layout.IsIdentity)
        {
            MatrixProduct.Shared.Run(
                Layout.TotalRows, Gates.Pointer, GateStride, Weights.InputBackward(),
                accumulate ? inputGradient.Pointer : default, inputGradient.Stride, inputGradient.Pointer, inputGradient.Stride);
            return;
        }

        var stride = Weights.InputSize;
        dInput.EnsureLength(Layout.TotalRows * stride);
        MatrixProduct.Shared.Run(Layout.TotalRows, Gates.Pointer, GateStride, Weights.InputBackward(), default, 0, dInput.Pointer, stride);
        if (!accumulate)
            inputGradient.Clear(Layout.TimeSteps * Layout.BatchSize);
        for (var step = 0; step < Layout.TimeSteps; step++)
        {
            for (var row = 0; row < Layout.Active(step); row++)
                inputGradient.AddRow(Layout.TensorRow(step, row), dInput.Pointer + ((nint)(Layout.Offset(step) + row) * stride));
        }
    }

    /// <summary>The loop over time of forward, split over the workers.</summary>
    protected abstract void RunForward();

    /// <summary>The loop over time of backward, split over the workers.</summary>
    protected abstract void RunBackward(bool needsInitialGradient);

    private void Prepare()
    {
        GateStride = Weights.GateColumns + RowPadding;
        UnitStride = (Weights.Blocks * CellSlots.BlockUnits) + RowPadding;
        // One row more: a panel of the last row may write its padding past the row's end.
        var gateLength = checked((Layout.TotalRows + 1) * GateStride);
        var unitLength = checked((Layout.BatchSize + Layout.TotalRows + 1) * UnitStride);
        var carryLength = (Layout.BatchSize + 1) * UnitStride;
        Gates.EnsureLength(gateLength);
        Hidden.EnsureLength(unitLength);
        DHidden.EnsureLength(carryLength);
        if (SeparatesRecurrentGates)
            RecurrentGates.EnsureLength(gateLength);
        if (HasState)
        {
            State.EnsureLength(unitLength);
            DState.EnsureLength(carryLength);
        }

        var work = (long)Layout.TotalRows * Weights.GateColumns * Weights.HiddenSize;
        Parts = work < ParallelWork ? 1 : Math.Min(Workers.Count, Layout.BatchSize);
    }

    /// <summary>Fills the first B rows with given values in sorted order, or zero, and their padding with zero.</summary>
    private void LoadInitial(FloatBuffer target, RowsView given)
    {
        for (var row = 0; row < Layout.BatchSize; row++)
        {
            var destination = (target.Pointer + ((nint)row * UnitStride)).Span(UnitStride);
            destination.Clear();
            if (!given.IsNull)
                given.Row(Layout.BatchRow(row)).CopyTo(destination);
        }
    }

    /// <summary>The input in packed rows: itself, or gathered.</summary>
    private RowsView InputRows(RowsView x)
    {
        if (Layout.IsIdentity)
            return x;
        input.EnsureLength(Layout.TotalRows * Weights.InputSize);
        var rows = new RowsView(input.Pointer, Weights.InputSize, Weights.InputSize);
        for (var step = 0; step < Layout.TimeSteps; step++)
        {
            for (var row = 0; row < Layout.Active(step); row++)
                x.Row(Layout.TensorRow(step, row)).CopyTo(rows.Row(Layout.Offset(step) + row));
        }

        return rows;
    }

    private void LoadOutputGradient(RowsView given)
    {
        if (given.IsNull)
        {
            dOutput.EnsureLength(UnitStride);
            dOutput.Span[..UnitStride].Clear();
            DOutput = dOutput.Pointer;
            DOutputStride = 0;
        }
        else if (Layout.IsIdentity && Weights.HiddenSize % CellSlots.BlockUnits == 0)
        {
            DOutput = given.Pointer;
            DOutputStride = given.Stride;
        }
        else
        {
            dOutput.EnsureLength(Layout.TotalRows * UnitStride);
            for (var step = 0; step < Layout.TimeSteps; step++)
            {
                for (var row = 0; row < Layout.Active(step); row++)
                {
                    var target = (dOutput.Pointer + ((nint)(Layout.Offset(step) + row) * UnitStride)).Span(UnitStride);
                    given.Row(Layout.TensorRow(step, row)).CopyTo(target);
                    target[Weights.HiddenSize..].Clear();
                }
            }

            DOutput = dOutput.Pointer;
            DOutputStride = UnitStride;
        }
    }

    private void AddWeightGradients(RowsView x)
    {
        if (isGathered)
        {
            gatheredInput.Backward(Weights, Layout.TotalRows, Gates.Pointer);
            AddProduct(InputGradients, InputGradientRows, gatheredInput.Table.Pointer, Weights.InputSize, Weights.Input);
        }
        else
        {
            var source = Layout.IsIdentity ? x : new RowsView(input.Pointer, Weights.InputSize, Weights.InputSize);
            AddProduct(InputGradients, InputGradientRows, source.Pointer, source.Stride, Weights.Input);
        }

        AddProduct(DRecurrentSums, Layout.TotalRows, PreviousHiddenRows(), UnitStride, Weights.Recurrent);
        AddBiasGradients();
    }

    /// <summary>The sum of a gate's gradients over all rows; cells that add both sums give both biases the same.</summary>
    private void AddBiasGradients()
    {
        if (Weights.InputBiasParameter is not { } inputBias || Weights.RecurrentBiasParameter is not { } recurrentBias)
            return;
        dBias.EnsureLength(Weights.GateColumns);
        SumGates(InputGradients, InputGradientRows);
        AddByRow(inputBias);
        if (SeparatesRecurrentGates)
            SumGates(RecurrentGates, Layout.TotalRows);
        AddByRow(recurrentBias);
    }

    private void SumGates(FloatBuffer gradients, int rows)
    {
        dBias.Span.Clear();
        ColumnSums.Add(gradients.Pointer, GateStride, rows, Weights.GateColumns, dBias.Pointer);
    }

    private void AddByRow(Parameter bias)
    {
        var sums = dBias.Span;
        var gradient = bias.Gradient;
        for (var column = 0; column < Weights.GateColumns; column++)
        {
            if (Weights.RowOfColumn[column] is >= 0 and var row)
                gradient[row] += sums[column];
        }
    }

    /// <summary><c>dW += gradientsᵀ · source</c>, from the engine's order of gates into the parameter's.</summary>
    private void AddProduct(FloatBuffer gradients, int rows, Floats source, nint sourceStride, Parameter weight)
    {
        var columns = weight.Shape[1];
        var gradient = weight.GradientPointer;
        var stride = OuterProduct.PaddedColumns(columns);
        dWeights.EnsureLength(Weights.GateColumns * stride);
        OuterProduct.Shared.Run(
            rows, Weights.GateColumns, columns, gradients.Pointer, GateStride, source, sourceStride, dWeights.Pointer, stride);
        for (var column = 0; column < Weights.GateColumns; column++)
        {
            var row = Weights.RowOfColumn[column];
            if (row >= 0)
                VectorKernels.Add(dWeights.Pointer + ((nint)column * stride), gradient + ((nint)row * columns), columns);
        }
    }

    /// <summary>The output that each packed row started from; with full lengths these are the first N rows of <see cref="Hidden"/>.</summary>
    private Floats PreviousHiddenRows()
    {
        if (Layout.IsFull)
            return Hidden.Pointer;
        previousHidden.EnsureLength(Layout.TotalRows * UnitStride);
        for (var step = 0; step < Layout.TimeSteps; step++)
        {
            var from = step == 0 ? 0 : Layout.BatchSize + Layout.Offset(step - 1);
            var length = Layout.Active(step) * UnitStride;
            (Hidden.Pointer + ((nint)from * UnitStride)).Span(length)
                .CopyTo((previousHidden.Pointer + ((nint)Layout.Offset(step) * UnitStride)).Span(length));
        }

        return previousHidden.Pointer;
    }
}
