using Unroll.Kernels;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;
using Unroll.Tests.Recurrence;
using static Unroll.Tests.Cells.LayerChecks;

namespace Unroll.Tests.Cells;

/// <summary>Cells that give only their equations: against built-in cells, and against double precision and finite differences.</summary>
[Trait(LaneRunsTests.Mark, "every")]
public sealed class CustomCellTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void The_equations_of_a_built_in_cell_give_its_results(bool bidirectional, bool mixedLengths)
    {
        Compare<MyLstm>(OracleCell.Lstm, bidirectional, mixedLengths);
        Compare<MyGru>(OracleCell.Gru, bidirectional, mixedLengths);
        Compare<MyRelu>(OracleCell.RnnRelu, bidirectional, mixedLengths);
    }

    [Theory]
    [InlineData(1, 1, 3)]
    [InlineData(3, 5, 2)]
    [InlineData(17, 6, 4)]
    [InlineData(33, 4, 1)]
    public void States_are_those_of_double_precision_and_all_gradients_those_of_differences(int hiddenSize, int timeSteps, int batchSize)
    {
        CompareWithOracle(new ExponentialGates(0.9f), hiddenSize, timeSteps, batchSize);
        CompareWithOracle(default(GatedDecay), hiddenSize, timeSteps, batchSize);
        CompareWithOracle(default(ResetBefore), hiddenSize, timeSteps, batchSize);
        CompareWithOracle(default(Normalized), hiddenSize, timeSteps, batchSize);
        CompareWithOracle(default(Projected), hiddenSize, timeSteps, batchSize);
        CompareWithOracle(default(ProjectedParts), hiddenSize, timeSteps, batchSize);
    }

    /// <summary>Heads that share a block of 16 units, and one that has more.</summary>
    [Theory]
    [InlineData(3, 4, 2)]
    [InlineData(15, 3, 2)]
    [InlineData(51, 1, 1)]
    [InlineData(48, 2, 1)]
    public void The_units_of_a_head_see_only_each_other(int hiddenSize, int timeSteps, int batchSize) =>
        CompareWithOracle(default(ThreeHeads), hiddenSize, timeSteps, batchSize);

    /// <summary>What a cell may say of itself at the same time.</summary>
    [Theory]
    [InlineData(3, 4, 2)]
    [InlineData(48, 2, 1)]
    public void Heads_go_with_filtered_separate_and_normalised_sums(int hiddenSize, int timeSteps, int batchSize)
    {
        CompareWithOracle(default(HeadsOfFiltered), hiddenSize, timeSteps, batchSize);
        CompareWithOracle(default(HeadsOfParts), hiddenSize, timeSteps, batchSize);
        CompareWithOracle(default(HeadsOfNormalized), hiddenSize, timeSteps, batchSize);
        CompareWithOracle(default(AllFiltered), hiddenSize, timeSteps, batchSize);
        CompareStreams(default(HeadsOfFiltered));
        CompareStreams(default(HeadsOfParts));
        CompareStreams(default(HeadsOfNormalized));
        CompareStreams(default(AllFiltered));
    }

    [Fact]
    public void Streams_batches_and_whole_sequences_are_bit_for_bit_the_same()
    {
        CompareStreams(new ExponentialGates(0.95f));
        CompareStreams(default(GatedDecay));
        CompareStreams(default(ResetBefore));
        CompareStreams(default(Normalized));
        CompareStreams(default(Projected));
        CompareStreams(default(ProjectedParts));
        CompareStreams(default(ThreeHeads));
    }

    /// <summary>Segments that are computed again, and any number of threads, give the same gradients.</summary>
    [Theory]
    [InlineData(1, 1300)]
    [InlineData(24, 130)]
    public void Neither_a_memory_budget_nor_threads_change_the_gradients(int batchSize, int timeSteps)
    {
        CompareBudgets<GatedDecay>(batchSize, timeSteps);
        CompareBudgets<ResetBefore>(batchSize, timeSteps);
        CompareBudgets<Normalized>(batchSize, timeSteps);
        CompareBudgets<Projected>(batchSize, timeSteps);
        CompareBudgets<ProjectedParts>(batchSize, timeSteps);
    }

    /// <summary>Behind the last unit the sums are zero, where this cell has no value; that must not reach the units.</summary>
    [Theory]
    [InlineData(8, 1)]
    [InlineData(17, 3)]
    [InlineData(40, 1)]
    public void What_is_behind_the_last_unit_does_not_reach_the_gradients(int hiddenSize, int batchSize)
    {
        const int TimeSteps = 4, InputSize = 3;
        var random = new Random(5);
        var layer = Filled(new Recurrent<Ratio>(InputSize, hiddenSize), random);

        var tape = new Tape(recording: true);
        var x = Tensor.FromArray(RandomValues.Singles(random, TimeSteps * batchSize * InputSize), new(TimeSteps, batchSize, InputSize), requiresGradient: true);
        var output = layer.Forward(tape, x).Output;
        output.SeedGradient(RandomValues.Singles(random, output.Length));
        tape.Backward();

        foreach (var (name, gradient) in layer.Parameters.Select(parameter => (parameter.Name, parameter.Gradient.ToArray())).Append(("x", x.Gradient.ToArray())))
        {
            Assert.True(gradient.All(float.IsFinite), $"{name} has values that are no numbers.");
            Assert.Contains(gradient, value => value != 0);
        }
    }

    private static void Compare<TCell>(OracleCell known, bool bidirectional, bool mixedLengths)
        where TCell : struct, ICell
    {
        foreach (var (hidden, layers, batch) in new[] { (1, 1, 1), (17, 2, 3), (48, 1, 6), (33, 2, 1) })
        {
            var shape = new RecurrentCase(known, 5, hidden, layers, bidirectional, Bias: true, 6, batch, Seed: hidden);
            var (sequence, seeds) = (shape.Sequence(mixedLengths), shape.Seeds());
            var builtIn = EngineRun.LayerOf(shape.Weights(), bidirectional);
            var custom = new Recurrent<TCell>(5, hidden, new() { Layers = layers, Bidirectional = bidirectional });
            foreach (var (from, to) in builtIn.Parameters.Zip(custom.Parameters))
            {
                Assert.Equal(from.Name, to.Name);
                from.Values.CopyTo(to.Values);
                to.MarkChanged();
            }

            var (expected, actual) = (EngineRun.Of(builtIn, sequence, seeds), EngineRun.Of(custom, sequence, seeds));
            var name = $"{known}, {hidden} units";
            Close.Absolute(name + " y", RandomValues.ToDouble(expected.Y), actual.Y);
            Close.Absolute(name + " hn", RandomValues.ToDouble(expected.Hn), actual.Hn);
            Close.Absolute(name + " cn", RandomValues.ToDouble(expected.Cn), actual.Cn);
            Close.Gradients(name + " dx", RandomValues.ToDouble(expected.DX), actual.DX);
            Close.Gradients(name + " dh0", RandomValues.ToDouble(expected.DH0), actual.DH0);
            Close.Gradients(name + " dc0", RandomValues.ToDouble(expected.DC0), actual.DC0);
            foreach (var (parameter, gradient) in expected.Gradients)
                Close.Gradients($"{name} d{parameter}", RandomValues.ToDouble(gradient), actual.Gradients[parameter]);
        }
    }
}
