using Unroll.Cells;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Tensors;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;
using Unroll.Tests.Recurrence;

namespace Unroll.Tests.Layers;

/// <summary>What many to one and encoder–decoder networks are made of, with sequences of mixed length, against loops in double precision.</summary>
[Trait(LaneRunsTests.Mark, "every")]
public sealed class SequenceShapeTests
{
    private const int TimeSteps = 4;
    private const int BatchSize = 3;
    private const int Classes = 5;

    /// <summary>The cube root of the double's precision balances truncation against rounding.</summary>
    private const double Step = 6e-6;

    private static readonly int[] lengths = [2, 4, 1];
    private static readonly int[] answerLengths = [3, 1, 2];

    public static TheoryData<string> Stacks => [.. StackCases.Names];

    public static TheoryData<string> Cells => [nameof(OracleCell.Lstm), nameof(OracleCell.Gru), nameof(OracleCell.RnnTanh)];

    [Theory]
    [MemberData(nameof(Stacks))]
    public void The_final_top_is_the_end_of_each_row_in_the_last_layer(string name)
    {
        var options = StackCases.Options(name);
        var layer = StackCases.Create(Cell.Lstm, options);
        var x = RandomValues.Uniform(new Random(1), TimeSteps * BatchSize * StackCases.InputSize);
        var oracle = new StackOracle(OracleCell.Lstm, StackCases.InputSize, StackCases.HiddenSize, options, StackCases.Values(layer));
        double[] Expected() => Top(oracle.Forward(new(TimeSteps, BatchSize, x, [], [], lengths)).Hn, options, layer);

        var tape = new Tape();
        var input = Tensor.FromArray(RandomValues.ToSingle(x), new(TimeSteps, BatchSize, StackCases.InputSize), requiresGradient: true);
        var top = layer.FinalTop(tape, layer.Forward(tape, input, null, lengths));
        Assert.Equal(new Shape(BatchSize, layer.OutputSize), top.Shape);
        Close.Absolute("top", Expected(), top.Values);

        var seed = RandomValues.Uniform(new Random(2), top.Length);
        top.SeedGradient(RandomValues.ToSingle(seed));
        tape.Backward();
        Close.Gradients("dx", Differences(x, () => FiniteDifferences.Dot(Expected(), seed)), input.Gradient);
    }

    /// <summary>The encoder reads rows of mixed length, the decoder starts from its final states, and the loss counts answers of other mixed lengths.</summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void Gradients_of_an_encoder_and_decoder_are_those_of_the_loop(string name)
    {
        var kind = Enum.Parse<OracleCell>(name);
        var cell = EngineRun.CellOf(kind);
        var options = new RecurrentOptions { Layers = 2 };
        var (encoder, decoder) = (StackCases.Create(cell, options, seed: 4), StackCases.Create(cell, options, seed: 5));
        var (weight, bias) = (new Parameter("weight", new(Classes, StackCases.HiddenSize)), new Parameter("bias", new(Classes)));
        var random = new Random(6);
        EngineRun.Write(weight, RandomValues.Uniform(random, weight.Length));
        var question = RandomValues.Uniform(random, TimeSteps * BatchSize * StackCases.InputSize);
        var answer = RandomValues.Uniform(random, 3 * BatchSize * StackCases.InputSize);
        int[] targets = [1, 0, 4, 2, -1, 3, 0, -1, -1];

        var tape = new Tape();
        var read = Tensor.FromArray(RandomValues.ToSingle(question), new(TimeSteps, BatchSize, StackCases.InputSize), requiresGradient: true);
        var given = Tensor.FromArray(RandomValues.ToSingle(answer), new(3, BatchSize, StackCases.InputSize), requiresGradient: true);
        var encoded = encoder.Forward(tape, read, null, lengths);
        var decoded = decoder.Forward(tape, given, encoded.FinalState, answerLengths);
        var loss = tape.LinearSoftmaxCrossEntropy(decoded.Output, weight, bias, targets, answerLengths);
        tape.Backward(loss);

        var (encoderValues, decoderValues) = (StackCases.Values(encoder), StackCases.Values(decoder));
        double Loss()
        {
            var end = new StackOracle(kind, StackCases.InputSize, StackCases.HiddenSize, options, encoderValues)
                .Forward(new(TimeSteps, BatchSize, question, [], [], lengths));
            var output = new StackOracle(kind, StackCases.InputSize, StackCases.HiddenSize, options, decoderValues)
                .Forward(new(3, BatchSize, answer, end.Hn, end.Cn, answerLengths));
            return Enumerable.Range(0, 9).Where(row => row / BatchSize < answerLengths[row % BatchSize]).Average(row => CrossEntropy(output.Y, row, weight, targets[row]));
        }

        Close.Absolute("loss", [Loss()], loss.Values);
        Close.Gradients("question", Differences(question, Loss), read.Gradient);
        Close.Gradients("answer", Differences(answer, Loss), given.Gradient);
        foreach (var (layer, values) in new[] { (encoder, encoderValues), (decoder, decoderValues) })
        {
            var parameter = layer.Parameters.Single(parameter => parameter.Name == "weight_hh_l0");
            Close.Gradients(parameter.Name, Differences(values[parameter.Name], Loss), parameter.Gradient);
        }
    }

