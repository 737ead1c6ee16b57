using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Tensors;

[Trait(Lanes.LaneRunsTests.Mark, "every")]
public sealed class NormalizationOperationsTests
{
    public static TheoryData<int> Sizes => [2, 3, 4, 5, 8, 15, 16, 17, 32, 33, 50];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Layer_norm_has_the_gradients_of_its_formula(int size)
    {
        var random = new Random(size);
        var x = TapeCheck.Random(random, 2, 3, size);
        var (gain, bias) = (TapeCheck.RandomParameter(random, size), TapeCheck.RandomParameter(random, size));
        // A large epsilon keeps the curvature of short rows small enough for finite differences.
        const float epsilon = 0.1f;

        TapeCheck.Run("layer norm", tape => tape.LayerNorm(x, gain, bias, epsilon), v => LayerOracles.LayerNorm(v[0], v[1], v[2], size, epsilon), x, gain, bias);
    }

    [Fact]
    public void The_layer_normalises_values_far_from_zero()
    {
        // The inputs are rounded to 6e-5 there, but that is the oracle's input as well.
        const int size = 100;
        var random = new Random(5);
        var layer = new LayerNorm(size);
        var x = Tensor.FromArray([.. RandomValues.Singles(random, 70 * size).Select(value => value + 1000)], new(7, 10, size), requiresGradient: true);
        var tape = new Tape();
        var y = layer.Forward(tape, x);
        var seed = RandomValues.Singles(random, y.Length);
        y.SeedGradient(seed);
        tape.Backward();

        var (values, ones) = (RandomValues.ToDouble(x.Values), Enumerable.Repeat(1.0, size).ToArray());
        Close.Absolute("y", LayerOracles.LayerNorm(values, ones, new double[size], size, 1e-5f), y.Values);
        var expected = LayerOracles.LayerNormBackward(values, ones, RandomValues.ToDouble(seed), size, 1e-5f);
        Close.Relative("dx", expected.X, x.Gradient, 1e-5);
        Close.Relative("dGain", expected.Scale, layer.Gain.Gradient, 1e-5);
        Close.Relative("dBias", expected.Shift, layer.Bias.Gradient, 1e-5);
    }

    [Fact]
    public void Names_are_those_of_PyTorch() =>
        Assert.Equal(["weight", "bias"], new LayerNorm(3).Parameters.Select(parameter => parameter.Name));

    [Fact]
    public void Wrong_arguments_are_refused_with_numbers()
    {
        var (tape, layer) = (new Tape(), new LayerNorm(3));
        var exception = Assert.Throws<ArgumentException>(() => layer.Forward(tape, new(new(2, 4))));
        Assert.Contains("The gain weight has shape [3]; an input of shape [2, 4] needs [4].", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => tape.LayerNorm(new(new(2, 0)), layer.Gain, layer.Bias));
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.LayerNorm(new(new(2, 3)), layer.Gain, layer.Bias, epsilon: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerNorm(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerNorm(3, float.NaN));
    }
}
