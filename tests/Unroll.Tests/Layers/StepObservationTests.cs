using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;
using Unroll.Tests.Recurrence;

namespace Unroll.Tests.Layers;

/// <summary>What an observed step says of its gates, against the oracle and against the equations of the papers.</summary>
[Trait(LaneRunsTests.Mark, "every")]
public sealed class StepObservationTests
{
    private const int InputSize = 3;
    private const int HiddenSize = 19;
    private const int TimeSteps = 5;

    [Theory]
    [CombinatorialCells]
    internal void Gates_and_states_are_those_of_the_oracle(OracleCell cell, bool twoLayers)
    {
        var random = new Random(3);
        var weights = RecurrentOracle.RandomWeights(cell, InputSize, HiddenSize, twoLayers ? 2 : 1, bidirectional: false, bias: true, random);
        var stream = EngineRun.LayerOf(weights, bidirectional: false).OpenStream();
        var observation = stream.Observe();
        Assert.Same(observation, stream.Observe());
        Assert.Equal(weights.Length, observation.LayerCount);
        var h = weights.Select(_ => new double[HiddenSize]).ToArray();
        var c = weights.Select(_ => new double[cell == OracleCell.Lstm ? HiddenSize : 0]).ToArray();
        for (var time = 0; time < TimeSteps; time++)
        {
            var x = RandomValues.Uniform(random, InputSize);
            stream.Step(RandomValues.ToSingle(x));
            for (var layer = 0; layer < weights.Length; layer++)
            {
                var step = CellOracle.Forward(weights[layer], x, h[layer], c[layer]);
                (h[layer], c[layer], x) = (step.H, step.C, step.H);
                Close.Absolute("h", step.H, observation.Hidden(layer));
                Close.Absolute("c", step.C, cell == OracleCell.Lstm ? observation.State(layer, 0) : []);
                for (var gate = 0; gate < observation.GateNames.Count && cell != OracleCell.RnnRelu; gate++)
                {
                    Close.Absolute(observation.GateNames[gate], step.Gates.AsSpan(gate * HiddenSize, HiddenSize), observation.Gate(layer, gate));
                    Assert.True(observation.IsActivated(gate));
                }
            }
        }
    }

    /// <summary>Looking on changes no bit, whatever the cell, its stages and its layers.</summary>
    [Theory]
    [MemberData(nameof(TestCells.All), MemberType = typeof(TestCells))]
    public void An_observed_stream_gives_the_same_bits(Cell cell)
    {
        var network = Filled(cell, new() { Layers = 2 });
        var (plain, observed) = (network.OpenStream(), network.OpenStream());
        var observation = observed.Observe();
        var random = new Random(8);
        for (var time = 0; time < TimeSteps; time++)
        {
            var x = RandomValues.Singles(random, InputSize);
            Close.Bits("output", plain.Step(x), observed.Step(x));
            for (var layer = 0; layer < 2; layer++)
            {
                for (var gate = 0; gate < cell.GateCount; gate++)
                {
                    Assert.Equal(HiddenSize, observation.Gate(layer, gate).Length);
                    foreach (var value in observation.Gate(layer, gate))
                        Assert.True(observation.IsActivated(gate) ? Math.Abs(value) <= 1 : float.IsFinite(value), $"{cell} {observation.GateNames[gate]}: {value}");
                }
            }
        }

        var state = network.CreateState(1);
        observed.CopyStateTo(state);
        Close.Bits("hidden", observed.Output, observation.Hidden(1));
        Close.Bits("state", cell.StateCount > 0 ? state.Cell!.Values.Slice(state.Cell.Length / 2, HiddenSize) : [], cell.StateCount > 0 ? observation.State(1, 0) : []);
    }

    /// <summary>Which gates have an activation is what the equations of the papers say.</summary>
    [Theory]
    [InlineData("rnn-tanh", "")]
    [InlineData("rnn-relu", "sum")]
    [InlineData("lstm", "")]
    [InlineData("gru", "")]
    [InlineData("peephole-lstm", "")]
    [InlineData("coupled-lstm", "")]
    [InlineData("projected-lstm", "")]
    [InlineData("gru-reset-before", "")]
    [InlineData("minimal-gated", "")]
    [InlineData("layer-norm-lstm", "")]
    [InlineData("layer-norm-gru", "")]
    [InlineData("indrnn", "sum")]
    [InlineData("sru", "candidate,highway")]
    [InlineData("mingru", "candidate")]
    [InlineData("minlstm", "candidate")]
    [InlineData("lru", "candidate")]
    [InlineData("slstm", "input,forget")]
    [InlineData("jordan", "")]
    [InlineData("echo-state", "")]
    public void Sums_without_an_activation_are_given_as_they_are(string name, string sums)
    {
        var observation = Observed(Filled(Cell.Find(name)!), out _);
        var without = Enumerable.Range(0, observation.GateNames.Count).Where(gate => !observation.IsActivated(gate)).Select(gate => observation.GateNames[gate]);
        Assert.Equal(sums, string.Join(',', without));
    }

