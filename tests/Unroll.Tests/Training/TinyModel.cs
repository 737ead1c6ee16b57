using Unroll.Cells;
using Unroll.Data;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Tensors;
using Unroll.Training;

namespace Unroll.Tests.Training;

/// <summary>Embedding, two recurrent layers with dropout, linear output: small enough to train thousands of updates in a test.</summary>
internal sealed class TinyModel : ITrainable
{
    private readonly Parameter embedding;
    private readonly Parameter headWeight;
    private readonly Parameter headBias;
    private readonly Recurrent rnn;

    public TinyModel(
        int vocabularySize, Cell? cell = null, float dropout = 0, int hiddenSize = 16, int layers = 2, ulong seed = 1, RecurrentOptions? stack = null)
    {
        embedding = new("embedding.weight", new(vocabularySize, 8));
        rnn = new(cell ?? Cell.Lstm, 8, hiddenSize, stack ?? new() { Layers = layers, Dropout = dropout });
        headWeight = new("head.weight", new(vocabularySize, rnn.OutputSize));
        headBias = new("head.bias", new(vocabularySize));
        Parameters = [embedding, .. rnn.Parameters, headWeight, headBias];
        var random = new CounterRandom(seed);
        foreach (var parameter in Parameters)
            Initializer.TorchUniform(parameter, hiddenSize, ref random);
    }

    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>What to do with each loss before training sees it.</summary>
    public Action<Tensor, TrainingStep>? Tamper { get; set; }

    public RecurrentState CreateState(int batchSize) => rnn.CreateState(batchSize);

    public Tensor Loss(Tape tape, TokenWindow window, RecurrentState state, TrainingStep step)
    {
        DropoutKey? key = step.IsTraining ? new(step.Seed, step.Update) : null;
        var embedded = tape.Embedding(embedding, window.Inputs, window.TimeSteps, window.BatchSize);
        var output = rnn.Forward(tape, embedded, state, dropout: key);
        output.CopyFinalTo(state);
        var loss = tape.LinearSoftmaxCrossEntropy(output.Output, headWeight, headBias, window.Targets);
        Tamper?.Invoke(loss, step);
        return loss;
    }

    /// <summary>All parameters one after another, to compare models bit for bit.</summary>
    public float[] Weights() => [.. Parameters.SelectMany(parameter => parameter.Values.ToArray())];
}