    [Fact]
    public void Tokens_of_mixed_length_are_read_as_their_embeddings_are()
    {
        var (layer, embedding) = (StackCases.Create(Cell.Gru, new() { Layers = 2, Bidirectional = true }), new Embedding(3, StackCases.InputSize));
        EngineRun.Write(embedding.Weight, RandomValues.Uniform(new Random(7), embedding.Weight.Length));
        int[] tokens = [0, 1, 2, 2, 1, 0, 0, 2, 1, 1, 1, 1];
        var (expected, expectedGradient) = Run(tape => layer.Forward(tape, embedding.Forward(tape, tokens, TimeSteps, BatchSize), null, lengths));
        var (actual, actualGradient) = Run(tape => layer.Forward(tape, embedding, tokens, TimeSteps, BatchSize, null, lengths));
        Close.Bits("output", expected, actual);
        Close.Bits("gradient", expectedGradient, actualGradient);

        (float[] Output, float[] Gradient) Run(Func<Tape, RecurrentOutput> forward)
        {
            var tape = new Tape();
            embedding.Weight.ClearGradient();
            var output = forward(tape).Output;
            output.SeedGradient(RandomValues.Singles(new Random(8), output.Length));
            tape.Backward();
            return (output.Values.ToArray(), embedding.Weight.Gradient.ToArray());
        }
    }

    [Fact]
    public void What_another_layer_gave_is_refused_with_both_shapes()
    {
        var (one, two) = (new Recurrent(Cell.Gru, 2, 3), new Recurrent(Cell.Gru, 2, 3, new() { Layers = 2 }));
        var tape = new Tape();
        var output = one.Forward(tape, new(new(1, 4, 2)));
        Assert.Contains("final states of shape [1, 4, 3]; this layer gives [2, batchSize, 3]", Assert.Throws<ArgumentException>(() => two.FinalTop(tape, output)).Message, StringComparison.Ordinal);
        Assert.Contains("There are 2 lengths for a batch of 1 rows", Assert.Throws<ArgumentException>(() => one.Forward(tape, new(5, 2), [1, 1], 2, 1, null, [1, 2])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => one.FinalTop(tape, default));
    }

    private static double[] Top(double[] final, RecurrentOptions options, Recurrent layer)
    {
        var (directions, largest) = (layer.Directions, options.LayerSizes?.Max() ?? StackCases.HiddenSize);
        return [.. Enumerable.Range(0, BatchSize).SelectMany(row => Merged([.. Enumerable.Range(0, directions).Select(direction =>
        {
            var start = ((((options.Layers - 1) * directions) + direction) * BatchSize + row) * largest;
            return final[start..(start + StackCases.HiddenSize)];
        })], options.Merge))];
    }

    private static IEnumerable<double> Merged(double[][] parts, DirectionMerge merge) => parts.Length == 1 ? parts[0] : merge switch
    {
        DirectionMerge.Sum => parts[0].Zip(parts[1], (f, r) => f + r),
        DirectionMerge.Mean => parts[0].Zip(parts[1], (f, r) => (f + r) / 2),
        DirectionMerge.Product => parts[0].Zip(parts[1], (f, r) => f * r),
        _ => parts[0].Concat(parts[1]),
    };

    private static double CrossEntropy(double[] hidden, int row, Parameter weight, int target)
    {
        var scores = MatrixOracle.Apply(RandomValues.ToDouble(weight.Values), [.. hidden.AsSpan(row * StackCases.HiddenSize, StackCases.HiddenSize)]);
        return Math.Log(scores.Sum(Math.Exp)) - scores[target];
    }

    private static double[] Differences(double[] values, Func<double> loss) => [.. Enumerable.Range(0, values.Length).Select(index =>
    {
        var kept = values[index];
        values[index] = kept + Step;
        var above = loss();
        values[index] = kept - Step;
        var below = loss();
        values[index] = kept;
        return (above - below) / (2 * Step);
    })];
}
