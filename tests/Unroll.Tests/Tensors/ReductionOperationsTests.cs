using Unroll.Losses;
using Unroll.Tensors;

namespace Unroll.Tests.Tensors;

[Trait(Lanes.LaneRunsTests.Mark, "every")]
public sealed class ReductionOperationsTests
{
    public static TheoryData<int> Lengths => [1, 2, 3, 5, 8, 15, 16, 17, 33, 100];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Sums_means_and_squared_errors(int length)
    {
        var random = new Random(length);
        var (x, y) = (TapeCheck.Random(random, length), TapeCheck.Random(random, length));

        TapeCheck.Run("sum", tape => tape.Sum(tape.Tanh(x)), v => [v[0].Sum(Math.Tanh)], x);
        TapeCheck.Run("mean", tape => tape.Mean(tape.Tanh(x)), v => [v[0].Average(Math.Tanh)], x);
        TapeCheck.Run(
            "mean squared error", tape => tape.MeanSquaredError(x, y),
            v => [ElementwiseOperationsTests.Each(v[0], v[1], (a, b) => (a - b) * (a - b)).Average()], x, y);
    }

    [Fact]
    public void Long_sums_lose_no_digits()
    {
        const int length = 1_000_003;
        var x = new Tensor(new(length));
        x.Values.Fill(0.1f);
        var tape = new Tape(recording: false);

        // Summing one after the other in float32 gives 100958, an error of one percent.
        Assert.Equal(length * (double)0.1f, tape.Sum(x).Scalar, length * 1e-6);
        Assert.Equal(0.1f, tape.Mean(x).Scalar, 1e-6f);
    }

    [Fact]
    public void The_number_of_threads_does_not_show()
    {
        var random = new Random(2);
        var (x, y) = (TapeCheck.Random(random, 300_001), TapeCheck.Random(random, 300_001));
        var threads = Parallelism.ThreadCount;
        try
        {
            Parallelism.ThreadCount = 1;
            var alone = new Tape().MeanSquaredError(x, y).Scalar;
            Parallelism.ThreadCount = 3;
            Assert.Equal(alone, new Tape().MeanSquaredError(x, y).Scalar);
        }
        finally
        {
            Parallelism.ThreadCount = threads;
        }
    }

    [Fact]
    public void A_target_without_gradient_gets_none()
    {
        var random = new Random(1);
        var (x, y) = (TapeCheck.Random(random, 6), Tensor.FromArray([1, 2, 3, 4, 5, 6], new(6)));

        TapeCheck.Run(
            "mean squared error", tape => tape.MeanSquaredError(x, y),
            v => [v[0].Select((value, index) => (value - index - 1) * (value - index - 1)).Average()], x);
        Assert.All(y.Gradient.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Wrong_shapes_are_refused_with_numbers()
    {
        var tape = new Tape();
        var exception = Assert.Throws<ArgumentException>(() => tape.MeanSquaredError(new(new(2, 3)), new(new(3, 2))));
        Assert.Contains("[2, 3], the target [3, 2]", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => tape.MeanSquaredError(new(new(0)), new(new(0))));
        Assert.Contains("[4, 0]", Assert.Throws<ArgumentException>(() => tape.Mean(new(new(4, 0)))).Message, StringComparison.Ordinal);
        Assert.Equal(0, tape.Sum(new(new(4, 0))).Scalar);
    }
}
