using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Layers;

/// <summary>A linear map of many rows gives each the bits that it gets alone.</summary>
[Trait(LaneRunsTests.Mark, "every")]
public sealed class LinearRowsTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 3, 7)]
    [InlineData(13, 17, 33)]
    [InlineData(70, 65, 129)]
    [InlineData(100, 256, 300)]
    public void Rows_are_computed_as_alone(int rows, int inputSize, int outputSize)
    {
        foreach (var bias in new[] { true, false })
        {
            var layer = Create(inputSize, outputSize, bias);
            var x = RandomValues.Singles(new Random(rows), rows * inputSize);
            Check("float32", rows, x, outputSize, layer.Step, layer.Step);
            foreach (var format in new[] { WeightFormat.BFloat16, WeightFormat.Int8 })
            {
                var quantized = layer.Quantize(format);
                Check($"{format}", rows, x, outputSize, quantized.Step, quantized.Step);
            }
        }
    }

    [Fact]
    public void Wrong_lengths_are_refused_with_numbers()
    {
        var layer = Create(3, 5, bias: true);
        Assert.Throws<ArgumentOutOfRangeException>(() => layer.Step(-1, [], []));
        var failure = Assert.Throws<ArgumentException>(() => layer.Step(2, new float[7], new float[10]));
        Assert.Contains("2 rows of this layer take 6 values, 3 each; got 7.", failure.Message, StringComparison.Ordinal);
        failure = Assert.Throws<ArgumentException>(() => layer.Quantize(WeightFormat.Int8).Step(2, new float[6], new float[9]));
        Assert.Contains("2 rows of this layer give 10 values, 5 each; there is room for 9.", failure.Message, StringComparison.Ordinal);
        var both = new float[16];
        Assert.Throws<ArgumentException>(() => layer.Step(2, both.AsSpan(5, 6), both.AsSpan(0, 10)));
        layer.Step(0, [], []);
    }

    private delegate void Rows(int rowCount, ReadOnlySpan<float> inputs, Span<float> outputs);

    private delegate void Row(ReadOnlySpan<float> input, Span<float> output);

    private static void Check(string name, int rows, float[] x, int outputSize, Rows together, Row alone)
    {
        var inputSize = x.Length / rows;
        var (actual, expected) = (new float[rows * outputSize], new float[outputSize]);
        together(rows, x, actual);
        for (var row = 0; row < rows; row++)
        {
            alone(x.AsSpan(row * inputSize, inputSize), expected);
            Close.Bits($"{name}, row {row} of {rows}", expected, actual.AsSpan(row * outputSize, outputSize));
        }
    }

    private static Linear Create(int inputSize, int outputSize, bool bias)
    {
        var layer = new Linear(inputSize, outputSize, bias);
        var random = new CounterRandom(seed: 6);
        foreach (var parameter in layer.Parameters)
            Initializer.TorchUniform(parameter, inputSize, ref random);
        return layer;
    }
}
