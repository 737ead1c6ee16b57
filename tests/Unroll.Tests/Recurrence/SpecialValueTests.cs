using CsCheck;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Recurrence;

/// <summary>NaN, infinities and subnormal numbers in one row of a batch.</summary>
[Trait(LaneRunsTests.Mark, "every")]
public sealed class SpecialValueTests
{
    /// <summary>More steps than any state needs to fall through the subnormal range and stay there.</summary>
    private const int LongTime = 400;

    private static readonly int cases = ChildSuite.IsChild ? 20 : 300;

    private static readonly float[] specials =
        [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -float.MaxValue, float.Epsilon, 1e-40f, -1e-40f, -0f];

    [Fact]
    public void One_poisoned_row_leaves_the_others_bit_for_bit() =>
        Gen.Select(RecurrentCase.All, Gen.Int[0, specials.Length - 1], Gen.Int[0, 1_000_000]).Sample(
            (any, special, place) =>
            {
                var shape = any with { BatchSize = any.BatchSize + 1 };
                var layer = EngineRun.LayerOf(shape.Weights(), shape.Bidirectional);
                var (sequence, seeds) = (shape.Sequence(), shape.Seeds());
                var expected = EngineRun.Of(layer, sequence, seeds);

                var at = place % sequence.X.Length;
                var poisonedRow = at / shape.InputSize % shape.BatchSize;
                sequence.X[at] = specials[special];
                if (place % 3 == 0)
                    sequence.H0[(poisonedRow * shape.HiddenSize) + (place % shape.HiddenSize)] = specials[special];
                var actual = EngineRun.Of(layer, sequence, seeds);

                for (var row = 0; row < shape.BatchSize; row++)
                {
                    if (row == poisonedRow)
                        continue;
                    void Same(string name, float[] before, float[] after, int count, int width)
                    {
                        if (before.Length > 0)
                            Close.Bits($"{name} of row {row}", BatchRows.RowOf(before, row, shape.BatchSize, count, width), BatchRows.RowOf(after, row, shape.BatchSize, count, width));
                    }

                    Same("y", expected.Y, actual.Y, shape.TimeSteps, shape.Directions * shape.HiddenSize);
                    Same("hn", expected.Hn, actual.Hn, shape.StateRows, shape.HiddenSize);
                    Same("cn", expected.Cn, actual.Cn, shape.StateRows, shape.HiddenSize);
                    Same("dx", expected.DX, actual.DX, shape.TimeSteps, shape.InputSize);
                    Same("dh0", expected.DH0, actual.DH0, shape.StateRows, shape.HiddenSize);
                    Same("dc0", expected.DC0, actual.DC0, shape.StateRows, shape.HiddenSize);
                }
            },
            iter: cases,
            threads: 1);

    /// <summary>A NaN must show in the outputs of its row, or nobody would ever learn of it.</summary>
    [Theory]
    [CombinatorialCells]
    internal void NaN_in_the_input_reaches_the_output_of_its_row(OracleCell cell, bool inState)
    {
        var shape = new RecurrentCase(cell, 3, 17, 2, Bidirectional: false, Bias: true, 4, 2, Seed: 9);
        var sequence = shape.Sequence();
        if (inState)
            sequence.H0[0] = double.NaN;
        else
            sequence.X[0] = double.NaN;

        var run = EngineRun.Of(EngineRun.LayerOf(shape.Weights(), bidirectional: false), sequence);

        var last = run.Y.AsSpan((shape.TimeSteps - 1) * shape.BatchSize * shape.HiddenSize, shape.HiddenSize);
        Assert.True(last.IndexOfAnyExcept(float.NaN) < 0, "The outputs of the last step are not all NaN.");
    }

    /// <summary>
    /// With nothing coming in, a state that shrinks step by step falls through the subnormal range, where each step costs many times more, and
    /// rounding could keep it there for ever.
    /// </summary>
    [Theory]
    [CombinatorialCells]
    internal void No_subnormal_number_lingers_in_a_state(OracleCell cell, bool stream)
    {
        const int hidden = 17;
        var weights = Shrinking(cell, hidden);
        var layer = EngineRun.LayerOf([weights], bidirectional: false);
        var states = Enumerable.Repeat(1e-30, hidden).ToArray();
        var sequence = new OracleSequence(LongTime, 1, new double[LongTime], states, cell == OracleCell.Lstm ? states : []);

        float[] hn, cn;
        if (stream)
        {
            var state = EngineRun.StateOf(layer, sequence, requiresGradient: false);
            var opened = layer.OpenStream();
            opened.SetState(state);
            for (var step = 0; step < LongTime; step++)
                opened.Step([0f]);
            opened.CopyStateTo(state);
            (hn, cn) = (state.Hidden.Values.ToArray(), state.Cell is null ? [] : state.Cell.Values.ToArray());
        }
        else
        {
            var run = EngineRun.Of(layer, sequence);
            (hn, cn) = (run.Hn, run.Cn);
        }

        Assert.DoesNotContain(hn, float.IsSubnormal);
        Assert.DoesNotContain(cn, float.IsSubnormal);
    }

    /// <summary>A state that loses about a tenth with each step: 0.9 of a few subnormal units rounds to themselves.</summary>
    private static OracleWeights Shrinking(OracleCell cell, int hidden)
    {
        const double kept = 0.9;
        var logit = Math.Log(kept / (1 - kept));
        var gates = OracleWeights.Gates(cell);
        var zero = new double[gates * hidden];
        var recurrent = new double[gates * hidden * hidden];
        var bias = new double[gates * hidden];
        for (var unit = 0; unit < hidden; unit++)
        {
            if (cell is OracleCell.RnnTanh or OracleCell.RnnRelu)
                recurrent[(unit * hidden) + unit] = kept;
            else
                bias[hidden + unit] = logit; // the forget gate of the LSTM, the update gate of the GRU
        }

        return new(cell, 1, hidden, zero, recurrent, bias, new double[gates * hidden]);
    }
}
