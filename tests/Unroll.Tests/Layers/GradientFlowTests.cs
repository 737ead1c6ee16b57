using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Oracles;
using Unroll.Tests.Recurrence;

namespace Unroll.Tests.Layers;

/// <summary>The gradient of every step, against the double-precision oracle and against the engine's own way back from a state.</summary>
public sealed class GradientFlowTests
{
    private const int TimeSteps = 7;
    private const int BatchSize = 3;
    private const int InputSize = 4;
    private const int HiddenSize = 5;

    /// <summary>A rate is read from norms of float32 values, whose product over the steps is rounded at each of them.</summary>
    private const double RateTolerance = 1e-6;

    [Theory]
    [CombinatorialCells]
    internal void Every_step_has_the_gradient_of_the_oracle(OracleCell cell, bool twoLayers)
    {
        var layers = twoLayers ? 2 : 1;
        var random = new Random(11);
        var weights = RecurrentOracle.RandomWeights(cell, InputSize, HiddenSize, layers, bidirectional: false, bias: true, random);
        var network = EngineRun.LayerOf(weights, bidirectional: false);
        var x = RandomValues.Uniform(random, TimeSteps * BatchSize * InputSize);
        var seed = RandomValues.Uniform(random, BatchSize * HiddenSize);

        var flow = GradientFlow.Measure(network, TensorOf(x), Seeded(seed));

        Close.Gradients("h_T", seed, flow.Hidden(TimeSteps));
        var states = layers * BatchSize * HiddenSize;
        for (var step = 1; step < TimeSteps; step++)
        {
            // The oracle runs up to step t, and from its state to the end and back.
            var cut = step * BatchSize * InputSize;
            var zeros = new double[states];
            var oracle = new RecurrentOracle(weights, bidirectional: false);
            var before = oracle.Forward(new(step, BatchSize, x[..cut], zeros, cell == OracleCell.Lstm ? zeros : []));
            var rest = new OracleSequence(TimeSteps - step, BatchSize, x[cut..], before.Hn, before.Cn);
            oracle.Forward(rest);
            var dY = new double[(TimeSteps - step) * BatchSize * HiddenSize];
            seed.CopyTo(dY, dY.Length - seed.Length);
            var expected = oracle.Backward(rest, dY, new double[states], new double[before.Cn.Length]);
            for (var layer = 0; layer < layers; layer++)
            {
                var rows = (layer * seed.Length)..((layer + 1) * seed.Length);
                Close.Gradients($"h_{step} of layer {layer}", expected.H0[rows], flow.Hidden(step, layer));
                Close.Gradients($"c_{step} of layer {layer}", cell == OracleCell.Lstm ? expected.C0[rows] : [], flow.State(step, layer));
            }

            Assert.Equal(Norm(expected.H0[^seed.Length..]), flow.HiddenNorms()[step - 1], Close.GradientTolerance);
        }
    }

    /// <summary>Every cell there is: the rest of the sequence as one window that starts from a state with a gradient.</summary>
    [Theory]
    [MemberData(nameof(TestCells.All), MemberType = typeof(TestCells))]
    public void Every_step_has_the_gradient_of_a_window_from_there_to_the_end(Cell cell)
    {
        var random = new Random(5);
        var network = new Recurrent(cell, InputSize, HiddenSize, new() { Layers = 2 });
        foreach (var parameter in network.Parameters)
            EngineRun.Write(parameter, RandomValues.Uniform(random, parameter.Length, 0.6));
        var x = RandomValues.Uniform(random, TimeSteps * BatchSize * InputSize);
        var seed = RandomValues.Uniform(random, BatchSize * network.OutputSize);

        var flow = GradientFlow.Measure(network, TensorOf(x), Seeded(seed));

        for (var step = 1; step < TimeSteps; step++)
        {
            var cut = step * BatchSize * InputSize;
            var state = network.CreateState(BatchSize);
            network.Forward(new Tape(recording: false), TensorOf(x[..cut])).CopyFinalTo(state);
            state.Hidden.RequiresGradient = true;
            state.Cell?.RequiresGradient = true;
            var tape = new Tape();
            var rest = TensorOf(x[cut..]);
            rest.RequiresGradient = cell.IsFixed;
            var output = network.Forward(tape, rest, state).Output;
            var last = tape.Slice(output, dimension: 0, start: TimeSteps - step - 1, length: 1);
            tape.Backward(Seeded(seed)(tape, last));
            for (var layer = 0; layer < 2; layer++)
            {
                Close.Gradients($"h_{step} of layer {layer}", Rows(state.Hidden, layer), flow.Hidden(step, layer));
                Close.Gradients($"c_{step} of layer {layer}", state.Cell is { } cells ? Rows(cells, layer) : [], flow.State(step, layer));
            }
        }
    }

