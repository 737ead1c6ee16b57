using System.Numerics.Tensors;
using Unroll.Benchmarks.Examinations;
using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;
using Tensor = Unroll.Tensors.Tensor;

namespace Unroll.Benchmarks.CellSpeeds;

/// <summary>A layer of a cell, as wide as its input, that is trained on a batch and stepped on one stream.</summary>
internal sealed class CellContestant
{
    private const ulong Seed = 1;

    private readonly Recurrent layer;
    private readonly Tensor input;
    private readonly Tape tape = new();
    private readonly RecurrentStream stream;
    private readonly float[] one;

    public CellContestant(Cell cell, int batchSize, int timeSteps, int hiddenSize)
    {
        layer = new(cell, hiddenSize, hiddenSize);
        NetworkInitialization.Draw(layer, Seed);
        input = new(new(timeSteps, batchSize, hiddenSize));
        var random = new CounterRandom(Seed);
        foreach (ref var value in input.Values)
            value = (2 * random.NextSingle()) - 1;
        one = input.Values[..hiddenSize].ToArray();
        stream = layer.OpenStream();
        Parameters = layer.Parameters.Sum(parameter => (long)parameter.Length);
    }

    /// <summary>Weights and biases.</summary>
    public long Parameters { get; }

    /// <summary>Forward, loss = mean(y²), backward to all weights that learn; what was packed from the weights is packed again, as after an update.</summary>
    public void Train()
    {
        tape.Reset();
        foreach (var parameter in layer.Parameters)
        {
            parameter.ClearGradient();
            parameter.MarkChanged();
        }

        var output = layer.Forward(tape, input).Output;
        TensorPrimitives.Multiply(output.Values, 2f / output.Values.Length, output.Gradient);
        output.SeedGradient(output.Gradient);
        tape.Backward();
    }

    /// <summary>One step of one stream from the state of the last one.</summary>
    public void Step() => stream.Step(one);
}
