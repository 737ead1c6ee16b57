using CsCheck;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Recurrence;

/// <summary>Two ways to compute the same must give the same: bit for bit wherever each row's sums are made of the same numbers.</summary>
[Trait(LaneRunsTests.Mark, "every")]
public sealed class RecurrentEqualityTests
{
    private static readonly int cases = ChildSuite.IsChild ? 10 : 60;

    [Fact]
    public void Step_by_step_equals_the_whole_sequence() => RecurrentCase.All.Sample(
        any =>
        {
            var shape = any with { Bidirectional = false };
            var layer = EngineRun.LayerOf(shape.Weights(), bidirectional: false);
            var sequence = shape.Sequence();
            var whole = EngineRun.Of(layer, sequence);

            CheckWindows(shape, layer, sequence, whole, window: 1);
        },
        iter: cases,
        threads: 1);

    [Fact]
    public void Chained_windows_equal_one_long_sequence() => RecurrentCase.All.Sample(
        any =>
        {
            var shape = any with { Bidirectional = false, TimeSteps = any.TimeSteps * 3 };
            var layer = EngineRun.LayerOf(shape.Weights(), bidirectional: false);
            var sequence = shape.Sequence();

            CheckWindows(shape, layer, sequence, EngineRun.Of(layer, sequence), window: any.TimeSteps);
        },
        iter: cases,
        threads: 1);

    [Fact]
    public void A_stream_equals_the_whole_sequence() => RecurrentCase.All.Sample(
        any =>
        {
            var shape = any with { Bidirectional = false, BatchSize = 1 };
            var layer = EngineRun.LayerOf(shape.Weights(), bidirectional: false);
            var sequence = shape.Sequence();
            var whole = EngineRun.Of(layer, sequence);
            var stream = layer.OpenStream();
            var state = EngineRun.StateOf(layer, sequence, requiresGradient: false);
            stream.SetState(state);

            var x = RandomValues.ToSingle(sequence.X);
            for (var time = 0; time < shape.TimeSteps; time++)
            {
                var output = stream.Step(x.AsSpan(time * shape.InputSize, shape.InputSize));
                Close.Bits($"output of step {time}", whole.Y.AsSpan(time * shape.HiddenSize, shape.HiddenSize), output);
            }

            stream.CopyStateTo(state);
            Close.Bits("hn", whole.Hn, state.Hidden.Values);
            Close.Bits("cn", whole.Cn, state.Cell is null ? [] : state.Cell.Values);
        },
        iter: cases,
        threads: 1);

    [Fact]
    public void A_batch_equals_its_rows_one_by_one() => RecurrentCase.All.Sample(shape => CheckRows(shape, mixedLengths: false), iter: cases, threads: 1);

    [Fact]
    public void Mixed_lengths_equal_their_rows_one_by_one() => RecurrentCase.All.Sample(shape => CheckRows(shape, mixedLengths: true), iter: cases, threads: 1);

    [Fact]
    public void The_reverse_direction_is_the_forward_one_on_each_sequence_from_its_own_end() => RecurrentCase.All.Sample(
        any =>
        {
            var shape = any with { Bidirectional = true, Layers = 1 };
            var weights = shape.Weights();
            var sequence = shape.Sequence(mixedLengths: true);
            var both = EngineRun.Of(EngineRun.LayerOf(weights, bidirectional: true), sequence);
            for (var row = 0; row < shape.BatchSize; row++)
            {
                var length = sequence.LengthOf(row);
                var single = BatchRows.Single(shape, sequence, row);
                var reversed = single with
                {
                    X = Reversed(single.X, length),
                    H0 = single.H0[shape.HiddenSize..],
                    C0 = shape.HasCell ? single.C0[shape.HiddenSize..] : [],
                };

                var alone = EngineRun.Of(EngineRun.LayerOf([weights[1]], bidirectional: false), reversed);

                var y = BatchRows.RowOf(both.Y, row, shape.BatchSize, length, 2 * shape.HiddenSize);
                for (var time = 0; time < length; time++)
                {
                    Close.Bits(
                        $"row {row}, time {time}",
                        alone.Y.AsSpan((length - 1 - time) * shape.HiddenSize, shape.HiddenSize),
                        y.AsSpan(((2 * time) + 1) * shape.HiddenSize, shape.HiddenSize));
                }
            }
        },
        iter: cases,
        threads: 1);