    /// <summary>Graves (2013), equations 7, 8 and 10: the state before goes into input and forget gate, the new one into the output gate.</summary>
    [Fact]
    public void Peepholes_are_part_of_a_gate()
    {
        var network = Filled(Cell.PeepholeLstm);
        var parameters = network.Parameters.ToDictionary(parameter => parameter.Name, parameter => RandomValues.ToDouble(parameter.Values));
        var stream = network.OpenStream();
        var observation = stream.Observe();
        var random = new Random(2);
        for (var time = 0; time < TimeSteps; time++)
        {
            var (h, c) = (RandomValues.ToDouble(observation.Hidden(0)), RandomValues.ToDouble(observation.State(0, 0)));
            var x = RandomValues.Uniform(random, InputSize);
            stream.Step(RandomValues.ToSingle(x));
            var sums = MatrixOracle.Apply(parameters["weight_ih_l0"], x);
            foreach (var addend in new[] { MatrixOracle.Apply(parameters["weight_hh_l0"], h), parameters["bias_ih_l0"], parameters["bias_hh_l0"] })
                MatrixOracle.Add(sums, addend);
            var after = RandomValues.ToDouble(observation.State(0, 0));
            foreach (var (gate, name) in new[] { (0, "input"), (1, "forget"), (3, "output") })
            {
                var peephole = parameters[network.Parameters.Single(parameter => parameter.Name.Contains($"peephole_{name}", StringComparison.Ordinal)).Name];
                double[] expected = [.. Enumerable.Range(0, HiddenSize).Select(unit =>
                    ActivationOracle.Sigmoid(sums[(gate * HiddenSize) + unit] + (peephole[unit] * (gate == 3 ? after : c)[unit])))];
                Close.Absolute(name, expected, observation.Gate(0, gate));
            }
        }
    }

    [Fact]
    public void A_sum_is_that_of_the_products()
    {
        var network = Filled(Cell.MinGru);
        var parameters = network.Parameters.ToDictionary(parameter => parameter.Name, parameter => RandomValues.ToDouble(parameter.Values));
        var observation = Observed(network, out var x);
        var sums = MatrixOracle.Apply(parameters["weight_ih_l0"], RandomValues.ToDouble(x));
        MatrixOracle.Add(sums, parameters["bias_ih_l0"]);
        Close.Absolute("candidate", sums.AsSpan(HiddenSize), observation.Gate(0, 1));
        Close.Absolute("update", [.. sums[..HiddenSize].Select(ActivationOracle.Sigmoid)], observation.Gate(0, 0));
    }

    [Theory]
    [InlineData(WeightFormat.BFloat16)]
    [InlineData(WeightFormat.Int8)]
    public void Quantized_layers_can_be_observed(WeightFormat weights)
    {
        var network = Filled(Cell.Gru, new() { Layers = 2 });
        var (stream, narrow) = (network.OpenStream(), network.Quantize(weights).OpenStream());
        var (whole, observation) = (stream.Observe(), narrow.Observe());
        var x = RandomValues.Singles(new Random(1), InputSize);
        stream.Step(x);
        narrow.Step(x);
        for (var gate = 0; gate < 3; gate++)
            Close.Absolute($"gate {gate}", RandomValues.ToDouble(whole.Gate(1, gate)), observation.Gate(1, gate), tolerance: 0.02);
    }

    [Fact]
    public void Without_a_step_of_its_own_there_is_nothing_to_see()
    {
        var network = Filled(Cell.Lstm);
        var stream = network.OpenStream();
        var observation = stream.Observe();
        void Nothing() => Assert.Contains("step to look at", Assert.Throws<InvalidOperationException>(() => _ = observation.Gate(0, 0)).Message, StringComparison.Ordinal);
        var x = new float[InputSize];
        Nothing();
        stream.Step(x);
        _ = observation.Gate(0, 0);
        stream.Reset();
        Nothing();
        stream.Step(x);
        network.OpenStreamBatch().Step([stream], x, new float[HiddenSize]);
        Nothing();
        var state = network.CreateState(1);
        stream.CopyStateTo(state);
        stream.Step(x);
        stream.SetState(state);
        Nothing();

        Assert.Contains("layers 0 to 0", Assert.Throws<ArgumentOutOfRangeException>(() => _ = observation.Gate(1, 0)).Message, StringComparison.Ordinal);
        Assert.Contains("4 gates: input, forget", Assert.Throws<ArgumentOutOfRangeException>(() => _ = observation.Gate(0, 4)).Message, StringComparison.Ordinal);
        Assert.Contains("1 states", Assert.Throws<ArgumentOutOfRangeException>(() => _ = observation.State(0, 1)).Message, StringComparison.Ordinal);
    }

    private static StepObservation Observed(Recurrent network, out float[] x)
    {
        var stream = network.OpenStream();
        var observation = stream.Observe();
        x = RandomValues.Singles(new Random(6), InputSize);
        stream.Step(x);
        return observation;
    }

    private static Recurrent Filled(Cell cell, RecurrentOptions? options = null)
    {
        var random = new Random(4);
        var network = new Recurrent(cell, InputSize, HiddenSize, options);
        foreach (var parameter in network.Parameters)
            EngineRun.Write(parameter, RandomValues.Uniform(random, parameter.Length, 0.5));
        return network;
    }
}
