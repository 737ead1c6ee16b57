using Unroll.Cells;
using Unroll.Recurrence;
using Unroll.Tensors;

namespace Unroll.Layers;

/// <summary>
/// A recurrent stack of one direction whose matrices are kept in 16 or 8 bits a weight. It runs step by step and cannot be trained;
/// <see cref="Recurrent.Quantize"/> makes it.
/// </summary>
public sealed class QuantizedRecurrent : IRecurrentLayer
{
    private readonly RecurrentOptions options;
    private readonly StackSizes sizes;
    private readonly QuantizedCellWeights[] layers;
    private readonly QuantizedLinear[] gates;
    private readonly StackStart? start;

    /// <summary>Packs the parameters of a stack.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="options">The choices of the stack that they are from.</param>
    /// <param name="parameters">In the order of <see cref="Recurrent.Parameters"/>: the matrices in one narrow format, the vectors in float32.</param>
    internal QuantizedRecurrent(Cell cell, RecurrentOptions options, IReadOnlyList<StoredWeights> parameters)
    {
        Cell = cell;
        Weights = parameters[0].Format;
        this.options = options;
        gates = new QuantizedLinear[options.Connection == LayerConnection.Highway ? options.Layers - 1 : 0];
        var ofGates = gates.Length * (options.Bias ? 2 : 1);
        var ofStart = options.TrainableStart ? options.Layers * (cell.StateCount > 0 ? 2 : 1) : 0;
        layers = Layers(cell, options.Layers, [.. parameters.SkipLast(ofGates + ofStart)]);
        sizes = new(cell, InputSize, HiddenSize, options);
        foreach (var (index, pair) in parameters.SkipLast(ofStart).TakeLast(ofGates).Chunk(options.Bias ? 2 : 1).Index())
            gates[index] = new(pair[0], pair.ElementAtOrDefault(1));
        if (options.TrainableStart)
            start = new(sizes, options.Directions, cell.StateCount);
        foreach (var (parameter, values) in (start?.Parameters ?? []).Zip(parameters.TakeLast(ofStart)))
        {
            values.Singles.CopyTo(parameter.Values);
            parameter.Name = values.Name;
        }
    }

    /// <inheritdoc/>
    public Cell Cell { get; }

    /// <inheritdoc/>
    public int InputSize => layers[0].InputSize;

    /// <inheritdoc/>
    public int HiddenSize => layers[^1].HiddenSize;

    /// <inheritdoc/>
    public int OutputSize => layers[^1].OutputSize;

    /// <inheritdoc/>
    public int LayerCount => layers.Length;

    /// <inheritdoc/>
    public WeightFormat Weights { get; }

    /// <inheritdoc/>
    public RecurrentState CreateState(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return RecurrentState.Zero(Cell, LayerCount, batchSize, sizes.Largest, sizes.LargestGiven);
    }

    /// <inheritdoc/>
    public RecurrentStream OpenStream() => new(
        this, [.. layers.Index().Select(entry => CellEngine.CreateStepper(Cell, entry.Item, options.RegularizationOf(entry.Index, direction: 0, dropout: null)))], Steps(), start);

    /// <inheritdoc/>
    public RecurrentStreamBatch OpenStreamBatch() => new(this, options.IsUniform
        ? new RowBatchStepper(layers)
        : new StackBatchStepper([.. layers.Select(weights => new RowBatchStepper([weights]))], sizes, Steps()));

    /// <summary>The parameters in the order of <see cref="Recurrent.Parameters"/>.</summary>
    internal IEnumerable<StoredWeights> Store() => layers.SelectMany(layer => layer.Store())
        .Concat(gates.SelectMany(gate => gate.Store()))
        .Concat((start?.Parameters ?? []).Select(parameter => StoredWeights.Of(parameter, WeightFormat.Float32)));

    private StepConnection? Steps() => options.Connection == LayerConnection.Plain ? null : new(gates);

    /// <summary>The weights of the layers' cells, as many for each.</summary>
    private static QuantizedCellWeights[] Layers(Cell cell, int layerCount, IReadOnlyList<StoredWeights> parameters)
    {
        var each = parameters.Count / layerCount;
        var hasBias = each > CellParameter.Of(cell, 1, 1, 1, hasBias: false, "").All.Count;
        var kinds = CellParameter.Of(cell, 1, 1, 1, hasBias, "");
        var layers = new QuantizedCellWeights[layerCount];
        for (var layer = 0; layer < layerCount; layer++)
        {
            var next = layer * each;
            layers[layer] = new(cell, kinds.Select(_ => parameters[next++]));
        }

        return layers;
    }
}
