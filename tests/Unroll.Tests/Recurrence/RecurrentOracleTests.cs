using CsCheck;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Recurrence;

/// <summary>The engine against the oracle: random stacks of every cell, every output and every gradient.</summary>
[Trait(LaneRunsTests.Mark, "every")]
public sealed class RecurrentOracleTests
{
    private static readonly int cases = ChildSuite.IsChild ? 20 : 150;

    [Fact]
    public void Outputs_and_gradients_agree() => RecurrentCase.All.Sample(shape => Check(shape, mixedLengths: false), iter: cases, threads: 1);

    [Fact]
    public void Outputs_and_gradients_of_mixed_lengths_agree() =>
        RecurrentCase.All.Sample(shape => Check(shape, mixedLengths: true), iter: cases, threads: 1);

    private static void Check(RecurrentCase shape, bool mixedLengths)
    {
        var weights = shape.Weights();
        var (sequence, seeds) = (shape.Sequence(mixedLengths), shape.Seeds());
        var oracle = new RecurrentOracle(weights, shape.Bidirectional);
        var expected = oracle.Forward(sequence);
        var gradients = oracle.Backward(sequence, seeds.Y, seeds.Hn, seeds.Cn);

        var actual = EngineRun.Of(EngineRun.LayerOf(weights, shape.Bidirectional), sequence, seeds);

        Close.Absolute("y", expected.Y, actual.Y);
        Close.Absolute("hn", expected.Hn, actual.Hn);
        Close.Absolute("cn", expected.Cn, actual.Cn);
        Close.Gradients("dx", gradients.X, actual.DX);
        Close.Gradients("dh0", gradients.H0, actual.DH0);
        Close.Gradients("dc0", gradients.C0, actual.DC0);
        for (var index = 0; index < weights.Length; index++)
        {
            foreach (var (name, values) in gradients.Weights[index].Named())
            {
                var full = name + RecurrentOracle.Suffix(index, shape.Bidirectional);
                Close.Gradients(full, values, actual.Gradients[full]);
            }
        }
    }
}
