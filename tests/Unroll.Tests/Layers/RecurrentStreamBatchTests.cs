using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;
using Unroll.Tests.Recurrence;

namespace Unroll.Tests.Layers;

/// <summary>A stream steps in a batch exactly as it does alone, whatever else shares the batch. Alone, because the number of threads is the process's.</summary>
[Collection(AloneCollection.Name)]
[Trait(LaneRunsTests.Mark, "every")]
public sealed class RecurrentStreamBatchTests
{
    public static TheoryData<Cell, int> CellsAndThreads
    {
        get
        {
            var cases = new TheoryData<Cell, int>();
            foreach (var cell in TestCells.Known)
            {
                foreach (var threads in new[] { 1, 2, 3 })
                    cases.Add(cell, threads);
            }

            return cases;
        }
    }

    public static TheoryData<Cell, WeightFormat> NarrowLayers
    {
        get
        {
            var cases = new TheoryData<Cell, WeightFormat>();
            foreach (var cell in Cell.BuiltIn)
            {
                cases.Add(cell, WeightFormat.BFloat16);
                cases.Add(cell, WeightFormat.Int8);
            }

            return cases;
        }
    }

    /// <summary>From one stream to a hundred: one thread, threads that share the units, threads that share the rows.</summary>
    [Theory]
    [MemberData(nameof(CellsAndThreads))]
    public void Random_company_joins_and_leaves_show_in_no_bit(Cell cell, int threads) => With(threads, () =>
    {
        var layer = Create(cell, inputSize: 48, hiddenSize: 80, layers: 2);
        Wander(layer, streamCount: 100, rounds: 12, seed: 1);
    });

    [Theory]
    [MemberData(nameof(NarrowLayers))]
    public void Streams_with_narrow_weights_step_in_a_batch_as_alone(Cell cell, WeightFormat format) => With(threads: 2, () =>
    {
        var layer = Create(cell, inputSize: 21, hiddenSize: 37, layers: 2).Quantize(format);
        Wander(layer, streamCount: 60, rounds: 8, seed: 2);
    });

    [Theory]
    [MemberData(nameof(TestCells.All), MemberType = typeof(TestCells))]
    public void Sizes_around_blocks_and_vectors_and_layers_of_their_own_size(Cell cell)
    {
        foreach (var (inputSize, hiddenSize) in new[] { (1, 1), (3, 15), (17, 16), (16, 17), (5, 31), (33, 32), (100, 33), (2, 65) })
            Wander(Create(cell, inputSize, hiddenSize, layers: 3), streamCount: 15, rounds: 4, seed: hiddenSize);
    }

    /// <summary>While one part of the rows is at the wide input of the bottom layer, another is at the narrow one above.</summary>
    [Theory]
    [MemberData(nameof(TestCells.All), MemberType = typeof(TestCells))]
    public void Layers_of_very_different_inputs(Cell cell) => With(threads: 2, () =>
    {
        Wander(Create(cell, inputSize: 500, hiddenSize: 40, layers: 4), streamCount: 500, rounds: 12, seed: 6);
        Wander(Create(cell, inputSize: 2, hiddenSize: 90, layers: 4), streamCount: 500, rounds: 12, seed: 7);
    });

    [Theory]
    [CombinatorialCells]
    internal void Agrees_with_double_precision(OracleCell cell, bool bias)
    {
        var shape = new RecurrentCase(cell, 13, 35, 2, Bidirectional: false, bias, TimeSteps: 6, BatchSize: 7, Seed: 3);
        var weights = shape.Weights();
        var layer = EngineRun.LayerOf(weights, bidirectional: false);
        var sequence = shape.Sequence();
        var expected = new RecurrentOracle(weights, bidirectional: false).Forward(sequence);
        var streams = Streams(layer, shape.BatchSize);
        for (var row = 0; row < streams.Length; row++)
            streams[row].SetState(RowOf(EngineRun.StateOf(layer, sequence, requiresGradient: false), layer, row));

        var batch = layer.OpenStreamBatch();
        var x = RandomValues.ToSingle(sequence.X);
        var (inputs, outputs) = (shape.BatchSize * shape.InputSize, shape.BatchSize * shape.HiddenSize);
        var y = new float[outputs];
        for (var time = 0; time < shape.TimeSteps; time++)
        {
            batch.Step(streams, x.AsSpan(time * inputs, inputs), y);
            Close.Absolute($"output of step {time}", expected.Y.AsSpan(time * outputs, outputs), y);
        }
    }

    [Fact]
    public void Changed_weights_count_from_the_next_step_on()
    {
        var layer = Create(Cell.Gru, 4, 20, layers: 1);
        var (batch, streams) = (layer.OpenStreamBatch(), Streams(layer, 3));
        var (x, y) = (Values(3 * 4, seed: 5), new float[3 * 20]);
        batch.Step(streams, x, y);
        layer.Parameters[0].Values[7] += 0.5f;
        layer.Parameters[0].MarkChanged();
        var alone = Copy(layer, streams[1]);

        batch.Step(streams, x, y);
        Close.Bits("output", alone.Step(x.AsSpan(4, 4)), y.AsSpan(20, 20));
    }

