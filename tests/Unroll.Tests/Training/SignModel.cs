using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Tensors;
using Unroll.Training;

namespace Unroll.Tests.Training;

/// <summary>A sequence of numbers, and whether their sum is positive.</summary>
internal sealed record SignExample(float[] Values, int Label) : ITrainingExample
{
    public int TimeSteps => Values.Length;

    public void AppendTo(IncrementalHash hash)
    {
        hash.AppendData(MemoryMarshal.AsBytes<float>(Values));
        hash.AppendData([(byte)Label]);
    }

    /// <summary>Examples of 1 to 9 steps.</summary>
    public static SignExample[] Many(int count, ulong seed)
    {
        var random = new CounterRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var values = new float[1 + random.NextInt32(9)];
            foreach (ref var value in values.AsSpan())
                value = random.NextNormal();
            return new SignExample(values, values.Sum() > 0 ? 1 : 0);
        })];
    }
}

/// <summary>One recurrent layer over sequences of mixed lengths, and a linear output for its last step.</summary>
internal sealed class SignModel : IExampleModel<SignExample>
{
    private readonly Recurrent rnn;
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly float dropout;
    private readonly List<int> lengths = [];
    private readonly List<int> labels = [];

    public SignModel(float dropout = 0, ulong seed = 1, int hiddenSize = 8)
    {
        this.dropout = dropout;
        rnn = new(Unroll.Cells.Cell.Gru, 1, hiddenSize);
        weight = new("head.weight", new(2, hiddenSize));
        bias = new("head.bias", new(2));
        Parameters = [.. rnn.Parameters, weight, bias];
        var random = new CounterRandom(seed);
        foreach (var parameter in Parameters)
            Initializer.TorchUniform(parameter, hiddenSize, ref random);
    }

    public IReadOnlyList<Parameter> Parameters { get; }

    public string? Signature { get; init; }

    /// <summary>What to do with each batch before the model sees it.</summary>
    public Action<ReadOnlySpan<SignExample>, TrainingStep>? Watch { get; set; }

    public Tensor Loss(Tape tape, ReadOnlySpan<SignExample> batch, TrainingStep step)
    {
        Watch?.Invoke(batch, step);
        lengths.Clear();
        labels.Clear();
        var longest = 0;
        foreach (var example in batch)
        {
            longest = Math.Max(longest, example.TimeSteps);
            lengths.Add(example.TimeSteps);
            labels.Add(example.Label);
        }

        var input = tape.Allocate(new(longest, batch.Length, 1));
        input.Values.Clear();
        for (var row = 0; row < batch.Length; row++)
        {
            for (var time = 0; time < batch[row].TimeSteps; time++)
                input.Values[(time * batch.Length) + row] = batch[row].Values[time];
        }

        var last = tape.Reshape(rnn.Forward(tape, input, null, CollectionsMarshal.AsSpan(lengths)).FinalHidden, new(batch.Length, rnn.HiddenSize));
        if (step.IsTraining)
            last = tape.Dropout(last, dropout, new(step.Seed, step.Update));
        return tape.LinearSoftmaxCrossEntropy(last, weight, bias, CollectionsMarshal.AsSpan(labels));
    }

    public float[] Weights() => [.. Parameters.SelectMany(parameter => parameter.Values.ToArray())];
}
