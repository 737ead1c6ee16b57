using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Layers;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;
using Unroll.Tests.Recurrence;
using static Unroll.Tests.Cells.LayerChecks;

namespace Unroll.Tests.Cells;

/// <summary>Custom cells with a backward by hand: against double precision and differences, and against the same cell without one.</summary>
[Trait(LaneRunsTests.Mark, "every")]
public sealed class ByHandCellTests
{
    [Theory]
    [InlineData(1, 1, 3)]
    [InlineData(17, 6, 4)]
    [InlineData(33, 4, 1)]
    public void Outputs_are_those_of_double_precision_and_all_gradients_those_of_differences(int hiddenSize, int timeSteps, int batchSize)
    {
        CompareWithOracle(default(ByHandLstm), hiddenSize, timeSteps, batchSize);
        CompareWithOracle(default(ByHandGru), hiddenSize, timeSteps, batchSize);
        CompareWithOracle(default(ByHandDecay), hiddenSize, timeSteps, batchSize);
        CompareWithOracle(default(ByHandResetBefore), hiddenSize, timeSteps, batchSize);
        CompareWithOracle(default(ByHandStages), hiddenSize, timeSteps, batchSize);
    }

    [Fact]
    public void Streams_batches_and_whole_sequences_are_bit_for_bit_the_same()
    {
        CompareStreams(default(ByHandLstm));
        CompareStreams(default(ByHandGru));
        CompareStreams(default(ByHandDecay));
        CompareStreams(default(ByHandResetBefore));
        CompareStreams(default(ByHandStages));
    }

    [Theory]
    [InlineData(1, 1300)]
    [InlineData(24, 130)]
    public void Neither_a_memory_budget_nor_threads_change_the_gradients(int batchSize, int timeSteps)
    {
        CompareBudgets<ByHandLstm>(batchSize, timeSteps);
        CompareBudgets<ByHandGru>(batchSize, timeSteps);
        CompareBudgets<ByHandResetBefore>(batchSize, timeSteps);
        CompareBudgets<ByHandStages>(batchSize, timeSteps);
    }

    /// <summary>The built-in cell and this one do the same operations in the same order.</summary>
    [Theory]
    [InlineData(1, 3)]
    [InlineData(17, 1)]
    [InlineData(48, 6)]
    public void The_operations_of_a_built_in_cell_give_its_bits(int hiddenSize, int batchSize)
    {
        CompareBits<ByHandLstm>(OracleCell.Lstm, hiddenSize, batchSize);
        CompareBits<ByHandGru>(OracleCell.Gru, hiddenSize, batchSize);
    }

    [Fact]
    public void The_check_of_gradients_checks_the_one_by_hand()
    {
        Assert.InRange(GradientCheck.Verify<ByHandLstm>(), 1e-12, 1e-4);
        Assert.InRange(GradientCheck.Verify<ByHandGru>(), 1e-12, 1e-4);
        Assert.InRange(GradientCheck.Verify<ByHandDecay>(), 1e-12, 1e-4);
        Assert.InRange(GradientCheck.Verify<ByHandResetBefore>(), 1e-12, 1e-4);
        Assert.InRange(GradientCheck.Verify<ByHandStages>(), 1e-12, 1e-4);
    }

    private static void CompareBits<TCell>(OracleCell known, int hiddenSize, int batchSize)
        where TCell : struct, ICell
    {
        var shape = new RecurrentCase(known, 5, hiddenSize, 2, false, Bias: true, 6, batchSize, Seed: hiddenSize);
        var (sequence, seeds) = (shape.Sequence(mixedLengths: true), shape.Seeds());
        var builtIn = EngineRun.LayerOf(shape.Weights(), bidirectional: false);
        var custom = new Recurrent<TCell>(5, hiddenSize, new() { Layers = 2 });
        foreach (var (from, to) in builtIn.Parameters.Zip(custom.Parameters))
        {
            from.Values.CopyTo(to.Values);
            to.MarkChanged();
        }

        var (expected, actual) = (EngineRun.Of(builtIn, sequence, seeds), EngineRun.Of(custom, sequence, seeds));
        Close.Bits("y", expected.Y, actual.Y);
        Close.Bits("dx", expected.DX, actual.DX);
        Close.Bits("dh0", expected.DH0, actual.DH0);
        Close.Bits("dc0", expected.DC0, actual.DC0);
        foreach (var (parameter, gradient) in expected.Gradients)
            Close.Bits($"d{parameter}", gradient, actual.Gradients[parameter]);
    }
}
