using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Recurrence;

/// <summary>The weights of one layer in a narrow format, for steps alone: the packed matrices and the float32 biases, and no other copy of them.</summary>
internal sealed class QuantizedCellWeights : StepWeights
{
    private readonly string[] names;
    private readonly NarrowMatrix input;
    private readonly NarrowMatrix recurrent;
    private readonly StoredWeights[] biases;

    /// <summary>Packs the parameters of one layer.</summary>
    /// <param name="inputWeights">W [G·H, I].</param>
    /// <param name="recurrentWeights">U [G·H, H], in the same format.</param>
    /// <param name="biases">b and b' [G·H] in float32, or nothing.</param>
    /// <param name="separates">Whether the cell keeps the recurrent sums apart.</param>
    public QuantizedCellWeights(StoredWeights inputWeights, StoredWeights recurrentWeights, StoredWeights[] biases, bool separates)
        : base(inputWeights.Shape[1], recurrentWeights.Shape[1], recurrentWeights.Shape[0] / recurrentWeights.Shape[1], separates)
    {
        names = [inputWeights.Name, recurrentWeights.Name];
        this.biases = biases;
        input = inputWeights.Pack(RowOfColumn);
        recurrent = recurrentWeights.Pack(RowOfColumn);
        if (biases is [var b, var recurrentBias])
            PackBiases(b.Singles, recurrentBias.Singles);
    }

    /// <inheritdoc/>
    public override long ByteLength => input.ByteLength + recurrent.ByteLength;

    /// <inheritdoc/>
    public override void MultiplyInput(Floats x, Floats gates, Range panels) =>
        input.Multiply(x, InputBias, gates, panels.Start.Value, panels.End.Value);

    /// <inheritdoc/>
    public override void MultiplyRecurrent(Floats h, Floats source, Floats sums, Range panels) =>
        recurrent.Multiply(h, source, sums, panels.Start.Value, panels.End.Value);

    /// <summary>The parameters in the order of <see cref="CellWeights"/>.</summary>
    public IEnumerable<StoredWeights> Store() => [StoredWeights.Of(names[0], input), StoredWeights.Of(names[1], recurrent), .. biases];
}
