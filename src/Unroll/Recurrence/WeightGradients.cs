using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Recurrence;

/// <summary>
/// The gradients of the weights of one layer and direction: products over all rows, added up group of rows by group of rows, the last one first. Each sum
/// goes down the rows one by one, so the groups never show in the bits. They are in the engine's order of gates until the pass is over.
/// </summary>
internal sealed class WeightGradients
{
    private readonly FloatBuffer dInputWeights = new();
    private readonly FloatBuffer dRecurrentWeights = new();
    private readonly FloatBuffer dInputBias = new();
    private readonly FloatBuffer dRecurrentBias = new();
    private readonly FloatBuffer dUnitWeights = new();
    private readonly FloatBuffer dFilteredWeights = new();
    private readonly FloatBuffer someGates = new();
    private readonly FloatBuffer dProjection = new();
    private CellWeights weights = null!;
    private nint gateStride;
    private bool hasRecurrentBias;
    private bool hasInput;
    private bool hasRecurrent;
    private bool hasFiltered;
    private bool hasProjection;

    private CellParameters<Parameter> Parameters => weights.Parameters;

    /// <summary>Whether the gradients of the biases are those of the sums, added up; those of normalised sums come from the norm.</summary>
    private bool HasBias => Parameters.InputBias is not null && !weights.Cell.NormalizesSums;

    /// <summary>Starts a backward pass.</summary>
    /// <param name="cellWeights">What the gradients are of.</param>
    /// <param name="stride">Floats between rows of the gates.</param>
    /// <param name="separatesRecurrentGates">Whether the recurrent sums have gradients of their own.</param>
    public void Begin(CellWeights cellWeights, nint stride, bool separatesRecurrentGates)
    {
        weights = cellWeights;
        gateStride = stride;
        hasRecurrentBias = separatesRecurrentGates;
        (hasInput, hasRecurrent, hasFiltered, hasProjection) = (false, false, false, false);
        if (!HasBias)
            return;
        Clear(dInputBias);
        if (separatesRecurrentGates)
            Clear(dRecurrentBias);
    }

    /// <summary>Adds <c>dW</c> and the bias of the input sums over some rows.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="gradients">Gradients of the input sums [rows, gates].</param>
    /// <param name="x">[rows, I].</param>
    /// <param name="xStride">Floats between rows of x.</param>
    public void AddInput(int rows, Floats gradients, Floats x, nint xStride)
    {
        if (!Parameters.Input.IsFixed)
            AddProduct(rows, gradients, x, xStride, weights.InputSize, dInputWeights, hasInput);
        hasInput = true;
        if (HasBias)
            ColumnSums.Add(gradients, gateStride, rows, weights.GateColumns, dInputBias.Pointer);
    }

    /// <summary>Adds <c>dU</c>, and the bias of the recurrent sums where they are apart, over some rows.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="gradients">Gradients of the recurrent sums [rows, gates].</param>
    /// <param name="previousHidden">[rows, H]: the output each row started from.</param>
    /// <param name="unitStride">Floats between its rows.</param>
    public void AddRecurrent(int rows, Floats gradients, Floats previousHidden, nint unitStride)
    {
        if (!Parameters.Recurrent!.IsFixed)
            AddHeads(rows, gradients, previousHidden, unitStride);
        hasRecurrent = true;
        if (HasBias && hasRecurrentBias)
            ColumnSums.Add(gradients, gateStride, rows, weights.GateColumns, dRecurrentBias.Pointer);
    }

    /// <summary><c>dU</c> head by head, each where it stands in the matrix of all units; in one piece where the heads do not fill whole blocks.</summary>
    private void AddHeads(int rows, Floats gradients, Floats previousHidden, nint unitStride)
    {
        var heads = weights.Cell.Heads;
        if (heads == 1 || weights.HiddenSize / heads % CellSlots.BlockUnits != 0)
        {
            AddProduct(rows, gradients, previousHidden, unitStride, weights.OutputSize, dRecurrentWeights, hasRecurrent);
            return;
        }

        var (units, columns) = (weights.HiddenSize / heads, weights.GateColumns / heads);
        var stride = OuterProduct.PaddedColumns(weights.HiddenSize);
        dRecurrentWeights.EnsureLength(checked(weights.GateColumns * stride));
        for (var head = 0; head < heads; head++)
        {
            OuterProduct.Shared.Run(
                rows, columns, units, gradients + (head * columns), gateStride, previousHidden + (head * units), unitStride,
                dRecurrentWeights.Pointer + ((nint)head * columns * stride) + (head * units), stride, hasRecurrent);
        }
    }

