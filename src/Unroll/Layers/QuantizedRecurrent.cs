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
    private readonly QuantizedCellWeights[] layers;

    /// <summary>Packs the parameters of a stack.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="layerCount">L.</param>
    /// <param name="parameters">In the order of <see cref="Recurrent.Parameters"/>: the matrices in one narrow format, the biases, if there are any, in float32.</param>
    internal QuantizedRecurrent(Cell cell, int layerCount, IReadOnlyList<StoredWeights> parameters)
    {
        Cell = cell;
        Weights = parameters[0].Format;
        var each = parameters.Count / layerCount;
        var hasBias = each > CellParameter.Of(cell, 1, 1, 1, hasBias: false, "").All.Count;
        var kinds = CellParameter.Of(cell, 1, 1, 1, hasBias, "");
        layers = new QuantizedCellWeights[layerCount];
        for (var layer = 0; layer < layerCount; layer++)
        {
            var next = layer * each;
            layers[layer] = new(cell, kinds.Select(_ => parameters[next++]));
        }
    }

    /// <inheritdoc/>
    public Cell Cell { get; }

    /// <inheritdoc/>
    public int InputSize => layers[0].InputSize;

    /// <inheritdoc/>
    public int HiddenSize => layers[0].HiddenSize;

    /// <inheritdoc/>
    public int LayerCount => layers.Length;

    /// <inheritdoc/>
    public WeightFormat Weights { get; }

    /// <inheritdoc/>
    public RecurrentState CreateState(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return RecurrentState.Zero(Cell, LayerCount, batchSize, HiddenSize);
    }

    /// <inheritdoc/>
    public RecurrentStream OpenStream() => new(this, [.. layers.Select(weights => CellEngine.CreateStepper(Cell, weights))]);

    /// <inheritdoc/>
    public RecurrentStreamBatch OpenStreamBatch() => new(this, new RowBatchStepper(layers));

    /// <summary>The parameters in the order of <see cref="Recurrent.Parameters"/>.</summary>
    internal IEnumerable<StoredWeights> Store() => layers.SelectMany(layer => layer.Store());
}