    /// <summary>Two windows on one tape, the second starting from the first's final state: back-propagation runs through both.</summary>
    [Fact]
    public void Gradients_flow_from_window_to_window_on_one_tape() => RecurrentCase.All.Sample(
        any =>
        {
            var shape = any with { Bidirectional = false, TimeSteps = any.TimeSteps * 2 };
            var layer = EngineRun.LayerOf(shape.Weights(), bidirectional: false);
            var (sequence, seeds) = (shape.Sequence(), shape.Seeds());
            var whole = EngineRun.Of(layer, sequence, seeds);
            var half = any.TimeSteps * shape.BatchSize;
            var x = RandomValues.ToSingle(sequence.X);
            var dY = RandomValues.ToSingle(seeds.Y);
            foreach (var parameter in layer.Parameters)
                parameter.ClearGradient();

            var tape = new Tape();
            var state = EngineRun.StateOf(layer, sequence, requiresGradient: true);
            var first = layer.Forward(tape, Tensor.FromArray(x.AsSpan(0, half * shape.InputSize), new(any.TimeSteps, shape.BatchSize, shape.InputSize)), state);
            var second = layer.Forward(
                tape, Tensor.FromArray(x.AsSpan(half * shape.InputSize), new(any.TimeSteps, shape.BatchSize, shape.InputSize)), new(first.FinalHidden, first.FinalCell));
            first.Output.SeedGradient(dY.AsSpan(0, half * shape.HiddenSize));
            second.Output.SeedGradient(dY.AsSpan(half * shape.HiddenSize));
            second.FinalHidden.SeedGradient(RandomValues.ToSingle(seeds.Hn));
            second.FinalCell?.SeedGradient(RandomValues.ToSingle(seeds.Cn));
            tape.Backward();

            Close.Gradients("dh0", RandomValues.ToDouble(whole.DH0), state.Hidden.Gradient);
            foreach (var parameter in layer.Parameters)
                Close.Gradients(parameter.Name, RandomValues.ToDouble(whole.Gradients[parameter.Name]), parameter.Gradient);
        },
        iter: cases,
        threads: 1);

    private static void CheckWindows(RecurrentCase shape, Recurrent layer, OracleSequence sequence, EngineRun whole, int window)
    {
        var tape = new Tape(recording: false);
        var state = EngineRun.StateOf(layer, sequence, requiresGradient: false);
        var x = RandomValues.ToSingle(sequence.X);
        var (step, outputStep) = (shape.BatchSize * shape.InputSize, shape.BatchSize * shape.HiddenSize);
        for (var start = 0; start < shape.TimeSteps; start += window)
        {
            tape.Reset();
            var input = Tensor.FromArray(x.AsSpan(start * step, window * step), new(window, shape.BatchSize, shape.InputSize));
            var output = layer.Forward(tape, input, state);
            Close.Bits($"outputs from step {start}", whole.Y.AsSpan(start * outputStep, window * outputStep), output.Output.Values);
            output.CopyFinalTo(state);
        }

        Close.Bits("hn", whole.Hn, state.Hidden.Values);
        Close.Bits("cn", whole.Cn, state.Cell is null ? [] : state.Cell.Values);
    }

    private static void CheckRows(RecurrentCase shape, bool mixedLengths)
    {
        var layer = EngineRun.LayerOf(shape.Weights(), shape.Bidirectional);
        var (sequence, seeds) = (shape.Sequence(mixedLengths), shape.Seeds());
        var batch = EngineRun.Of(layer, sequence, seeds);
        var sums = batch.Gradients.ToDictionary(g => g.Key, g => new double[g.Value.Length]);
        for (var row = 0; row < shape.BatchSize; row++)
        {
            var single = EngineRun.Of(layer, BatchRows.Single(shape, sequence, row), BatchRows.Single(shape, sequence, seeds, row));
            var length = sequence.LengthOf(row);
            float[] Row(float[] values, int count, int width) => values.Length == 0 ? [] : BatchRows.RowOf(values, row, shape.BatchSize, count, width);
            Close.Bits($"y of row {row}", single.Y, Row(batch.Y, length, shape.Directions * shape.HiddenSize));
            Close.Bits($"hn of row {row}", single.Hn, Row(batch.Hn, shape.StateRows, shape.HiddenSize));
            Close.Bits($"cn of row {row}", single.Cn, Row(batch.Cn, shape.StateRows, shape.HiddenSize));
            Close.Bits($"dx of row {row}", single.DX, Row(batch.DX, length, shape.InputSize));
            Close.Bits($"dh0 of row {row}", single.DH0, Row(batch.DH0, shape.StateRows, shape.HiddenSize));
            Close.Bits($"dc0 of row {row}", single.DC0, Row(batch.DC0, shape.StateRows, shape.HiddenSize));
            CheckPadding(shape, batch, row, length);
            foreach (var (name, gradient) in single.Gradients)
                MatrixOracle.Add(sums[name], RandomValues.ToDouble(gradient));
        }

        foreach (var (name, sum) in sums)
            Close.Gradients(name, sum, batch.Gradients[name]);
    }

    private static void CheckPadding(RecurrentCase shape, EngineRun batch, int row, int length)
    {
        foreach (var (name, values, width) in new[] { ("y", batch.Y, shape.Directions * shape.HiddenSize), ("dx", batch.DX, shape.InputSize) })
        {
            var all = BatchRows.RowOf(values, row, shape.BatchSize, shape.TimeSteps, width);
            Assert.True(all.AsSpan(length * width).IndexOfAnyExcept(0f) < 0, $"{name} of row {row} is not zero past its length {length}.");
        }
    }

    private static double[] Reversed(double[] x, int length)
    {
        var width = x.Length / length;
        var reversed = new double[x.Length];
        for (var time = 0; time < length; time++)
            Array.Copy(x, time * width, reversed, (length - 1 - time) * width, width);
        return reversed;
    }
}
