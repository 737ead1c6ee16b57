using Unroll.Tensors;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Tensors;

[Trait(Lanes.LaneRunsTests.Mark, "every")]
public sealed class ElementwiseOperationsTests
{
    public static TheoryData<int> Lengths => [.. Enumerable.Range(1, 35), 63, 64, 65];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Same_shapes(int length)
    {
        var random = new Random(length);
        var (x, y) = (TapeCheck.Random(random, length), TapeCheck.Random(random, length));

        TapeCheck.Run("x + y", tape => tape.Add(x, y), v => Each(v[0], v[1], (a, b) => a + b), x, y);
        TapeCheck.Run("x - y", tape => tape.Subtract(x, y), v => Each(v[0], v[1], (a, b) => a - b), x, y);
        TapeCheck.Run("x * y", tape => tape.Multiply(x, y), v => Each(v[0], v[1], (a, b) => a * b), x, y);
        TapeCheck.Run("-0.7 x", tape => tape.Scale(x, -0.7f), v => Each(v[0], v[0], (a, _) => -0.7f * a), x);
    }

    [Theory]
    [InlineData(1, 1, 5)]
    [InlineData(7, 1, 1)]
    [InlineData(2, 3, 17)]
    [InlineData(3, 2, 32)]
    [InlineData(1, 4, 35)]
    public void A_vector_beside_every_row(int first, int second, int last)
    {
        var random = new Random(last);
        var (x, y) = (TapeCheck.Random(random, first, second, last), TapeCheck.Random(random, last));

        TapeCheck.Run("x + y", tape => tape.Add(x, y), v => Each(v[0], v[1], (a, b) => a + b), x, y);
        TapeCheck.Run("x - y", tape => tape.Subtract(x, y), v => Each(v[0], v[1], (a, b) => a - b), x, y);
        TapeCheck.Run("x * y", tape => tape.Multiply(x, y), v => Each(v[0], v[1], (a, b) => a * b), x, y);
    }

    [Fact]
    public void Parameters_are_operands_like_others()
    {
        var random = new Random(3);
        var (x, y) = (TapeCheck.RandomParameter(random, 4, 9), TapeCheck.RandomParameter(random, 9));

        TapeCheck.Run("x * y", tape => tape.Multiply(x, y), v => Each(v[0], v[1], (a, b) => a * b), x, y);
    }

    [Fact]
    public void A_tensor_times_itself()
    {
        var x = TapeCheck.Random(new Random(1), 5, 7);

        TapeCheck.Run("x * x", tape => tape.Multiply(x, x), v => Each(v[0], v[0], (a, b) => a * b), x);
    }

    [Fact]
    public void Large_tensors_are_split_over_the_threads_without_a_trace()
    {
        var random = new Random(5);
        const int rows = 331, columns = 401;
        var x = TapeCheck.Random(random, rows, columns);
        var y = TapeCheck.Random(random, columns);
        var tape = new Tape();
        var z = tape.Multiply(tape.Tanh(tape.Add(x, y)), y);
        var sum = tape.Sum(z);
        tape.Backward(sum);

        var expected = new double[x.Length];
        for (var index = 0; index < expected.Length; index++)
            expected[index] = Math.Tanh(x.Values[index] + (double)y.Values[index % columns]) * y.Values[index % columns];
        Close.Absolute("z", expected, z.Values);
        Assert.Equal(expected.Sum(), sum.Scalar, 0.05);
        for (var index = 0; index < expected.Length; index++)
        {
            var t = Math.Tanh(x.Values[index] + (double)y.Values[index % columns]);
            expected[index] = (1 - (t * t)) * y.Values[index % columns];
        }

        Close.Absolute("dx", expected, x.Gradient);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused_with_both()
    {
        var tape = new Tape();
        var exception = Assert.Throws<ArgumentException>(() => tape.Add(new(new(2, 3)), new(new(2))));
        Assert.Contains("[2, 3]", exception.Message, StringComparison.Ordinal);
        Assert.Contains("[2]; the right side needs [2, 3] or [3]", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => tape.Subtract(new(new(2, 3)), new(new(3, 2))));
        Assert.Throws<ArgumentException>(() => tape.Multiply(new(new(3)), new(new(2, 3))));
        Assert.Throws<ArgumentException>(() => tape.Multiply(new(new()), new(new(1))));
    }

    /// <summary>f on each value of x and the value of y beside it; y repeats.</summary>
    internal static double[] Each(double[] x, double[] y, Func<double, double, double> f) =>
        [.. x.Select((value, index) => f(value, y[index % y.Length]))];
}
