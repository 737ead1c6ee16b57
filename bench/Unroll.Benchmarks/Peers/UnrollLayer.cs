using Unroll.Cells;
using Unroll.Layers;

namespace Unroll.Benchmarks.Peers;

/// <summary>Unroll's recurrent layer with the shared weights.</summary>
internal static class UnrollLayer
{
    /// <summary>Makes the layer of a workload.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="values">The weights.</param>
    /// <param name="cell">A cell with the gates of the workload's, to take its place.</param>
    public static Recurrent Create(Workload workload, SharedValues values, Cell? cell = null)
    {
        cell ??= workload.Cell switch { PeerCell.Lstm => Cell.Lstm, PeerCell.Gru => Cell.Gru, _ => Cell.RnnTanh };
        var layer = new Recurrent(cell, workload.HiddenSize, workload.HiddenSize);
        foreach (var parameter in layer.Parameters)
        {
            var source = parameter.Name switch
            {
                "weight_ih_l0" => values.InputWeights,
                "weight_hh_l0" => values.RecurrentWeights,
                "bias_ih_l0" => values.InputBias,
                "bias_hh_l0" => values.RecurrentBias,
                _ => throw new InvalidOperationException($"{parameter.Name} is no parameter of one recurrent layer."),
            };
            source.CopyTo(parameter.Values);
            parameter.MarkChanged();
        }

        return layer;
    }
}
