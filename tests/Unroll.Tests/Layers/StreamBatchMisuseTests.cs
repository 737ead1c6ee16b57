using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Layers;

/// <summary>What a batch of streams refuses: with a typed error that says what, at once, and with all streams as they were.</summary>
public sealed class StreamBatchMisuseTests
{
    private const int Inputs = 3;
    private const int Units = 18;

    private readonly Recurrent layer;
    private readonly RecurrentStreamBatch batch;
    private readonly RecurrentStream[] streams;
    private readonly float[] x;
    private readonly float[] y = new float[4 * Units];

    public StreamBatchMisuseTests()
    {
        layer = new(Cell.Lstm, Inputs, Units);
        var random = new CounterRandom(seed: 1);
        foreach (var parameter in layer.Parameters)
            Initializer.TorchUniform(parameter, Units, ref random);
        batch = layer.OpenStreamBatch();
        streams = [.. Enumerable.Range(0, 4).Select(_ => layer.OpenStream())];
        x = RandomValues.Singles(new Random(2), 4 * Inputs);
        batch.Step(streams, x, y);
    }

    [Fact]
    public void A_stream_of_another_layer() => CheckRefused<ArgumentException>(
        "Stream 2 is of another layer", () => batch.Step([streams[0], streams[1], new Recurrent(Cell.Lstm, Inputs, Units).OpenStream(), streams[3]], x, y));

    [Fact]
    public void A_stream_of_the_same_layer_with_narrow_weights() => CheckRefused<ArgumentException>(
        "Stream 3 is of another layer", () => batch.Step([.. streams[..3], layer.Quantize(WeightFormat.Int8).OpenStream()], x, y));

    [Fact]
    public void A_stream_twice() => CheckRefused<ArgumentException>(
        "Streams 1 and 3 are the same", () => batch.Step([streams[0], streams[1], streams[2], streams[1]], x, y));

    [Fact]
    public void No_stream() => CheckRefused<ArgumentException>(
        "Stream 1 is null", () => batch.Step([streams[0], null!, streams[2], streams[3]], x, y));

    [Fact]
    public void Inputs_of_another_length() => CheckRefused<ArgumentException>(
        "4 rows of this layer take 12 values, 3 each; got 11.", () => batch.Step(streams, x.AsSpan(1), y));

    [Fact]
    public void Outputs_of_another_length() => CheckRefused<ArgumentException>(
        "4 rows of this layer give 72 values, 18 each; there is room for 73.", () => batch.Step(streams, x, new float[(4 * Units) + 1]));

    [Fact]
    public void Outputs_over_the_inputs()
    {
        var both = new float[5 * Units];
        CheckRefused<ArgumentException>("overlap", () => batch.Step(streams, both.AsSpan(2, 4 * Inputs), both.AsSpan(0, 4 * Units)));
    }

    [Fact]
    public void Two_threads_in_one_batch_or_one_stream_in_two_batches()
    {
        var wide = new Recurrent(Cell.Lstm, 64, 128);
        var (shared, many) = (wide.OpenStreamBatch(), Enumerable.Range(0, 64).Select(_ => wide.OpenStream()).ToArray());
        var others = Enumerable.Range(0, 64).Select(_ => wide.OpenStream()).ToArray();
        Hammer(many, () => shared, others, () => shared);
        Hammer(many, wide.OpenStreamBatch, many, wide.OpenStreamBatch);

        // Nothing is left locked.
        shared.Step(many, new float[64 * 64], new float[64 * 128]);
        many[0].Step(new float[64]);
    }

    /// <summary>Two threads step until one is refused.</summary>
    private static void Hammer(RecurrentStream[] first, Func<RecurrentStreamBatch> firstBatch, RecurrentStream[] second, Func<RecurrentStreamBatch> secondBatch)
    {
        var refusals = 0;
        var unexpected = new List<Exception>();
        void Run(RecurrentStream[] streams, RecurrentStreamBatch batch)
        {
            var (x, y) = (new float[64 * 64], new float[64 * 128]);
            for (var step = 0; step < 50_000 && Volatile.Read(ref refusals) == 0; step++)
            {
                try
                {
                    batch.Step(streams, x, y);
                }
                catch (InvalidOperationException)
                {
                    Interlocked.Increment(ref refusals);
                }
                catch (Exception failure)
                {
                    lock (unexpected)
                        unexpected.Add(failure);
                    return;
                }
            }
        }

        var (one, two) = (firstBatch(), secondBatch());
        Thread[] threads = [new(() => Run(first, one)), new(() => Run(second, two))];
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.Empty(unexpected);
        Assert.True(refusals > 0, "Two threads never met.");
    }

    private void CheckRefused<TException>(string message, Action step)
        where TException : Exception
    {
        var before = States();
        Assert.Contains(message, Assert.Throws<TException>(step).Message, StringComparison.Ordinal);
        Assert.Equal(before, States());

        // The batch and the streams go on.
        batch.Step(streams, x, y);
        Assert.NotEqual(before, States());
    }

    private float[] States() => [.. streams.SelectMany(stream =>
    {
        var state = layer.CreateState(1);
        stream.CopyStateTo(state);
        return (float[])[.. state.Hidden.Values, .. state.Cell!.Values];
    })];
}