    /// <summary>Adds all of it to the gradients of the parameters; cells that add both sums give both biases the same.</summary>
    public void AddToParameters()
    {
        if (!Parameters.Input.IsFixed)
            AddRows(dInputWeights, Parameters.Input, weights.RowOfColumn, Parameters.Input.BeginGradient());
        if (Parameters.Recurrent is { IsFixed: false } recurrent)
            AddRecurrentRows(recurrent);
        if (Parameters.Projection is { IsFixed: false } projection)
        {
            var accumulate = projection.BeginGradient();
            Blocks.Move(
                dProjection.Pointer, OuterProduct.PaddedColumns(weights.HiddenSize), projection.GradientPointer, weights.HiddenSize, weights.OutputSize,
                weights.HiddenSize, accumulate);
        }

        if (!HasBias)
            return;
        AddValues(dInputBias, Parameters.InputBias!);
        if (Parameters.RecurrentBias is { } recurrentBias)
            AddValues(hasRecurrentBias ? dRecurrentBias : dInputBias, recurrentBias);
    }

    /// <summary>Adds the gradients of the unit weights, which each row of the batch has summed over time.</summary>
    /// <param name="rows">B.</param>
    /// <param name="sums">[B, weights, units].</param>
    /// <param name="stride">Floats between its rows.</param>
    public void AddUnitWeights(int rows, Floats sums, nint stride)
    {
        var count = Parameters.UnitWeights.Count;
        dUnitWeights.EnsureLength(count * weights.UnitWeightPlane);
        dUnitWeights.Span.Clear();
        ColumnSums.Add(sums, stride, rows, count * weights.UnitWeightPlane, dUnitWeights.Pointer);
        for (var weight = 0; weight < count; weight++)
        {
            var parameter = Parameters.UnitWeights[weight];
            if (parameter.IsFixed)
                continue;
            var accumulate = parameter.BeginGradient();
            Blocks.Move(dUnitWeights.Pointer + (weight * weights.UnitWeightPlane), 0, parameter.GradientPointer, 0, 1, weights.HiddenSize, accumulate);
        }
    }

    /// <summary>Adds the gradients of the gain and bias of normalised sums, which each row of the batch has summed over time.</summary>
    /// <param name="parameter">The gain or the bias, or null for none.</param>
    /// <param name="rows">B.</param>
    /// <param name="sums">[B, gate columns].</param>
    /// <param name="stride">Floats between its rows.</param>
    public void AddNorm(Parameter? parameter, int rows, Floats sums, nint stride)
    {
        if (parameter is null)
            return;
        Clear(dInputBias);
        ColumnSums.Add(sums, stride, rows, weights.GateColumns, dInputBias.Pointer);
        AddValues(dInputBias, parameter);
    }

    /// <summary>Adds <c>dU</c> of the gates over some rows whose product is with the previous output, or of those whose product is with the filtered one.</summary>
    /// <param name="isFiltered">Which of the two.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="gradients">Gradients of the sums of all gates [rows, gates].</param>
    /// <param name="operand">What these gates' product was with [rows, H].</param>
    /// <param name="operandStride">Floats between its rows.</param>
    public void AddRecurrent(bool isFiltered, int rows, Floats gradients, Floats operand, nint operandStride)
    {
        var gates = isFiltered ? weights.FilteredGates : weights.PlainGates;
        if (gates.Count == 0)
            return;
        var target = isFiltered ? dFilteredWeights : dRecurrentWeights;
        someGates.EnsureLength(checked(rows * gates.Columns));
        gates.Gather(gradients, gateStride, someGates.Pointer, gates.Columns, rows);
        var stride = OuterProduct.PaddedColumns(weights.HiddenSize);
        target.EnsureLength(checked(gates.Columns * stride));
        OuterProduct.Shared.Run(
            rows, gates.Columns, weights.HiddenSize, someGates.Pointer, gates.Columns, operand, operandStride, target.Pointer, stride,
            isFiltered ? hasFiltered : hasRecurrent);
        (hasRecurrent, hasFiltered) = (hasRecurrent || !isFiltered, hasFiltered || isFiltered);
    }

