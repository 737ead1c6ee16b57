using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Oracles;
using Unroll.Tests.Recurrence;

namespace Unroll.Tests.Layers;

/// <summary>Layers with weights in fewer bits, against the float32 layers with the rounded weights and against double precision.</summary>
public sealed class QuantizedLayerTests
{
    private const int InputSize = 21;
    private const int HiddenSize = 37;
    private const int Steps = 12;

    /// <summary>
    /// Float32 and double precision round an input to neighbouring bytes only where it lies almost in the middle; one such byte moves a sum by the largest weight
    /// (1/√37) times the largest input (1) / 127.
    /// </summary>
    private const double OneByte = 0.0013;

    public static TheoryData<Cell, bool> Layers
    {
        get
        {
            var data = new TheoryData<Cell, bool>();
            foreach (var cell in Cell.BuiltIn)
            {
                data.Add(cell, true);
                data.Add(cell, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Bfloat16_steps_have_the_bits_of_the_float32_layer_with_the_rounded_weights(Cell cell, bool bias)
    {
        var layer = Create(cell, bias);
        var quantized = layer.Quantize(WeightFormat.BFloat16);
        foreach (var parameter in layer.Parameters.Where(parameter => parameter.Shape.Rank == 2))
        {
            foreach (ref var value in parameter.Values)
                value = BFloat16.Widen(BFloat16.Round(value));
            parameter.MarkChanged();
        }

        var (expected, actual) = (layer.OpenStream(), quantized.OpenStream());
        foreach (var x in Inputs())
            Close.Bits($"{cell}", expected.Step(x), actual.Step(x));
    }

    /// <summary>Cells without recurrent sums of their own.</summary>
    public static TheoryData<Cell> CellsOfOneSum => [Cell.Lstm, Cell.RnnTanh, Cell.RnnRelu];

    [Theory]
    [MemberData(nameof(CellsOfOneSum))]
    public void Int8_steps_are_those_of_double_precision_with_rounded_weights_and_inputs(Cell cell)
    {
        var stream = Create(cell, bias: true).Quantize(WeightFormat.Int8).OpenStream();
        var oracle = Oracle(Create(cell, bias: true));
        var h = new double[2][];
        var c = new double[2][];
        for (var layer = 0; layer < 2; layer++)
            (h[layer], c[layer]) = (new double[HiddenSize], new double[cell.StateCount > 0 ? HiddenSize : 0]);
        foreach (var x in Inputs())
        {
            var below = RandomValues.ToDouble(x);
            for (var layer = 0; layer < 2; layer++)
            {
                var step = CellOracle.Forward(oracle[layer], Rounded(below), Rounded(h[layer]), c[layer]);
                (h[layer], c[layer]) = (step.H, step.C);
                below = step.H;
            }

            Close.Absolute($"{cell}", below, stream.Step(x), OneByte);
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Int8_steps_stay_near_the_float32_layer(Cell cell, bool bias)
    {
        // Ten times what one rounded byte does; a gate, a scale or a bias in the wrong place does far more.
        const double near = 10 * OneByte;
        var layer = Create(cell, bias);
        var (expected, actual) = (layer.OpenStream(), layer.Quantize(WeightFormat.Int8).OpenStream());
        foreach (var x in Inputs())
            Close.Absolute($"{cell}", RandomValues.ToDouble(expected.Step(x)), actual.Step(x), near);
    }

    [Theory]
    [InlineData(WeightFormat.BFloat16)]
    [InlineData(WeightFormat.Int8)]
    public void A_stream_keeps_its_state_and_gives_it_away(WeightFormat format)
    {
        var layer = Create(Cell.Lstm, bias: true).Quantize(format);
        var (first, second, state) = (layer.OpenStream(), layer.OpenStream(), layer.CreateState(1));
        Assert.Same(layer, first.Layer);
        foreach (var x in Inputs())
            first.Step(x);
        first.CopyStateTo(state);
        second.SetState(state);
        var input = Inputs()[0];
        Close.Bits("continued", first.Step(input), second.Step(input));
        first.Reset();
        var fresh = layer.OpenStream();
        Close.Bits("reset", fresh.Step(input), first.Step(input));
    }

    [Theory]
    [InlineData(WeightFormat.BFloat16, 1e-2)]
    [InlineData(WeightFormat.Int8, 3e-2)]
    public void A_linear_map_of_one_row_is_near_that_of_float32(WeightFormat format, double tolerance)
    {
        var random = new Random(5);
        foreach (var (input, output, bias) in new[] { (1, 1, true), (33, 70, true), (64, 10, false), (130, 300, true) })
        {
            var linear = new Linear(input, output, bias);
            foreach (var parameter in linear.Parameters)
                RandomValues.Singles(random, parameter.Length, 1 / Math.Sqrt(input)).CopyTo(parameter.Values);
            var quantized = linear.Quantize(format);
            var x = RandomValues.Singles(random, input);
            var (expected, actual) = (new float[output], new float[output]);

            linear.Step(x, expected);
            quantized.Step(x, actual);

            Assert.Equal((format, input, output), (quantized.Weights, quantized.InputSize, quantized.OutputSize));
            Close.Absolute($"{output} × {input}", RandomValues.ToDouble(expected), actual, tolerance);
        }
    }

    [Fact]
    public void Rows_are_scaled_so_that_their_largest_value_is_127()
    {
        var parameter = new Parameter("w", new(3, 4));
        ((float[])[0.5f, -1, 0.25f, 0, 0, 0, 0, -0f, 1e-3f, 2e-3f, -4e-3f, 3e-3f]).CopyTo(parameter.Values);

        var stored = StoredWeights.Of(parameter, WeightFormat.Int8);

        Assert.Equal([64, 129, 32, 0, 0, 0, 0, 0, 32, 64, 129, 95], stored.Values.ToArray());
        Assert.Equal([1 / 127f, 1, 4e-3f / 127], stored.Scales.ToArray());
        var row = new float[4];
        stored.CopyRow(2, row);
        Close.Absolute("row", [1e-3, 2e-3, -4e-3, 3e-3], row, 4e-3 / 253);
    }

    [Fact]
    public void What_cannot_be_quantized_is_refused_with_the_reason()
    {
        var layer = Create(Cell.Gru, bias: true);
        Assert.Contains("BFloat16 or Int8", Assert.Throws<ArgumentOutOfRangeException>(() => layer.Quantize(WeightFormat.Float32)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Linear(2, 2).Quantize((WeightFormat)9));
        var bidirectional = new Recurrent(Cell.Gru, 2, 2, new() { Bidirectional = true });
        Assert.Contains("reverse direction", Assert.Throws<InvalidOperationException>(() => bidirectional.Quantize(WeightFormat.Int8)).Message, StringComparison.Ordinal);

        foreach (var (value, format) in new[] { (float.NaN, WeightFormat.Int8), (float.NegativeInfinity, WeightFormat.BFloat16), (float.MaxValue, WeightFormat.BFloat16) })
        {
            var linear = new Linear(3, 2);
            linear.Weight.Values[4] = value;
            Assert.Contains("'weight'", Assert.Throws<InvalidOperationException>(() => linear.Quantize(format)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Steps_check_their_sizes()
    {
        var linear = new Linear(3, 2).Quantize(WeightFormat.Int8);
        Assert.Contains("takes 3 values; got 4", Assert.Throws<ArgumentException>(() => linear.Step(new float[4], new float[2])).Message, StringComparison.Ordinal);
        Assert.Contains("gives 2 values; there is room for 1", Assert.Throws<ArgumentException>(() => linear.Step(new float[3], new float[1])).Message, StringComparison.Ordinal);
        var layer = Create(Cell.Lstm, bias: false).Quantize(WeightFormat.BFloat16);
        Assert.Throws<ArgumentException>(() => layer.OpenStream().Step(new float[InputSize + 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => layer.CreateState(0));
        Assert.Throws<ArgumentException>(() => layer.OpenStream().SetState(new(new Tensor(new(2, 1, HiddenSize)))));
    }

    private static Recurrent Create(Cell cell, bool bias)
    {
        var layer = new Recurrent(cell, InputSize, HiddenSize, new() { Layers = 2, Bias = bias });
        var random = new CounterRandom(7);
        foreach (var parameter in layer.Parameters)
            Initializer.TorchUniform(parameter, HiddenSize, ref random);
        return layer;
    }

    private static float[][] Inputs()
    {
        var random = new Random(6);
        return [.. Enumerable.Range(0, Steps).Select(_ => RandomValues.Singles(random, InputSize))];
    }

    /// <summary>The layers in double precision, their matrices rounded to bytes and widened.</summary>
    private static OracleWeights[] Oracle(Recurrent layer)
    {
        var cell = Enum.GetValues<OracleCell>().Single(known => EngineRun.CellOf(known).Equals(layer.Cell));
        return
        [
            .. layer.Parameters.Chunk(4).Select(of => new OracleWeights(
                cell, of[0].Shape[1], HiddenSize, Rounded(of[0]), Rounded(of[1]),
                RandomValues.ToDouble(of[2].Values), RandomValues.ToDouble(of[3].Values))),
        ];
    }

    private static double[] Rounded(Parameter matrix) =>
        [.. RandomValues.ToDouble(matrix.Values).Chunk(matrix.Shape[1]).SelectMany(Rounded)];

    private static double[] Rounded(double[] row)
    {
        var scale = row.Max(Math.Abs) / 127;
        return scale == 0 ? row : [.. row.Select(value => Math.Round(value / scale) * scale)];
    }
}
