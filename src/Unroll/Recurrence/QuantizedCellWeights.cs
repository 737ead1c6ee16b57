using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Recurrence;

/// <summary>The weights of one layer in a narrow format, for steps alone: the packed matrices and the float32 vectors, and no other copy of them.</summary>
internal sealed class QuantizedCellWeights : StepWeights
{
    private readonly NarrowMatrix input;
    private readonly NarrowMatrix? recurrent;
    private readonly NarrowMatrix? projection;

    // In the order of the parameters, each either a packed matrix or a vector.
    private readonly List<(string Name, NarrowMatrix? Matrix, StoredWeights? Vector)> stored = [];

    /// <summary>Packs the parameters of one layer.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="parameters">Matrices in one narrow format, vectors in float32.</param>
    public QuantizedCellWeights(Cell cell, CellParameters<StoredWeights> parameters)
        : base(
            cell, parameters.Input.Shape[1], parameters.Input.Shape[0] / cell.GateCount,
            parameters.Projection?.Shape[0] ?? parameters.Input.Shape[0] / cell.GateCount)
    {
        input = parameters.Input.Pack(RowOfColumn);
        recurrent = parameters.Recurrent?.Pack(RowOfColumn);
        projection = parameters.Projection?.Pack();
        foreach (var parameter in parameters.All)
        {
            var matrix = parameter == parameters.Input ? input : parameter == parameters.Recurrent ? recurrent : parameter == parameters.Projection ? projection : null;
            stored.Add((parameter.Name, matrix, matrix is null ? parameter : null));
        }

        PackVectors(parameters, static parameter => parameter is null ? default : parameter.Singles);
    }

    /// <inheritdoc/>
    public override long ByteLength => input.ByteLength + (recurrent?.ByteLength ?? 0) + (projection?.ByteLength ?? 0);

    /// <inheritdoc/>
    public override void MultiplyInput(Floats x, Floats gates, Range panels) =>
        input.Multiply(x, InputBias, gates, panels.Start.Value, panels.End.Value);

    /// <inheritdoc/>
    public override void MultiplyRecurrent(Floats h, Floats source, Floats sums, Range panels) =>
        recurrent!.Multiply(h, source, sums, panels.Start.Value, panels.End.Value);

    /// <inheritdoc/>
    public override void Project(Floats m, Floats h) => projection!.Multiply(m, default, h);

    /// <summary>The parameters in the order of a layer's.</summary>
    public IEnumerable<StoredWeights> Store() =>
        stored.Select(parameter => parameter.Vector ?? StoredWeights.Of(parameter.Name, parameter.Matrix!));
}
