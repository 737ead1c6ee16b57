using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Recurrence;

/// <summary>
/// The weights of one layer in one direction: PyTorch's parameters, and the copies that the engine reads, packed once for each change of the
/// values.
/// </summary>
internal sealed class CellWeights : StepWeights
{
    private readonly Parameter?[] parameters;
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
        : base(input.Shape[1], recurrent.Shape[1], recurrent.Shape[0] / recurrent.Shape[1], separates) =>
        parameters = [input, recurrent, inputBiasParameter, recurrentBiasParameter];

    public Parameter Input => parameters[0]!;

    public Parameter Recurrent => parameters[1]!;

    public Parameter? InputBiasParameter => parameters[2];

    public Parameter? RecurrentBiasParameter => parameters[3];

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
                PackBiases(ValuesOf(InputBiasParameter), ValuesOf(RecurrentBiasParameter));
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

    /// <inheritdoc/>
    public override long ByteLength => sizeof(float) * (long)GateColumns * (InputSize + HiddenSize);

    /// <inheritdoc/>
    public override void MultiplyInput(Floats x, Floats gates, Range panels) =>
        RowProducts.Run(x, InputForward(singleRow: true), panels.Start.Value, panels.End.Value, InputBias, gates);

    /// <inheritdoc/>
    public override void MultiplyRecurrent(Floats h, Floats source, Floats sums, Range panels) =>
        RowProducts.Run(h, RecurrentForward(singleRow: true), panels.Start.Value, panels.End.Value, source, sums);

    private static ReadOnlySpan<float> ValuesOf(Parameter? parameter) => parameter is null ? default : parameter.Values;

    /// <summary>Grows with every change of a parameter.</summary>
    private long Version()
    {
        long version = 0;
        foreach (var parameter in parameters)
            version += parameter?.Version ?? 0;
        return version;
    }
}
