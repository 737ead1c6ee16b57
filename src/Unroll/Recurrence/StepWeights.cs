using Unroll.Cells;
using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>
/// The weights of one layer in one direction as a forward step of one row reads them. The gates of 16 units lie together: column
/// <c>(block · G + gate) · 16 + unit</c>.
/// </summary>
internal abstract class StepWeights
{
    private readonly FloatBuffer inputBias;
    private readonly FloatBuffer recurrentBias;
    private readonly FloatBuffer unitWeights;
    private readonly FloatBuffer inputGain;
    private readonly FloatBuffer recurrentGain;
    private readonly FloatBuffer inputShift;
    private readonly FloatBuffer recurrentShift;
    private readonly bool separatesRecurrentGates;

    /// <summary>Lays the gates of a layer out.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="inputSize">I.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="outputSize">R: what a projection makes of the H values, or H without one.</param>
    protected StepWeights(Cell cell, int inputSize, int hiddenSize, int outputSize)
    {
        Cell = cell;
        separatesRecurrentGates = cell.SeparatesRecurrentSums;
        InputSize = inputSize;
        HiddenSize = hiddenSize;
        OutputSize = outputSize;
        GateCount = cell.GateCount;
        HasRecurrentMatrix = cell.HasRecurrentMatrix;
        Blocks = (HiddenSize + CellSlots.BlockUnits - 1) / CellSlots.BlockUnits;
        GateColumns = Blocks * GateCount * CellSlots.BlockUnits;
        RowOfColumn = MapColumns();
        inputBias = new(OuterProduct.PaddedColumns(GateColumns));
        recurrentBias = new(OuterProduct.PaddedColumns(GateColumns));
        unitWeights = new(cell.UnitWeights.Count * UnitWeightPlane);
        var normalized = cell.NormalizesSums ? GateColumns : 0;
        (inputGain, recurrentGain, inputShift, recurrentShift) = (new(normalized), new(normalized), new(normalized), new(normalized));
    }

    /// <summary>The cell.</summary>
    public Cell Cell { get; }

    public int InputSize { get; }

    public int HiddenSize { get; }

    /// <summary>R: H, or fewer where the output is projected.</summary>
    public int OutputSize { get; }

    public int GateCount { get; }

    /// <summary>Whether there is U.</summary>
    public bool HasRecurrentMatrix { get; }

    /// <summary>Blocks of 16 units.</summary>
    public int Blocks { get; }

    /// <summary>Gate columns with padding: blocks · G · 16.</summary>
    public int GateColumns { get; }

    /// <summary>Multiply-adds of one row in one step.</summary>
    public long WorkOfRow => ((long)GateColumns * (InputSize + (HasRecurrentMatrix ? OutputSize : 0))) + (Cell.ProjectsOutput ? (long)OutputSize * HiddenSize : 0);

    /// <summary>For each gate column its row of the parameters, −1 for padding.</summary>
    public int[] RowOfColumn { get; }

    /// <summary>
    /// What the input sums start from: b, or b + b' for cells that add both, or zero where they are normalised first; padded to whole panels. Packed with the
    /// input weights.
    /// </summary>
    public Floats InputBias => inputBias.Pointer;

    /// <summary>What separate recurrent sums start from: b'; padded to whole panels. Packed with the input weights.</summary>
    public Floats RecurrentBias => recurrentBias.Pointer;

    /// <summary>Gain and bias of normalised input sums [gate columns]. Packed with the input weights.</summary>
    public (Floats Gain, Floats Bias) InputNorm => (inputGain.Pointer, inputShift.Pointer);

    /// <summary>Gain and bias of normalised recurrent sums [gate columns]. Packed with the input weights.</summary>
    public (Floats Gain, Floats Bias) RecurrentNorm => (recurrentGain.Pointer, recurrentShift.Pointer);

    /// <summary>How the sums of a row lie.</summary>
    public SumShape SumShape => new(Blocks, GateCount, HiddenSize);

