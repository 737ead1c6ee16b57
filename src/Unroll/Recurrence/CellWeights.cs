using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Recurrence;

/// <summary>
/// The weights of one layer in one direction: PyTorch's parameters, and the copies that the engine reads, packed once for each change of the
/// values. In the engine the gates of 16 units lie together: column <c>(block · G + gate) · 16 + unit</c>.
/// </summary>
internal sealed class CellWeights
{
    private readonly Parameter?[] parameters;
    private readonly FloatBuffer inputBias;
    private readonly FloatBuffer recurrentBias;
    private readonly bool separatesRecurrentGates;
    private readonly Lock packing = new();
    private readonly WeightPack inputForward = new(PackedMatrix.PanelColumns);
    private readonly WeightPack inputForwardRow = new(PackedMatrix.RowPanelColumns);
    private readonly WeightPack recurrentForward = new(PackedMatrix.PanelColumns);
    private readonly WeightPack recurrentForwardRow = new(PackedMatrix.RowPanelColumns);
    private readonly WeightPack inputBackward = new(PackedMatrix.PanelColumns);
    private readonly WeightPack recurrentBackward = new(PackedMatrix.PanelColumns);
    private readonly WeightPack recurrentBackwardRow = new(PackedMatrix.RowPanelColumns);

    /// <summary>Wraps the parameters of one layer and direction.</summary>
    /// <param name="input">W [G·H, I].</param>
    /// <param name="recurrent">U [G·H, H].</param>
    /// <param name="inputBiasParameter">b [G·H], or null.</param>
    /// <param name="recurrentBiasParameter">b' [G·H], or null.</param>
    /// <param name="separates">Whether the cell keeps the recurrent sums apart.</param>
    public CellWeights(Parameter input, Parameter recurrent, Parameter? inputBiasParameter, Parameter? recurrentBiasParameter, bool separates)
    {
        parameters = [input, recurrent, inputBiasParameter, recurrentBiasParameter];
        separatesRecurrentGates = separates;
        HiddenSize = recurrent.Shape[1];
        InputSize = input.Shape[1];
        GateCount = recurrent.Shape[0] / HiddenSize;
        Blocks = (HiddenSize + CellSlots.BlockUnits - 1) / CellSlots.BlockUnits;
        GateColumns = Blocks * GateCount * CellSlots.BlockUnits;
        RowOfColumn = MapColumns();
        inputBias = new(OuterProduct.PaddedColumns(GateColumns));
        recurrentBias = new(OuterProduct.PaddedColumns(GateColumns));
    }

    public int InputSize { get; }

    public int HiddenSize { get; }

    public int GateCount { get; }

    /// <summary>Blocks of 16 units.</summary>
    public int Blocks { get; }

    /// <summary>Gate columns with padding: blocks · G · 16.</summary>
    public int GateColumns { get; }

    /// <summary>For each gate column its row of the parameters, −1 for padding.</summary>
    public int[] RowOfColumn { get; }

    public Parameter Input => parameters[0]!;

    public Parameter Recurrent => parameters[1]!;

    public Parameter? InputBiasParameter => parameters[2];

    public Parameter? RecurrentBiasParameter => parameters[3];

    /// <summary>What the input sums start from: b, or b + b' for cells that add both; padded to whole panels. Packed with the input weights.</summary>
    public Floats InputBias => inputBias.Pointer;

    /// <summary>What separate recurrent sums start from: b'; padded to whole panels. Packed with the input weights.</summary>
    public Floats RecurrentBias => recurrentBias.Pointer;

    /// <summary>Wᵀ: depth I, columns gates.</summary>
    /// <param name="singleRow">Whether one row is multiplied.</param>
    public PackedMatrix InputForward(bool singleRow)
    {
        var pack = singleRow ? inputForwardRow : inputForward;
        if (!pack.IsFresh(Version()))
        {
            lock (packing)
            {
                var version = Version();
                if (pack.IsFresh(version))
                    return pack.Matrix;
                pack.Matrix.PackTransposed(Input.Pointer, InputSize, InputSize, GateColumns, RowOfColumn);
                AddBiases();
                pack.MarkFresh(version);
            }
        }

        return pack.Matrix;
    }

    /// <summary>Uᵀ: depth H, columns gates.</summary>
    /// <param name="singleRow">Whether one row is multiplied.</param>
    public PackedMatrix RecurrentForward(bool singleRow)
    {
        var pack = singleRow ? recurrentForwardRow : recurrentForward;
        if (!pack.IsFresh(Version()))
        {
            lock (packing)
            {
                var version = Version();
                if (pack.IsFresh(version))
                    return pack.Matrix;
                pack.Matrix.PackTransposed(Recurrent.Pointer, HiddenSize, HiddenSize, GateColumns, RowOfColumn);
                pack.MarkFresh(version);
            }
        }

        return pack.Matrix;
    }

    /// <summary>W: depth gates, columns I.</summary>
    public PackedMatrix InputBackward()
    {
        if (!inputBackward.IsFresh(Version()))
        {
            lock (packing)
            {
                var version = Version();
                if (inputBackward.IsFresh(version))
                    return inputBackward.Matrix;
                inputBackward.Matrix.Pack(Input.Pointer, InputSize, GateColumns, InputSize, RowOfColumn);
                inputBackward.MarkFresh(version);
            }
        }

        return inputBackward.Matrix;
    }

    /// <summary>U: depth gates, columns H.</summary>
    /// <param name="singleRow">Whether one row is multiplied.</param>
    public PackedMatrix RecurrentBackward(bool singleRow)
    {
        var pack = singleRow ? recurrentBackwardRow : recurrentBackward;
        if (!pack.IsFresh(Version()))
        {
            lock (packing)
            {
                var version = Version();
                if (pack.IsFresh(version))
                    return pack.Matrix;
                pack.Matrix.Pack(Recurrent.Pointer, HiddenSize, GateColumns, HiddenSize, RowOfColumn);
                pack.MarkFresh(version);
            }
        }

        return pack.Matrix;
    }

    private void AddBiases()
    {
        for (var column = 0; column < GateColumns; column++)
        {
            var row = RowOfColumn[column];
            var b = row < 0 || InputBiasParameter is null ? 0 : InputBiasParameter.Values[row];
            var recurrent = row < 0 || RecurrentBiasParameter is null ? 0 : RecurrentBiasParameter.Values[row];
            inputBias.Span[column] = separatesRecurrentGates ? b : b + recurrent;
            recurrentBias.Span[column] = recurrent;
        }
    }

    /// <summary>Grows with every change of a parameter.</summary>
    private long Version()
    {
        long version = 0;
        foreach (var parameter in parameters)
            version += parameter?.Version ?? 0;
        return version;
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
