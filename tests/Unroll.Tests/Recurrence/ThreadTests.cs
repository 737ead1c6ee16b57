using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Recurrence;

/// <summary>The number of threads never shows in the bits. Alone, because the number is the whole process's.</summary>
[Collection(AloneCollection.Name)]
public sealed class ThreadTests
{
    /// <summary>Large enough that every stage of the engine is split.</summary>
    private static RecurrentCase Large(OracleCell cell, bool bidirectional) => new(cell, 48, 80, 2, bidirectional, true, 12, 18, Seed: 5);

    [Theory]
    [CombinatorialCells]
    internal void Any_number_of_threads_gives_the_same_bits(OracleCell cell, bool mixedLengths)
    {
        var shape = Large(cell, bidirectional: true);
        var layer = EngineRun.LayerOf(shape.Weights(), shape.Bidirectional);
        var (sequence, seeds) = (shape.Sequence(mixedLengths), shape.Seeds());
        var before = Parallelism.ThreadCount;
        try
        {
            Parallelism.ThreadCount = 1;
            var expected = EngineRun.Of(layer, sequence, seeds);
            foreach (var threads in new[] { 2, 3, 7 })
            {
                Parallelism.ThreadCount = threads;
                // A second run tells a race from a rule.
                CheckSame($"{threads} threads", expected, EngineRun.Of(layer, sequence, seeds));
                CheckSame($"{threads} threads, again", expected, EngineRun.Of(layer, sequence, seeds));
            }
        }
        finally
        {
            Parallelism.ThreadCount = before;
        }
    }

    /// <summary>A batch of one with weights so large that the threads share the units of each step.</summary>
    [Theory]
    [CombinatorialCells]
    internal void One_wide_row_gives_the_same_bits_on_any_number_of_threads_and_as_a_stream(OracleCell cell, bool bidirectional)
    {
        var shape = new RecurrentCase(cell, 9, 401, 1, bidirectional, Bias: true, 4, 1, Seed: 8);
        var weights = shape.Weights();
        var layer = EngineRun.LayerOf(weights, bidirectional);
        var (sequence, seeds) = (shape.Sequence(), shape.Seeds());
        var oracle = new RecurrentOracle(weights, bidirectional);
        var result = oracle.Forward(sequence);
        var gradients = oracle.Backward(sequence, seeds.Y, seeds.Hn, seeds.Cn);
        var before = Parallelism.ThreadCount;
        try
        {
            Parallelism.ThreadCount = 1;
            var expected = EngineRun.Of(layer, sequence, seeds);
            Close.Absolute("y", result.Y, expected.Y);
            Close.Relative("dx", gradients.X, expected.DX);
            Close.Relative("dh0", gradients.H0, expected.DH0);
            foreach (var threads in new[] { 2, 3, 7 })
            {
                Parallelism.ThreadCount = threads;
                CheckSame($"{threads} threads", expected, EngineRun.Of(layer, sequence, seeds));
                if (!bidirectional)
                    CheckStream(shape, layer, sequence, expected);
            }
        }
        finally
        {
            Parallelism.ThreadCount = before;
        }
    }

    /// <summary>The same sequence in random company, always in another place, of batches of any size.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_thousand_equal_sequences_in_random_company_give_one_output(int threads)
    {
        const int steps = 5, inputs = 9, batches = 100, copies = 10;
        var weights = RecurrentOracle.RandomWeights(OracleCell.Lstm, inputs, 33, 2, bidirectional: true, bias: true, new Random(3));
        var layer = EngineRun.LayerOf(weights, bidirectional: true);
        var random = new Random(4);
        var chosen = RandomValues.Singles(random, steps * inputs);
        var tape = new Tape(recording: false);
        float[]? expected = null;
        var before = Parallelism.ThreadCount;
        Parallelism.ThreadCount = threads;
        try
        {
            for (var batch = 0; batch < batches; batch++)
            {
                var rows = copies + random.Next(20);
                var time = steps + random.Next(4);
                var places = Enumerable.Range(0, rows).OrderBy(_ => random.Next()).Take(copies).ToArray();
                var x = RandomValues.Singles(random, time * rows * inputs);
                var lengths = Enumerable.Range(0, rows).Select(_ => random.Next(1, time + 1)).ToArray();
                foreach (var place in places)
                {
                    lengths[place] = steps;
                    for (var step = 0; step < steps; step++)
                        chosen.AsSpan(step * inputs, inputs).CopyTo(x.AsSpan(((step * rows) + place) * inputs));
                }

                tape.Reset();
                var output = layer.Forward(tape, Tensor.FromArray(x, new(time, rows, inputs)), null, lengths).Output.Values.ToArray();
                foreach (var place in places)
                {
                    var mine = BatchRows.RowOf(output, place, rows, steps, layer.OutputSize);
                    Close.Bits($"batch {batch}, place {place}", expected ??= mine, mine);
                }
            }
        }
        finally
        {
            Parallelism.ThreadCount = before;
        }
    }

    private static void CheckStream(RecurrentCase shape, Recurrent layer, OracleSequence sequence, EngineRun expected)
    {
        var stream = layer.OpenStream();
        stream.SetState(EngineRun.StateOf(layer, sequence, requiresGradient: false));
        var x = RandomValues.ToSingle(sequence.X);
        for (var time = 0; time < shape.TimeSteps; time++)
        {
            var output = stream.Step(x.AsSpan(time * shape.InputSize, shape.InputSize));
            Close.Bits($"output of step {time}", expected.Y.AsSpan(time * shape.HiddenSize, shape.HiddenSize), output);
        }
    }

    private static void CheckSame(string name, EngineRun expected, EngineRun actual)
    {
        Close.Bits($"{name}: y", expected.Y, actual.Y);
        Close.Bits($"{name}: hn", expected.Hn, actual.Hn);
        Close.Bits($"{name}: cn", expected.Cn, actual.Cn);
        Close.Bits($"{name}: dx", expected.DX, actual.DX);
        Close.Bits($"{name}: dh0", expected.DH0, actual.DH0);
        Close.Bits($"{name}: dc0", expected.DC0, actual.DC0);
        foreach (var (parameter, gradient) in expected.Gradients)
            Close.Bits($"{name}: {parameter}", gradient, actual.Gradients[parameter]);
    }
}
