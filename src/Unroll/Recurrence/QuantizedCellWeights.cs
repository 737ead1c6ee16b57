using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Recurrence;

/// <summary>The weights of one layer in a narrow format, for steps alone: the packed matrices and the float32 vectors, and no other copy of them.</summary>
internal sealed class QuantizedCellWeights : StepWeights
{
    private readonly NarrowMatrix input;
    private readonly NarrowMatrix? recurrent;
    private readonly string[] names;
    private readonly StoredWeights[] vectors;

    /// <summary>Packs the parameters of one layer.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="parameters">Matrices in one narrow format, vectors in float32.</param>
    public QuantizedCellWeights(Cell cell, CellParameters<StoredWeights> parameters)
        : base(cell, parameters.Input.Shape[1], parameters.Input.Shape[0] / cell.GateCount)
    {
        names = [parameters.Input.Name, parameters.Recurrent?.Name ?? ""];
        vectors = [.. parameters.All.Where(parameter => parameter.Shape.Rank == 1)];
        input = parameters.Input.Pack(RowOfColumn);
        recurrent = parameters.Recurrent?.Pack(RowOfColumn);
        PackVectors(parameters, static parameter => parameter is null ? default : parameter.Singles);
    }

    /// <inheritdoc/>
    public override long ByteLength => input.ByteLength + (recurrent?.ByteLength ?? 0);

    /// <inheritdoc/>
    public override void MultiplyInput(Floats x, Floats gates, Range panels) =>
        input.Multiply(x, InputBias, gates, panels.Start.Value, panels.End.Value);

    /// <inheritdoc/>
    public override void MultiplyRecurrent(Floats h, Floats source, Floats sums, Range panels) =>
        recurrent!.Multiply(h, source, sums, panels.Start.Value, panels.End.Value);

    /// <summary>The parameters in the order of a layer's.</summary>
    public IEnumerable<StoredWeights> Store()
    {
        yield return StoredWeights.Of(names[0], input);
        if (recurrent is not null)
            yield return StoredWeights.Of(names[1], recurrent);
        foreach (var vector in vectors)
            yield return vector;
    }
}