    [Fact]
    public void No_streams_are_a_step_of_nothing()
    {
        var layer = Create(Cell.Lstm, 4, 20, layers: 1);
        layer.OpenStreamBatch().Step([], [], []);
        layer.Quantize(WeightFormat.Int8).OpenStreamBatch().Step([], [], []);
    }

    [Fact]
    public void A_bidirectional_layer_has_no_batch()
    {
        var layer = new Recurrent(Cell.Lstm, 4, 8, new() { Bidirectional = true });
        Assert.Throws<InvalidOperationException>(layer.OpenStreamBatch);
    }

    /// <summary>Steps random streams in random order, some alone, some set back or copied, beside twins that never see a batch.</summary>
    private static void Wander(IRecurrentLayer layer, int streamCount, int rounds, int seed)
    {
        var random = new Random(seed);
        var batch = layer.OpenStreamBatch();
        var streams = Streams(layer, streamCount);
        var twins = Streams(layer, streamCount);
        for (var round = 0; round < rounds; round++)
        {
            var chosen = Enumerable.Range(0, streamCount).OrderBy(_ => random.Next()).Take(1 + random.Next(streamCount)).ToArray();
            var x = Values(chosen.Length * layer.InputSize, random.Next());
            var y = new float[chosen.Length * layer.OutputSize];
            batch.Step([.. chosen.Select(index => streams[index])], x, y);
            for (var row = 0; row < chosen.Length; row++)
            {
                var expected = twins[chosen[row]].Step(x.AsSpan(row * layer.InputSize, layer.InputSize));
                var name = $"round {round}, row {row} of {chosen.Length}, stream {chosen[row]}";
                Close.Bits(name, expected, y.AsSpan(row * layer.OutputSize, layer.OutputSize));
                Close.Bits(name, expected, streams[chosen[row]].Output);
                CheckStates(name, layer, twins[chosen[row]], streams[chosen[row]]);
            }

            ChangeAlone(layer, streams, twins, random);
        }
    }

    /// <summary>What happens to streams between two steps of a batch.</summary>
    private static void ChangeAlone(IRecurrentLayer layer, RecurrentStream[] streams, RecurrentStream[] twins, Random random)
    {
        var (reset, stepped, forked, origin) = (random.Next(streams.Length), random.Next(streams.Length), random.Next(streams.Length), random.Next(streams.Length));
        streams[reset].Reset();
        twins[reset].Reset();
        var x = Values(layer.InputSize, random.Next());
        streams[stepped].Step(x);
        twins[stepped].Step(x);
        streams[forked] = Copy(layer, streams[origin]);
        twins[forked] = Copy(layer, twins[origin]);
    }

    private static void CheckStates(string name, IRecurrentLayer layer, RecurrentStream expected, RecurrentStream actual)
    {
        var (expectedState, actualState) = (layer.CreateState(1), layer.CreateState(1));
        expected.CopyStateTo(expectedState);
        actual.CopyStateTo(actualState);
        Close.Bits($"{name}: h", expectedState.Hidden.Values, actualState.Hidden.Values);
        if (expectedState.Cell is not null)
            Close.Bits($"{name}: c", expectedState.Cell.Values, actualState.Cell!.Values);
    }

    private static RecurrentStream Copy(IRecurrentLayer layer, RecurrentStream stream)
    {
        var state = layer.CreateState(1);
        stream.CopyStateTo(state);
        var copy = layer.OpenStream();
        copy.SetState(state);
        return copy;
    }

    private static RecurrentState RowOf(RecurrentState states, Recurrent layer, int row)
    {
        var state = layer.CreateState(1);
        for (var index = 0; index < layer.LayerCount; index++)
        {
            var from = ((index * states.BatchSize) + row) * layer.OutputSize;
            states.Hidden.Values.Slice(from, layer.OutputSize).CopyTo(state.Hidden.Values[(index * layer.OutputSize)..]);
            states.Cell?.Values.Slice(from, layer.OutputSize).CopyTo(state.Cell!.Values[(index * layer.OutputSize)..]);
        }

        return state;
    }

    private static void With(int threads, Action test)
    {
        var before = Parallelism.ThreadCount;
        Parallelism.ThreadCount = threads;
        try
        {
            test();
        }
        finally
        {
            Parallelism.ThreadCount = before;
        }
    }

    private static RecurrentStream[] Streams(IRecurrentLayer layer, int count) => [.. Enumerable.Range(0, count).Select(_ => layer.OpenStream())];

    private static float[] Values(int count, int seed) => RandomValues.Singles(new Random(seed), count);

    private static Recurrent Create(Cell cell, int inputSize, int hiddenSize, int layers)
    {
        var layer = new Recurrent(cell, inputSize, hiddenSize, new() { Layers = layers });
        var random = new CounterRandom(seed: 4);
        foreach (var parameter in layer.Parameters)
            Initializer.TorchUniform(parameter, hiddenSize, ref random);
        return layer;
    }
}
