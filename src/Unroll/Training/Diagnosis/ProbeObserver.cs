using Unroll.Cells;
using Unroll.Tensors;

namespace Unroll.Training;

/// <summary>Looks at all recurrent layers of a network during one probe.</summary>
internal sealed class ProbeObserver : RecurrenceObserver
{
    /// <summary>The layers that ran, in that order; one that ran more than once is one.</summary>
    public List<(Parameter Weights, LayerProbe Probe)> Layers { get; } = [];

    /// <inheritdoc/>
    public override LayerObserver Layer(Parameter inputWeights, Cell cell, int units, int outputs)
    {
        foreach (var (weights, known) in Layers)
        {
            if (ReferenceEquals(weights, inputWeights))
                return known;
        }

        var probe = new LayerProbe(cell, units, outputs);
        Layers.Add((inputWeights, probe));
        return probe;
    }
}
