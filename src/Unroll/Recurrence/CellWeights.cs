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
    private readonly Parameter[] all;
    private readonly WeightPack inputForward;
    private readonly WeightPack inputForwardRow;
    private readonly WeightPack recurrentForward;
    private readonly WeightPack recurrentForwardRow;
    private readonly WeightPack inputBackward;
    private readonly WeightPack recurrentBackward;
    private readonly WeightPack recurrentBackwardRow;
    private readonly WeightPack? projectionForward;
    private readonly WeightPack? projectionForwardRow;
    private readonly WeightPack? projectionBackward;
    private readonly WeightPack? plainForward;
    private readonly WeightPack? plainBackward;
    private readonly WeightPack? filteredForward;
    private readonly WeightPack? filteredBackward;

    /// <summary>Wraps the parameters of one layer and direction.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="parameters">Its parameters.</param>
    public CellWeights(Cell cell, CellParameters<Parameter> parameters)
        : base(
            cell, parameters.Input.Shape[1], parameters.Input.Shape[0] / cell.GateCount,
            parameters.Projection?.Shape[0] ?? parameters.Input.Shape[0] / cell.GateCount)
    {
        this.parameters = parameters;
        all = [.. parameters.All];
        inputForward = new(PackedMatrix.PanelColumns, PackInputForward);
        inputForwardRow = new(PackedMatrix.RowPanelColumns, PackInputForward);
        recurrentForward = new(PackedMatrix.PanelColumns, PackRecurrentForward);
        recurrentForwardRow = new(PackedMatrix.RowPanelColumns, PackRecurrentForward);
        inputBackward = new(PackedMatrix.PanelColumns, PackInputBackward);
        recurrentBackward = new(PackedMatrix.PanelColumns, PackRecurrentBackward);
        recurrentBackwardRow = new(PackedMatrix.RowPanelColumns, PackRecurrentBackward);
        if (parameters.Projection is { } projection)
        {
            projectionForward = new(PackedMatrix.PanelColumns, matrix => matrix.PackTransposed(projection.Pointer, HiddenSize, HiddenSize, OutputSize));
            projectionForwardRow = new(PackedMatrix.RowPanelColumns, matrix => matrix.PackTransposed(projection.Pointer, HiddenSize, HiddenSize, OutputSize));
            projectionBackward = new(PackedMatrix.PanelColumns, matrix => matrix.Pack(projection.Pointer, HiddenSize, OutputSize, HiddenSize));
        }

        (RowOfPlainColumn, RowOfFilteredColumn) = cell.FilteredGateCount == 0 ? (RowOfColumn, []) : (PlainGates.Of(RowOfColumn), FilteredGates.Of(RowOfColumn));
        if (cell.FilteredGateCount == 0)
            return;
        plainForward = new(PackedMatrix.PanelColumns, matrix => PackRecurrentForward(matrix, RowOfPlainColumn));
        plainBackward = new(PackedMatrix.PanelColumns, matrix => PackRecurrentBackward(matrix, RowOfPlainColumn));
        filteredForward = new(PackedMatrix.PanelColumns, matrix => PackRecurrentForward(matrix, RowOfFilteredColumn));
        filteredBackward = new(PackedMatrix.PanelColumns, matrix => PackRecurrentBackward(matrix, RowOfFilteredColumn));
    }

    /// <summary>The parameters.</summary>
    public CellParameters<Parameter> Parameters => parameters;

    /// <summary>Wᵀ: depth I, columns gates.</summary>
    /// <param name="singleRow">Whether one row is multiplied.</param>
    public PackedMatrix InputForward(bool singleRow) => (singleRow ? inputForwardRow : inputForward).Of(Version());

    /// <summary>Uᵀ: depth R, columns gates.</summary>
    /// <param name="singleRow">Whether one row is multiplied.</param>
    public PackedMatrix RecurrentForward(bool singleRow) => (singleRow ? recurrentForwardRow : recurrentForward).Of(Version());

    /// <summary>W: depth gates, columns I.</summary>
    public PackedMatrix InputBackward() => inputBackward.Of(Version());

    /// <summary>U: depth gates, columns R.</summary>
    /// <param name="singleRow">Whether one row is multiplied.</param>
    public PackedMatrix RecurrentBackward(bool singleRow) => (singleRow ? recurrentBackwardRow : recurrentBackward).Of(Version());

    /// <summary>Pᵀ: depth H, columns R, of a cell that projects its output.</summary>
    public PackedMatrix ProjectionForward() => projectionForward!.Of(Version());

    /// <summary>P: depth R, columns H.</summary>
    public PackedMatrix ProjectionBackward() => projectionBackward!.Of(Version());

    /// <summary>The gates whose recurrent product is with the previous output.</summary>
    public GateColumns PlainGates => new(Blocks, GateCount, 0, GateCount - Cell.FilteredGateCount);

    /// <summary>The gates whose recurrent product is with the filtered output.</summary>
    public GateColumns FilteredGates => new(Blocks, GateCount, GateCount - Cell.FilteredGateCount, Cell.FilteredGateCount);

    /// <summary>For each column of <see cref="PlainGates"/> its row of the parameters, −1 for padding.</summary>
    public int[] RowOfPlainColumn { get; }

    /// <summary>For each column of <see cref="FilteredGates"/> its row of the parameters, −1 for padding.</summary>
    public int[] RowOfFilteredColumn { get; }

    /// <summary>Uᵀ of <see cref="PlainGates"/> alone, for a cell with filtered gates.</summary>
    public PackedMatrix PlainForward() => plainForward!.Of(Version());

    /// <summary>U of <see cref="PlainGates"/> alone.</summary>
    public PackedMatrix PlainBackward() => plainBackward!.Of(Version());

    /// <summary>Uᵀ of <see cref="FilteredGates"/> alone.</summary>
    public PackedMatrix FilteredForward() => filteredForward!.Of(Version());

    /// <summary>U of <see cref="FilteredGates"/> alone.</summary>
    public PackedMatrix FilteredBackward() => filteredBackward!.Of(Version());

    /// <inheritdoc/>
    public override long ByteLength => sizeof(float) * WorkOfRow;

    /// <inheritdoc/>
    public override void MultiplyInput(Floats x, Floats gates, Range panels) =>
        RowProducts.Run(x, InputForward(singleRow: true), panels.Start.Value, panels.End.Value, InputBias, gates);

    /// <inheritdoc/>
    public override void MultiplyRecurrent(Floats h, Floats source, Floats sums, Range panels) =>
        RowProducts.Run(h, RecurrentForward(singleRow: true), panels.Start.Value, panels.End.Value, source, sums);

    /// <inheritdoc/>
    public override void Project(Floats m, Floats h) => RowProducts.Run(m, projectionForwardRow!.Of(Version()), default, h);

    /// <summary>The biases go with it; two threads that pack for one row and for tiles at once write the same values.</summary>
    private void PackInputForward(PackedMatrix matrix)
    {
        matrix.PackTransposed(parameters.Input.Pointer, InputSize, InputSize, GateColumns, RowOfColumn);
        PackVectors(parameters, static parameter => parameter is null ? default : parameter.Values);
    }

    private void PackRecurrentForward(PackedMatrix matrix) => PackRecurrentForward(matrix, RowOfColumn);

    private void PackRecurrentForward(PackedMatrix matrix, int[] map)
    {
        var whole = WholeRecurrent();
        matrix.PackTransposed(whole.Pointer, OutputSize, OutputSize, map.Length, map);
        GC.KeepAlive(whole);
        if (Cell.Heads > 1)
            LimitForward(matrix, map.Length / Blocks);
    }

    private void PackInputBackward(PackedMatrix matrix) => matrix.Pack(parameters.Input.Pointer, InputSize, GateColumns, InputSize, RowOfColumn);

    private void PackRecurrentBackward(PackedMatrix matrix) => PackRecurrentBackward(matrix, RowOfColumn);

    private void PackRecurrentBackward(PackedMatrix matrix, int[] map)
    {
        var whole = WholeRecurrent();
        matrix.Pack(whole.Pointer, OutputSize, map.Length, OutputSize, map);
        GC.KeepAlive(whole);
        if (Cell.Heads > 1)
            LimitBackward(matrix, map.Length / Blocks);
    }

    /// <summary>A panel of gates needs the outputs of the heads that its units belong to.</summary>
    private void LimitForward(PackedMatrix matrix, int columnsOfBlock) => matrix.LimitDepths([
        .. PanelsOf(matrix).Select(panel => UnitsOfHeads(
            panel.First / columnsOfBlock * CellSlots.BlockUnits, ((panel.Last / columnsOfBlock) + 1) * CellSlots.BlockUnits)),
    ]);

    /// <summary>A panel of units needs the gates of the heads that they belong to, in whole blocks.</summary>
    private void LimitBackward(PackedMatrix matrix, int columnsOfBlock) => matrix.LimitDepths([
        .. PanelsOf(matrix).Select(panel => UnitsOfHeads(panel.First, panel.Last + 1)).Select(units =>
            (units.Start.Value / CellSlots.BlockUnits * columnsOfBlock)..((units.End.Value + CellSlots.BlockUnits - 1) / CellSlots.BlockUnits * columnsOfBlock)),
    ]);

    /// <summary>The first and the last column of each panel.</summary>
    private static IEnumerable<(int First, int Last)> PanelsOf(PackedMatrix matrix)
    {
        for (var panel = 0; panel < matrix.PanelCount; panel++)
            yield return (panel * matrix.PanelWidth(0), Math.Min(matrix.Columns, (panel * matrix.PanelWidth(0)) + matrix.PanelWidth(panel)) - 1);
    }

    /// <summary>All units of the heads that some units belong to.</summary>
    private Range UnitsOfHeads(int firstUnit, int endUnit)
    {
        var size = HiddenSize / Cell.Heads;
        return (firstUnit / size * size)..((Math.Min(endUnit, HiddenSize) + size - 1) / size * size);
    }

    /// <summary>U as a matrix of all units, zero between heads.</summary>
    private Tensor WholeRecurrent()
    {
        var recurrent = parameters.Recurrent!;
        if (Cell.Heads == 1)
            return recurrent;
        var whole = new Tensor(new(recurrent.Shape[0], HiddenSize));
        var size = HiddenSize / Cell.Heads;
        for (var row = 0; row < recurrent.Shape[0]; row++)
            recurrent.Values.Slice(row * size, size).CopyTo(whole.Values[((row * HiddenSize) + (row % HiddenSize / size * size))..]);
        return whole;
    }

    /// <summary>Grows with every change of a parameter.</summary>
    private long Version()
    {
        long version = 0;
        foreach (var parameter in all)
            version += parameter.Version;
        return version;
    }
}
