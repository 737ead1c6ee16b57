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
    private long forwardVersion = -1;
    private long backwardVersion = -1;

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

    /// <summary>Wᵀ, packed: depth I, columns gates.</summary>
    public PackedMatrix InputForward { get; } = new();

    /// <summary>Uᵀ, packed: depth H, columns gates.</summary>
    public PackedMatrix RecurrentForward { get; } = new();

    /// <summary>W, packed: depth gates, columns I.</summary>
    public PackedMatrix InputBackward { get; } = new();

    /// <summary>U, packed: depth gates, columns H.</summary>
    public PackedMatrix RecurrentBackward { get; } = new();

    /// <summary>What the input sums start from: b, or b + b' for cells that add both; padded to whole panels.</summary>
    public Floats InputBias => inputBias.Pointer;

    /// <summary>What separate recurrent sums start from: b'; padded to whole panels.</summary>
    public Floats RecurrentBias => recurrentBias.Pointer;

    /// <summary>Packs what the forward pass reads, if the parameters have changed.</summary>
    public void PackForward()
    {
        lock (packing)
        {
            var version = Version();
            if (forwardVersion == version)
                return;
            InputForward.PackTransposed(Input.Pointer, InputSize, InputSize, GateColumns, RowOfColumn);
            RecurrentForward.PackTransposed(Recurrent.Pointer, HiddenSize, HiddenSize, GateColumns, RowOfColumn);
            for (var column = 0; column < GateColumns; column++)
            {
                var row = RowOfColumn[column];
                var b = row < 0 || InputBiasParameter is null ? 0 : InputBiasParameter.Values[row];
                var recurrent = row < 0 || RecurrentBiasParameter is null ? 0 : RecurrentBiasParameter.Values[row];
                inputBias.Span[column] = separatesRecurrentGates ? b : b + recurrent;
                recurrentBias.Span[column] = recurrent;
            }

            forwardVersion = version;
        }
    }

    /// <summary>Packs what the backward pass reads, if the parameters have changed.</summary>
    public void PackBackward()
    {
        lock (packing)
        {
            var version = Version();
            if (backwardVersion == version)
                return;
            InputBackward.Pack(Input.Pointer, InputSize, GateColumns, InputSize, RowOfColumn);
            RecurrentBackward.Pack(Recurrent.Pointer, HiddenSize, GateColumns, HiddenSize, RowOfColumn);
            backwardVersion = version;
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
