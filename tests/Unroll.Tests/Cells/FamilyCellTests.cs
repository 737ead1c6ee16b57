using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Cells;

/// <summary>The cells of the family against the equations of their papers in double precision, and what holds for all of them.</summary>
[Trait(LaneRunsTests.Mark, "every")]
public sealed class FamilyCellTests
{
    private const int InputSize = 3;

    /// <summary>Far in the flat parts of σ and tanh, where exponentials of sums are 5e21 and 2e-22.</summary>
    private const float Large = 50;

    /// <summary>Relative to the largest output; sums of some hundreds are rounded before they are cancelled.</summary>
    private const double LargeTolerance = 1e-4;

    public static TheoryData<string> Names => Family.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Outputs_states_and_gradients_are_those_of_the_papers_equations(string name)
    {
        Family.Run(name, new Comparison(17, TimeSteps: 5, BatchSize: 3, IsStart: false));
        Family.Run(name, new Comparison(2, TimeSteps: 6, BatchSize: 1, IsStart: true));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_of_a_step_is_that_of_differences(string name) => Family.Run(name, new Verification());

    [Theory]
    [MemberData(nameof(Names))]
    public void Large_sums_give_numbers_and_those_of_double_precision(string name) => Family.Run(name, new LargeSums());

    [Theory]
    [MemberData(nameof(Names))]
    public void Streams_batches_and_whole_sequences_are_bit_for_bit_the_same(string name) => Family.Run(name, new Streams());

    /// <summary>Bradbury and others (2017), equations 2 and 4, over the whole input and not step by step.</summary>
    [Fact]
    public void The_quasi_recurrent_cell_is_a_convolution_over_two_steps_and_a_pooling()
    {
        const int Times = 7, Units = 5;
        var random = new Random(8);
        var layer = LayerChecks.Filled(new Recurrent<QrnnCell>(InputSize, Units), random);
        var x = RandomValues.Uniform(random, Times * InputSize);
        var y = layer.Forward(new Tape(recording: false), Tensor.FromArray(RandomValues.ToSingle(x), new(Times, 1, InputSize))).Output.Values;
        var (weights, bias) = (layer.Parameters[0].Values.ToArray(), layer.Parameters[1].Values.ToArray());

        double Product(int gate, int unit, int time) => time < 0 ? 0 : bias[(gate * Units) + unit]
            + Enumerable.Range(0, InputSize).Sum(index => (double)weights[(((gate * Units) + unit) * InputSize) + index] * x[(time * InputSize) + index]);
        double Convolution(int gate, int unit, int time) => Product(gate, unit, time) + Product(gate + 3, unit, time - 1);

        for (var unit = 0; unit < Units; unit++)
        {
            var c = 0.0;
            for (var time = 0; time < Times; time++)
            {
                var forget = ActivationOracle.Sigmoid(Convolution(1, unit, time));
                c = (forget * c) + ((1 - forget) * Math.Tanh(Convolution(0, unit, time)));
                Close.Absolute($"unit {unit}, step {time}", [ActivationOracle.Sigmoid(Convolution(2, unit, time)) * c], y.Slice((time * Units) + unit, 1));
            }
        }
    }

    /// <summary>U is one block a head: 12 units with blocks of 12, 6 and 3, 32 with blocks that do not share a vector.</summary>
    [Theory]
    [InlineData(1, 12)]
    [InlineData(2, 12)]
    [InlineData(4, 12)]
    [InlineData(2, 32)]
    [InlineData(4, 32)]
    public void The_sLSTM_with_heads_is_that_of_the_papers_equations(int heads, int hiddenSize)
    {
        const int Times = 4;
        var random = new Random(heads);
        var cell = new SLstmCell(heads);
        var layer = LayerChecks.Filled(new Recurrent<SLstmCell>(InputSize, hiddenSize, cell: cell), random);
        Assert.Equal(hiddenSize * ((4 * (InputSize + (hiddenSize / heads))) + 8), layer.ParameterCount);
        LayerChecks.CompareWithOracle(layer, new FamilyOracle<SLstmCell>(layer, Times, batchSize: 2, random, cell), Times);
    }

    [Fact]
    public void Streams_of_an_sLSTM_with_heads_are_bit_for_bit_the_whole_sequence() => LayerChecks.CompareStreams(new SLstmCell(3));

    [Fact]
    public void Heads_are_chosen_of_cells_that_have_them_and_divide_the_units()
    {
        var cell = Cell.SLstm.WithHeads(4);
        Assert.Equal(cell, Cell.Of(new SLstmCell(4)));
        Assert.Equal(4, cell.Heads);
        Assert.Equal([new CellConstant("heads", 4)], cell.Constants);
        Assert.Equal(Cell.SLstm, cell.WithHeads(1));
        Assert.NotEqual(Cell.SLstm, cell);
        Assert.Equal(12 * ((4 * (5 + 3)) + 8), cell.ParameterCount(5, 12));

        Assert.Throws<ArgumentOutOfRangeException>(() => Cell.SLstm.WithHeads(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SLstmCell(0));
        Assert.Contains("'lstm' cannot be split into heads; those of slstm can", Assert.Throws<InvalidOperationException>(() => Cell.Lstm.WithHeads(2)).Message, StringComparison.Ordinal);
        const string Uneven = "The cell 'slstm' splits its units into 4 heads of the same size; 10 units are not divisible by 4.";
        Assert.Contains(Uneven, Assert.ThrowsAny<ArgumentException>(() => new Recurrent(cell, 5, 10)).Message, StringComparison.Ordinal);
        Assert.Contains(Uneven, Assert.Throws<ArgumentOutOfRangeException>(() => cell.ParameterCount(5, 10)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Softplus_keeps_its_digits_from_end_to_end()
    {
        const double Relative = 1e-6;
        for (var x = -80f; x <= 80; x += 0.37f)
        {
            var exact = x > 30 ? x : Math.Log(1 + Math.Exp(x));
            if (x < -15)
                exact = Math.Exp(x);
            var value = LanesScalar.Sum(CellMath.Softplus(LanesScalar.Broadcast(x)));
            Assert.True(Math.Abs(value - exact) <= Relative * exact, $"softplus({x}) is {value:R}; exactly {exact:R}.");
        }
    }

    private sealed record Comparison(int HiddenSize, int TimeSteps, int BatchSize, bool IsStart) : IFamilyTest
    {
        public void Run<TCell>()
            where TCell : struct, ICell
        {
            var random = new Random(HiddenSize);
            var layer = LayerChecks.Filled(new Recurrent<TCell>(InputSize, HiddenSize), random);
            LayerChecks.CompareWithOracle(layer, new FamilyOracle<TCell>(layer, TimeSteps, BatchSize, random), TimeSteps, IsStart);
        }
    }

    private sealed class Verification : IFamilyTest
    {
        public void Run<TCell>()
            where TCell : struct, ICell => Assert.InRange(GradientCheck.Verify<TCell>(), 0, 1e-3);
    }

    private sealed class Streams : IFamilyTest
    {
        public void Run<TCell>()
            where TCell : struct, ICell => LayerChecks.CompareStreams(default(TCell));
    }

    private sealed class LargeSums : IFamilyTest
    {
        public void Run<TCell>()
            where TCell : struct, ICell
        {
            EverySignOfSums<TCell>();
            LargeWeights<TCell>();
        }

        /// <summary>One step with each sum at ±50, at the start of a sequence and later.</summary>
        private static void EverySignOfSums<TCell>()
            where TCell : struct, ICell
        {
            var kernel = new CustomCellKernel<TCell>(default);
            var (values, gradients, seeds) = (new float[CustomCellKernel<TCell>.InputCount], new float[CustomCellKernel<TCell>.InputCount], new float[TCell.StateCount]);
            Array.Fill(seeds, 1);
            for (var signs = 0; signs < 1 << TCell.GateCount; signs++)
            {
                foreach (var state in new[] { 0f, 1f, Large })
                {
                    for (var gate = 0; gate < TCell.GateCount; gate++)
                        values[gate] = (signs >> gate & 1) == 1 ? Large : -Large;
                    values.AsSpan(TCell.GateCount).Fill(state);
                    for (var weight = 0; weight < TCell.UnitWeightCount; weight++)
                        values[CustomCellKernel<TCell>.UnitWeightsStart + weight] = (signs & 1) == 0 ? TCell.UnitWeights[weight].Low : TCell.UnitWeights[weight].High;
                    kernel.Gradients(filter: false, values, 1, seeds, gradients);
                    Assert.True(gradients.All(float.IsFinite), $"{TCell.Name}: gradients [{string.Join(", ", gradients)}] at [{string.Join(", ", values)}]");
                }
            }
        }

        private static void LargeWeights<TCell>()
            where TCell : struct, ICell
        {
            const int Units = 20, Times = 12;
            var random = new Random(11);
            var layer = LayerChecks.Filled(new Recurrent<TCell>(InputSize, Units), random);
            foreach (ref var value in layer.Parameters[0].Values)
                value *= Large;
            layer.Parameters[0].MarkChanged();
            var oracle = new FamilyOracle<TCell>(layer, Times, batchSize: 2, random);
            Array.ForEach([oracle.H0, oracle.C0], Array.Clear);

            var tape = new Tape(recording: true);
            var x = oracle.TensorOf(oracle.X, Times);
            var output = layer.Forward(tape, x).Output;
            var expected = oracle.Forward().Y;
            Close.Absolute("y", expected, output.Values, LargeTolerance * Math.Max(1, expected.Max(Math.Abs)));
            output.SeedGradient(RandomValues.ToSingle(oracle.DY));
            tape.Backward();
            Assert.All(layer.Parameters.Select(parameter => parameter.Gradient.ToArray()).Append(x.Gradient.ToArray()), gradient => Assert.True(gradient.All(float.IsFinite)));
        }
    }
}
