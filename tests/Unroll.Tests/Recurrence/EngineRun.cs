using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Recurrence;

/// <summary>Everything a recurrent layer computed in one forward and backward pass, copied off the tape.</summary>
internal sealed record EngineRun(float[] Y, float[] Hn, float[] Cn, float[] DX, float[] DH0, float[] DC0, Dictionary<string, float[]> Gradients)
{
    /// <summary>The engine's name for an oracle's cell.</summary>
    public static Cell CellOf(OracleCell cell) => cell switch
    {
        OracleCell.RnnTanh => Cell.RnnTanh,
        OracleCell.RnnRelu => Cell.RnnRelu,
        OracleCell.Lstm => Cell.Lstm,
        _ => Cell.Gru,
    };

    /// <summary>A layer with the weights of an oracle.</summary>
    public static Recurrent LayerOf(OracleWeights[] weights, bool bidirectional)
    {
        var layer = new Recurrent(CellOf(weights[0].Cell), weights[0].InputSize, weights[0].HiddenSize, new()
        {
            Layers = weights.Length / (bidirectional ? 2 : 1),
            Bidirectional = bidirectional,
            Bias = weights[0].InputBias is not null,
        });
        var parameters = layer.Parameters.ToDictionary(parameter => parameter.Name);
        for (var index = 0; index < weights.Length; index++)
        {
            foreach (var (name, values) in weights[index].Named())
                Write(parameters[name + RecurrentOracle.Suffix(index, bidirectional)], values);
        }

        Assert.Equal(weights.Sum(w => w.Named().Count()), layer.Parameters.Count);
        return layer;
    }

    public static void Write(Parameter parameter, double[] values)
    {
        RandomValues.ToSingle(values).CopyTo(parameter.Values);
        parameter.MarkChanged();
    }

    /// <summary>Runs forward and, if seeds are given, backward; parameter gradients start at zero.</summary>
    public static EngineRun Of(Recurrent layer, OracleSequence sequence, (double[] Y, double[] Hn, double[] Cn)? seeds = null, Tape? tape = null)
    {
        tape ??= new Tape(recording: seeds is not null);
        tape.Reset();
        foreach (var parameter in layer.Parameters)
            parameter.ClearGradient();
        var inputSize = sequence.X.Length / (sequence.TimeSteps * sequence.BatchSize);
        var x = Tensor.FromArray(
            RandomValues.ToSingle(sequence.X), new(sequence.TimeSteps, sequence.BatchSize, inputSize), requiresGradient: seeds is not null);
        var state = StateOf(layer, sequence, seeds is not null);
        var output = layer.Forward(tape, x, state, sequence.Lengths);
        if (seeds is { } given)
        {
            output.Output.SeedGradient(RandomValues.ToSingle(given.Y));
            output.FinalHidden.SeedGradient(RandomValues.ToSingle(given.Hn));
            output.FinalCell?.SeedGradient(RandomValues.ToSingle(given.Cn));
            tape.Backward();
        }

        float[] Gradient(Tensor? tensor) => seeds is null || tensor is null ? [] : tensor.Gradient.ToArray();
        return new(
            output.Output.Values.ToArray(),
            output.FinalHidden.Values.ToArray(),
            output.FinalCell is null ? [] : output.FinalCell.Values.ToArray(),
            Gradient(x),
            Gradient(state.Hidden),
            Gradient(state.Cell),
            layer.Parameters.ToDictionary(parameter => parameter.Name, parameter => Gradient(parameter)));
    }

    public static RecurrentState StateOf(Recurrent layer, OracleSequence sequence, bool requiresGradient)
    {
        var state = layer.CreateState(sequence.BatchSize);
        RandomValues.ToSingle(sequence.H0).CopyTo(state.Hidden.Values);
        state.Hidden.RequiresGradient = requiresGradient;
        if (state.Cell is null)
            return state;
        RandomValues.ToSingle(sequence.C0).CopyTo(state.Cell.Values);
        state.Cell.RequiresGradient = requiresGradient;
        return state;
    }
}
