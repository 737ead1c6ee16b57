using Unroll.Tensors;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Tensors;

[Trait(Lanes.LaneRunsTests.Mark, "every")]
public sealed class ActivationOperationsTests
{
    public static TheoryData<int> Lengths => [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 48, 67];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Value_by_value(int length)
    {
        var x = TapeCheck.Random(new Random(length), length);

        TapeCheck.Run("tanh", tape => tape.Tanh(x), v => [.. v[0].Select(Math.Tanh)], x);
        TapeCheck.Run("sigmoid", tape => tape.Sigmoid(x), v => [.. v[0].Select(ActivationOracle.Sigmoid)], x);
        TapeCheck.Run("relu", tape => tape.Relu(x), v => [.. v[0].Select(ActivationOracle.Relu)], x);
        TapeCheck.Run("exp", tape => tape.Exp(x), v => [.. v[0].Select(Math.Exp)], x);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Softmax_of_every_row(int classes)
    {
        var x = TapeCheck.Random(new Random(classes), 2, 3, classes);

        TapeCheck.Run("softmax", tape => tape.Softmax(x), v => LayerOracles.Softmax(v[0], classes), x);
    }

    [Fact]
    public void Softmax_of_large_logits_stays_finite()
    {
        var tape = new Tape();
        var y = tape.Softmax(Tensor.FromArray([1e30f, -1e30f, 88, 0, 0, 1e30f], new(2, 3)));

        Assert.Equal([1, 0, 0, 0, 0, 1], y.Values.ToArray());
    }

    [Fact]
    public void Softmax_needs_a_last_dimension()
    {
        var tape = new Tape();
        Assert.Contains("[]", Assert.Throws<ArgumentException>(() => tape.Softmax(new(new()))).Message, StringComparison.Ordinal);
        Assert.Contains("[3, 0]", Assert.Throws<ArgumentException>(() => tape.Softmax(new(new(3, 0)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NaN_stays_NaN()
    {
        var tape = new Tape();
        var x = Tensor.FromArray([.. Enumerable.Repeat(float.NaN, 19)], new(19));

        foreach (var y in new[] { tape.Tanh(x), tape.Sigmoid(x), tape.Relu(x), tape.Exp(x), tape.Softmax(x) })
            Assert.All(y.Values.ToArray(), value => Assert.True(float.IsNaN(value)));
    }
}