    [Theory]
    [InlineData(0.5f)]
    [InlineData(1f)]
    [InlineData(1.25f)]
    public void A_linear_network_multiplies_the_gradient_by_its_spectral_radius(float radius)
    {
        const int Steps = 40;
        var network = new Recurrent(Cell.RnnRelu, inputSize: 1, hiddenSize: 2);
        foreach (var parameter in network.Parameters)
        {
            if (parameter.Name == "weight_ih_l0")
                parameter.Values.Fill(1);
            else if (parameter.Name == "weight_hh_l0")
                (parameter.Values[0], parameter.Values[3]) = (radius, radius);
            parameter.MarkChanged();
        }

        var x = Enumerable.Repeat(1f, Steps).ToArray();
        var flow = GradientFlow.Measure(network, Tensor.FromArray(x, new(Steps, 1, 1)), (tape, output) => tape.Sum(output));

        var norms = flow.HiddenNorms();
        for (var step = 1; step <= Steps; step++)
            Assert.Equal(1, norms[step - 1] / (Math.Sqrt(2) * Math.Pow(radius, Steps - step)), RateTolerance);
        Assert.Equal(radius, GradientFlow.FactorPerStep(norms), RateTolerance);
        Assert.All(flow.StateNorms(), norm => Assert.Equal(0, norm));
    }

    [Fact]
    public void Half_lives_are_those_of_the_factor()
    {
        Assert.Equal(1, GradientFlow.HalfLife(0.5), 1e-12);
        Assert.Equal(10, GradientFlow.HalfLife(Math.Pow(0.5, 0.1)), 1e-9);
        Assert.Equal(-1, GradientFlow.HalfLife(2), 1e-12);
        Assert.Equal(double.PositiveInfinity, GradientFlow.HalfLife(1));
        Assert.Equal(double.PositiveInfinity, GradientFlow.HalfLife(Math.BitDecrement(1)));
        Assert.Equal(double.NaN, GradientFlow.HalfLife(double.NaN));
        Assert.Equal(double.NaN, GradientFlow.HalfLife(0));

        Assert.Equal(double.NaN, GradientFlow.FactorPerStep([]));
        Assert.Equal(double.NaN, GradientFlow.FactorPerStep([0, 0, 1]));
        Assert.Equal(0.1, GradientFlow.FactorPerStep([0, 1e-30, 0.01, 0.1, 1]), 1e-12);
        Assert.Equal(2, GradientFlow.FactorPerStep([double.PositiveInfinity, 4, 2, 1]), 1e-12);
    }

    [Fact]
    public void What_cannot_be_measured_is_refused()
    {
        var network = new Recurrent(Cell.Gru, InputSize, HiddenSize, new() { Layers = 2 });
        static Tensor Loss(Tape tape, Tensor output) => tape.Sum(output);
        var both = new Recurrent(Cell.Gru, InputSize, HiddenSize, new() { Bidirectional = true });
        Assert.Contains("two directions", Assert.Throws<ArgumentException>(() => GradientFlow.Measure(both, new(new(3, 1, InputSize)), Loss)).Message, StringComparison.Ordinal);
        Assert.Contains("at least 2", Assert.Throws<ArgumentException>(() => GradientFlow.Measure(network, new(new(1, 1, InputSize)), Loss)).Message, StringComparison.Ordinal);
        Assert.Contains("[3, 1, 9]", Assert.Throws<ArgumentException>(() => GradientFlow.Measure(network, new(new(3, 1, 9)), Loss)).Message, StringComparison.Ordinal);
        Assert.Contains("scalar", Assert.Throws<InvalidOperationException>(() => GradientFlow.Measure(network, new(new(3, 1, InputSize)), (_, output) => output)).Message, StringComparison.Ordinal);

        var flow = GradientFlow.Measure(network, new(new(3, 1, InputSize)), Loss);
        Assert.Contains("steps 1 to 3", Assert.Throws<ArgumentOutOfRangeException>(() => _ = flow.Hidden(4)).Message, StringComparison.Ordinal);
        Assert.Contains("steps 1 to 2", Assert.Throws<ArgumentOutOfRangeException>(() => _ = flow.Hidden(3, layer: 0)).Message, StringComparison.Ordinal);
        Assert.Contains("steps 1 to 2", Assert.Throws<ArgumentOutOfRangeException>(() => _ = flow.State(3)).Message, StringComparison.Ordinal);
        Assert.Contains("layers 0 to 1", Assert.Throws<ArgumentOutOfRangeException>(() => flow.HiddenNorms(2)).Message, StringComparison.Ordinal);
    }

    private static Tensor TensorOf(double[] x) =>
        Tensor.FromArray(RandomValues.ToSingle(x), new(x.Length / (BatchSize * InputSize), BatchSize, InputSize));

    /// <summary>Σ output · seed, whose gradient with respect to the output is the seed.</summary>
    private static Func<Tape, Tensor, Tensor> Seeded(double[] seed) =>
        (tape, output) => tape.Sum(tape.Multiply(output, Tensor.FromArray(RandomValues.ToSingle(seed), output.Shape)));

    private static double[] Rows(Tensor state, int layer)
    {
        var length = state.Length / state.Shape[0];
        return RandomValues.ToDouble(state.Gradient.Slice(layer * length, length));
    }

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(value => value * value));
}
