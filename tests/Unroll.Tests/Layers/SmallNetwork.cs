using Unroll.Cells;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Layers;

/// <summary>Embedding → stack → fused loss with one update as a whole; what a model is made of, and nothing besides.</summary>
internal sealed class SmallNetwork
{
    private readonly Embedding embedding;
    private readonly Recurrent recurrent;
    private readonly Linear head;
    private readonly List<Parameter> parameters;
    private readonly Optimizer optimizer;
    private readonly Tape tape = new();

    public SmallNetwork(Cell cell, int vocabularySize, int hiddenSize, int layers, float learningRate, float dropout = 0)
    {
        embedding = new(vocabularySize, hiddenSize);
        recurrent = new(cell, hiddenSize, hiddenSize, new() { Layers = layers, Dropout = dropout });
        head = new(recurrent.OutputSize, vocabularySize);
        parameters = [.. embedding.Parameters, .. recurrent.Parameters, .. head.Parameters];
        optimizer = new AdamW(learningRate, weightDecay: 0);
        var random = new Random(17);
        foreach (var parameter in parameters)
        {
            RandomValues.Singles(random, parameter.Length, 1 / Math.Sqrt(hiddenSize)).CopyTo(parameter.Values);
            parameter.MarkChanged();
        }
    }

    public Recurrent Recurrent => recurrent;

    public IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>One update; the state is carried. Returns the loss before it.</summary>
    public float Update(int[] ids, int[] targets, int timeSteps, int batchSize, RecurrentState state, long update = 0)
    {
        tape.Reset();
        for (var index = 0; index < parameters.Count; index++)
            parameters[index].ClearGradient();
        DropoutKey? dropout = recurrent.Options.Dropout > 0 ? new DropoutKey(3, update) : null;
        var output = recurrent.Forward(tape, embedding, ids, timeSteps, batchSize, state, dropout: dropout);
        var loss = tape.LinearSoftmaxCrossEntropy(output.Output, head.Weight, head.Bias, targets);
        tape.Backward(loss);
        GradientClipping.ByGlobalNorm(parameters, 1);
        optimizer.Step(parameters);
        output.CopyFinalTo(state);
        return loss.Scalar;
    }

    /// <summary>Feeds one token to a stream and takes the most probable next one.</summary>
    public int Next(RecurrentStream stream, int token)
    {
        var hidden = stream.Step(embedding.Weight.Values.Slice(token * embedding.Weight.Shape[1], embedding.Weight.Shape[1]));
        var logits = new float[head.Weight.Shape[0]];
        head.Step(hidden, logits);
        return Array.IndexOf(logits, logits.Max());
    }
}
