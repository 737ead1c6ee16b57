using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Recurrence;

/// <summary>
/// The weights of one layer in one direction: PyTorch's parameters, and the copies that the engine reads, packed once for each change of the
/// values.
/// </summary>
internal sealed class CellWeights : StepWeights
{
    private readonly CellParameters<Parameter> parameters;
    private readonly WeightPack inputForward;
    private readonly WeightPack inputForwardRow;
    private readonly WeightPack recurrentForward;
    private readonly WeightPack recurrentForwardRow;
    private readonly WeightPack inputBackward;
    private readonly WeightPack recurrentBackward;
    private readonly WeightPack recurrentBackwardRow;

    /// <summary>Wraps the parameters of one layer and direction.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="parameters">Its parameters.</param>
    public CellWeights(Cell cell, CellParameters<Parameter> parameters)
        : base(cell, parameters.Input.Shape[1], parameters.Input.Shape[0] / cell.GateCount)
    {
        this.parameters = parameters;
        inputForward = new(PackedMatrix.PanelColumns, PackInputForward);
        inputForwardRow = new(PackedMatrix.RowPanelColumns, PackInputForward);
        recurrentForward = new(PackedMatrix.PanelColumns, PackRecurrentForward);
        recurrentForwardRow = new(PackedMatrix.RowPanelColumns, PackRecurrentForward);
        inputBackward = new(PackedMatrix.PanelColumns, PackInputBackward);
        recurrentBackward = new(PackedMatrix.PanelColumns, PackRecurrentBackward);
        recurrentBackwardRow = new(PackedMatrix.RowPanelColumns, PackRecurrentBackward);
    }

    /// <summary>The parameters.</summary>
    public CellParameters<Parameter> Parameters => parameters;

    /// <summary>Wᵀ: depth I, columns gates.</summary>
    /// <param name="singleRow">Whether one row is multiplied.</param>
    public PackedMatrix InputForward(bool singleRow) => (singleRow ? inputForwardRow : inputForward).Of(Version());

    /// <summary>Uᵀ: depth H, columns gates.</summary>
    /// <param name="singleRow">Whether one row is multiplied.</param>
    public PackedMatrix RecurrentForward(bool singleRow) => (singleRow ? recurrentForwardRow : recurrentForward).Of(Version());

    /// <summary>W: depth gates, columns I.</summary>
    public PackedMatrix InputBackward() => inputBackward.Of(Version());

    /// <summary>U: depth gates, columns H.</summary>
    /// <param name="singleRow">Whether one row is multiplied.</param>
    public PackedMatrix RecurrentBackward(bool singleRow) => (singleRow ? recurrentBackwardRow : recurrentBackward).Of(Version());

    /// <inheritdoc/>
    public override long ByteLength => sizeof(float) * WorkOfRow;

    /// <inheritdoc/>
    public override void MultiplyInput(Floats x, Floats gates, Range panels) =>
        RowProducts.Run(x, InputForward(singleRow: true), panels.Start.Value, panels.End.Value, InputBias, gates);

    /// <inheritdoc/>
    public override void MultiplyRecurrent(Floats h, Floats source, Floats sums, Range panels) =>
        RowProducts.Run(h, RecurrentForward(singleRow: true), panels.Start.Value, panels.End.Value, source, sums);

    /// <summary>The biases go with it; two threads that pack for one row and for tiles at once write the same values.</summary>
    private void PackInputForward(PackedMatrix matrix)
    {
        matrix.PackTransposed(parameters.Input.Pointer, InputSize, InputSize, GateColumns, RowOfColumn);
        PackBiases(ValuesOf(parameters.InputBias), ValuesOf(parameters.RecurrentBias));
        for (var weight = 0; weight < parameters.UnitWeights.Count; weight++)
            PackUnitWeight(weight, parameters.UnitWeights[weight].Values);
    }

    private void PackRecurrentForward(PackedMatrix matrix) =>
        matrix.PackTransposed(parameters.Recurrent!.Pointer, HiddenSize, HiddenSize, GateColumns, RowOfColumn);

    private void PackInputBackward(PackedMatrix matrix) => matrix.Pack(parameters.Input.Pointer, InputSize, GateColumns, InputSize, RowOfColumn);

    private void PackRecurrentBackward(PackedMatrix matrix) =>
        matrix.Pack(parameters.Recurrent!.Pointer, HiddenSize, GateColumns, HiddenSize, RowOfColumn);

    private static ReadOnlySpan<float> ValuesOf(Parameter? parameter) => parameter is null ? default : parameter.Values;

    /// <summary>Grows with every change of a parameter.</summary>
    private long Version()
    {
        long version = 0;
        foreach (var parameter in parameters.All)
            version += parameter.Version;
        return version;
    }
}