    /// <summary>[weights, units], padded to whole blocks: the weights of each unit. Packed with the input weights.</summary>
    public Floats UnitWeights => unitWeights.Pointer;

    /// <summary>Floats between the weights of a unit.</summary>
    public int UnitWeightPlane => Blocks * CellSlots.BlockUnits;

    /// <summary>The bytes of the matrices as a step reads them.</summary>
    public abstract long ByteLength { get; }

    /// <summary><c>gates = InputBias + W · x</c> for one row and some panels of gate columns.</summary>
    /// <param name="x">[I].</param>
    /// <param name="gates">[gate columns], padded to whole panels.</param>
    /// <param name="panels">Which panels of 128 columns.</param>
    public abstract void MultiplyInput(Floats x, Floats gates, Range panels);

    /// <summary><c>sums = source + U · h</c> for one row and some panels of gate columns.</summary>
    /// <param name="h">[R].</param>
    /// <param name="source">[gate columns], padded to whole panels; may be <paramref name="sums"/>.</param>
    /// <param name="sums">[gate columns], padded to whole panels.</param>
    /// <param name="panels">Which panels of 128 columns.</param>
    public abstract void MultiplyRecurrent(Floats h, Floats source, Floats sums, Range panels);

    /// <summary><c>h = P · m</c> for one row, of a cell that projects its output.</summary>
    /// <param name="m">[H].</param>
    /// <param name="h">[R], padded to whole panels.</param>
    public abstract void Project(Floats m, Floats h);

    /// <summary>Brings the vectors into the order of the gate columns.</summary>
    /// <typeparam name="TParameter">A parameter, or its values in another format.</typeparam>
    /// <param name="parameters">The parameters.</param>
    /// <param name="values">Their values, empty for null.</param>
    protected void PackVectors<TParameter>(CellParameters<TParameter> parameters, Func<TParameter?, ReadOnlySpan<float>> values)
        where TParameter : class
    {
        var b = values(parameters.InputBias);
        var recurrent = values(parameters.RecurrentBias);
        for (var weight = 0; weight < parameters.UnitWeights.Count; weight++)
            values(parameters.UnitWeights[weight]).CopyTo(unitWeights.Span[(weight * UnitWeightPlane)..]);
        if (!Cell.NormalizesSums)
        {
            PackBiases(b, recurrent);
            return;
        }

        PackColumns(b, inputShift);
        PackColumns(recurrent, recurrentShift);
        PackColumns(values(parameters.InputGain), inputGain);
        PackColumns(values(parameters.RecurrentGain), recurrentGain);
    }

    private void PackColumns(ReadOnlySpan<float> values, FloatBuffer target)
    {
        for (var column = 0; column < GateColumns; column++)
            target.Span[column] = RowOfColumn[column] < 0 || values.IsEmpty ? 0 : values[RowOfColumn[column]];
    }

    private void PackBiases(ReadOnlySpan<float> b, ReadOnlySpan<float> recurrent)
    {
        for (var column = 0; column < GateColumns; column++)
        {
            var row = RowOfColumn[column];
            var fromInput = row < 0 || b.IsEmpty ? 0 : b[row];
            var fromRecurrent = row < 0 || recurrent.IsEmpty ? 0 : recurrent[row];
            inputBias.Span[column] = separatesRecurrentGates ? fromInput : fromInput + fromRecurrent;
            recurrentBias.Span[column] = fromRecurrent;
        }
    }

    private int[] MapColumns()
    {
        var map = new int[GateColumns];
        for (var column = 0; column < map.Length; column++)
        {
            var block = column / (GateCount * CellSlots.BlockUnits);
            var gate = column / CellSlots.BlockUnits % GateCount;
            var unit = (block * CellSlots.BlockUnits) + (column % CellSlots.BlockUnits);
            map[column] = unit < HiddenSize ? (gate * HiddenSize) + unit : -1;
        }

        return map;
    }
}