    /// <summary>Adds <c>dP</c> over some rows.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="gradients">Gradients of the outputs [rows, R].</param>
    /// <param name="gradientStride">Floats between its rows.</param>
    /// <param name="m">What was projected [rows, H].</param>
    /// <param name="mStride">Floats between its rows.</param>
    public void AddProjection(int rows, Floats gradients, nint gradientStride, Floats m, nint mStride)
    {
        var stride = OuterProduct.PaddedColumns(weights.HiddenSize);
        dProjection.EnsureLength(checked(weights.OutputSize * stride));
        OuterProduct.Shared.Run(
            rows, weights.OutputSize, weights.HiddenSize, gradients, gradientStride, m, mStride, dProjection.Pointer, stride, hasProjection);
        hasProjection = true;
    }

    private void AddRecurrentRows(Parameter recurrent)
    {
        var accumulate = recurrent.BeginGradient();
        AddRows(dRecurrentWeights, recurrent, weights.RowOfPlainColumn, accumulate);
        if (weights.Cell.FilteredGateCount > 0)
            AddRows(dFilteredWeights, recurrent, weights.RowOfFilteredColumn, accumulate);
    }

    private void Clear(FloatBuffer bias)
    {
        bias.EnsureLength(weights.GateColumns);
        bias.Span.Clear();
    }

    /// <summary><c>target (+)= gradientsᵀ · source</c>, the last row first.</summary>
    private void AddProduct(int rows, Floats gradients, Floats source, nint sourceStride, int columns, FloatBuffer target, bool accumulate)
    {
        var stride = OuterProduct.PaddedColumns(columns);
        target.EnsureLength(checked(weights.GateColumns * stride));
        OuterProduct.Shared.Run(
            rows, weights.GateColumns, columns, gradients, gateStride, source, sourceStride, target.Pointer, stride, accumulate);
    }

    /// <summary>
    /// From the engine's order of gates into the parameter's: the rows of a gate's units in a block lie together in both. Of a recurrent matrix with heads
    /// only the columns of the row's own head are there.
    /// </summary>
    private void AddRows(FloatBuffer sums, Parameter weight, int[] rowOfColumn, bool accumulate)
    {
        var columns = weight.Shape[1];
        var ownHead = ReferenceEquals(weight, Parameters.Recurrent) && weights.Cell.Heads > 1;
        var stride = OuterProduct.PaddedColumns(ownHead ? weights.OutputSize : columns);
        for (var column = 0; column < rowOfColumn.Length; column += CellSlots.BlockUnits)
        {
            var row = rowOfColumn[column];
            var units = Math.Min(CellSlots.BlockUnits, weights.HiddenSize - (row % weights.HiddenSize));
            for (var unit = 0; ownHead && unit < units; unit++)
            {
                var head = (row + unit) % weights.HiddenSize / columns;
                Blocks.Move(
                    sums.Pointer + ((nint)(column + unit) * stride) + (head * columns), 0, weight.GradientPointer + ((nint)(row + unit) * columns), 0, 1,
                    columns, accumulate);
            }

            if (!ownHead)
                Blocks.Move(sums.Pointer + ((nint)column * stride), stride, weight.GradientPointer + ((nint)row * columns), columns, units, columns, accumulate);
        }
    }

    private void AddValues(FloatBuffer sums, Parameter bias)
    {
        if (bias.IsFixed)
            return;
        var accumulate = bias.BeginGradient();
        for (var column = 0; column < weights.GateColumns; column += CellSlots.BlockUnits)
            Blocks.Move(sums.Pointer + column, 0, bias.GradientPointer + weights.RowOfColumn[column], 0, 1, UnitsAt(column), accumulate);
    }

    /// <summary>How many of the 16 columns from a block's first on are units and no padding.</summary>
    private int UnitsAt(int column)
    {
        var firstUnit = column / (weights.GateCount * CellSlots.BlockUnits) * CellSlots.BlockUnits;
        return Math.Min(CellSlots.BlockUnits, weights.HiddenSize - firstUnit);
    }
}
