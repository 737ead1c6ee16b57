using Unroll.Losses;
using Unroll.Tensors;
using Unroll.Tests.Oracles;
using Unroll.Tests.Tensors;

namespace Unroll.Tests.Losses;

/// <summary>Losses over sequences of mixed length see the steps that there are, and nothing else.</summary>
[Trait(Lanes.LaneRunsTests.Mark, "every")]
public sealed class MixedLengthTests
{
    private static readonly int[] lengths = [3, 1, 4, 2];

    /// <summary>The rows of [4, 4, …] within <see cref="lengths"/>, time-major.</summary>
    private static readonly int[] rows = [0, 1, 2, 3, 4, 6, 7, 8, 10, 14];

    [Fact]
    public void Packing_keeps_the_steps_within_the_lengths_in_the_order_of_time()
    {
        var x = TapeCheck.Random(new Random(1), 4, 4, 2, 3);

        TapeCheck.Run("pack", tape => tape.PackSequences(x, lengths), v => [.. rows.SelectMany(row => v[0][(row * 6)..((row + 1) * 6)])], x);
        TapeCheck.Run("pack without lengths", tape => tape.PackSequences(x, default), v => v[0], x);
        Assert.Equal(new Shape(rows.Length, 2, 3), new Tape().PackSequences(x, lengths).Shape);
        Assert.Equal(new Shape(3), new Tape().PackSequences(new(new(2, 2)), [1, 2]).Shape);
    }

    [Fact]
    public void The_gradient_beyond_a_length_is_zero()
    {
        var x = TapeCheck.Random(new Random(2), 4, 4, 5);
        var tape = new Tape();
        tape.Backward(tape.CrossEntropy(x, Targets(5), lengths));
        for (var row = 0; row < 16; row++)
            Assert.Equal(rows.Contains(row), x.Gradient.Slice(row * 5, 5).ContainsAnyExcept(0));
    }

    [Fact]
    public void The_cross_entropy_is_the_mean_over_the_steps_that_there_are()
    {
        var random = new Random(3);
        var logits = TapeCheck.Random(random, 4, 4, 5);
        var targets = Targets(5);
        TapeCheck.Run("cross entropy", tape => tape.CrossEntropy(logits, targets, lengths), v => [CrossEntropy(v[0], targets, 5)], logits);

        var (x, weight, bias) = (TapeCheck.Random(random, 4, 4, 3), TapeCheck.RandomParameter(random, 5, 3), TapeCheck.RandomParameter(random, 5));
        TapeCheck.Run("linear softmax", tape => tape.LinearSoftmaxCrossEntropy(x, weight, bias, targets, lengths),
            v => [CrossEntropy(Linear(v[0], v[1], v[2], 3, 5), targets, 5)], x, weight, bias);
    }

    [Fact]
    public void So_is_the_squared_error()
    {
        var random = new Random(4);
        var (x, y) = (TapeCheck.Random(random, 4, 4, 3), TapeCheck.Random(random, 4, 4, 3));
        TapeCheck.Run("squared error", tape => tape.MeanSquaredError(x, y, lengths),
            v => [rows.SelectMany(row => Enumerable.Range(row * 3, 3)).Average(index => Math.Pow(v[0][index] - v[1][index], 2))], x, y);
    }

    [Fact]
    public void Without_lengths_it_is_the_plain_loss_bit_for_bit()
    {
        var logits = TapeCheck.Random(new Random(5), 4, 4, 5);
        var targets = Targets(5).Select(target => target < 0 ? 0 : target).ToArray();
        Close.Bits("loss", new Tape().CrossEntropy(logits, targets).Values, new Tape().CrossEntropy(logits, targets, default).Values);
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_numbers()
    {
        var (tape, logits) = (new Tape(), new Tensor(new(4, 4, 5)));
        var targets = Targets(5);
        Refused<ArgumentException>("There are 3 lengths for a batch of 4 rows", () => tape.CrossEntropy(logits, targets, [1, 2, 3]));
        Refused<ArgumentOutOfRangeException>("Row 2 has length 0; a length is 1…4", () => tape.CrossEntropy(logits, targets, [1, 2, 0, 4]));
        Refused<ArgumentOutOfRangeException>("Row 3 has length 5; a length is 1…4", () => tape.PackSequences(logits, [1, 2, 3, 5]));
        Refused<ArgumentException>("There are 15 targets for 4 steps of 4 sequences", () => tape.CrossEntropy(logits, targets.AsSpan(1), lengths));
        Refused<ArgumentException>("shape [20]; a batch of sequences has shape [timeSteps, batchSize", () => tape.PackSequences(new(new(20)), [1]));
        Refused<ArgumentException>("The prediction has shape [4, 4, 5], the target [4, 4, 1]", () => tape.MeanSquaredError(logits, new(new(4, 4, 1)), lengths));
        targets[6] = 5;
        Refused<ArgumentOutOfRangeException>("Target 5 at step 1 of sequence 2 is outside the vocabulary (size 5)", () => tape.CrossEntropy(logits, targets, lengths));
        Refused<ArgumentOutOfRangeException>(
            "Target 5 at step 1 of sequence 2", () => tape.LinearSoftmaxCrossEntropy(new(new(4, 4, 2)), new("w", new(5, 2)), null, targets, lengths));
    }

    private static void Refused<TException>(string part, Action action)
        where TException : Exception => Assert.Contains(part, Assert.Throws<TException>(action).Message, StringComparison.Ordinal);

    /// <summary>A class for each step; beyond the lengths, numbers that are none.</summary>
    private static int[] Targets(int classes) => [.. Enumerable.Range(0, 16).Select(row => rows.Contains(row) ? row * 7 % classes : -100)];

    private static double CrossEntropy(double[] logits, int[] targets, int classes) => rows.Average(row =>
    {
        var scores = logits[(row * classes)..((row + 1) * classes)];
        return Math.Log(scores.Sum(Math.Exp)) - scores[targets[row]];
    });

    private static double[] Linear(double[] x, double[] weight, double[] bias, int inputs, int outputs) =>
    [
        .. from row in Enumerable.Range(0, x.Length / inputs)
           from output in Enumerable.Range(0, outputs)
           select bias[output] + Enumerable.Range(0, inputs).Sum(input => x[(row * inputs) + input] * weight[(output * inputs) + input]),
    ];
}
