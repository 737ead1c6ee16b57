using Unroll.Cells;
using Unroll.Losses;
using Unroll.Tensors;
using Unroll.Tests.Recurrence;

namespace Unroll.Tests.Layers;

/// <summary>In its steady state an update and a streaming step allocate nothing on the managed heap, on no thread.</summary>
[Collection(AloneCollection.Name)]
public sealed class AllocationTests
{
    /// <summary>Until every buffer has its size and every method its optimised code.</summary>
    private const int WarmUp = 40;

    private const int Measured = 30;

    /// <summary>
    /// The runtime's own work may allocate once, when a method gets its optimised code (thread-static storage, for one). What an update itself
    /// allocates is there in every attempt.
    /// </summary>
    private const int Attempts = 8;

    public static TheoryData<Cell, int> Cases
    {
        get
        {
            var cases = new TheoryData<Cell, int>();
            foreach (var cell in TestCells.Known)
            {
                cases.Add(cell, 1);
                cases.Add(cell, 2);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_update_allocates_nothing(Cell cell, int threads)
    {
        const int vocabulary = 50, time = 12, batch = 16;
        var before = Parallelism.ThreadCount;
        Parallelism.ThreadCount = threads;
        try
        {
            var network = new SmallNetwork(cell, vocabulary, 64, 2, learningRate: 1e-3f, dropout: 0.1f);
            var state = network.Recurrent.CreateState(batch);
            var random = new Random(1);
            var ids = Enumerable.Range(0, time * batch).Select(_ => random.Next(vocabulary)).ToArray();
            var targets = Enumerable.Range(0, time * batch).Select(_ => random.Next(vocabulary)).ToArray();

            CheckNothing(() => network.Update(ids, targets, time, batch, state));
        }
        finally
        {
            Parallelism.ThreadCount = before;
        }
    }

    [Theory]
    [MemberData(nameof(TestCells.All), MemberType = typeof(TestCells))]
    public void A_streaming_step_allocates_nothing(Cell cell)
    {
        var network = new SmallNetwork(cell, 50, 64, 2, learningRate: 1e-3f);
        var stream = network.Recurrent.OpenStream();
        var x = new float[64];
        CheckNothing(() => stream.Step(x));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_step_of_many_streams_allocates_nothing(Cell cell, int threads)
    {
        const int count = 80, size = 64;
        var before = Parallelism.ThreadCount;
        Parallelism.ThreadCount = threads;
        try
        {
            var network = new SmallNetwork(cell, 50, size, 2, learningRate: 1e-3f);
            var streams = Enumerable.Range(0, count).Select(_ => network.Recurrent.OpenStream()).ToArray();
            var batch = network.Recurrent.OpenStreamBatch();
            var (x, y) = (new float[count * size], new float[count * network.Recurrent.OutputSize]);
            var rows = 0;
            CheckNothing(() =>
            {
                rows = (rows % count) + 1;
                batch.Step(streams.AsSpan(0, rows), x.AsSpan(0, rows * size), y.AsSpan(0, rows * network.Recurrent.OutputSize));
                batch.Step(streams, x, y);
            });
        }
        finally
        {
            Parallelism.ThreadCount = before;
        }
    }

    public static TheoryData<string> Stacks => [.. StackCases.Streamed];

    [Theory]
    [MemberData(nameof(Stacks))]
    public void Nor_do_stacks_of_any_kind(string name)
    {
        const int time = 5, count = 4;
        var layer = StackCases.Create(Cell.Lstm, StackCases.Options(name, Cell.Lstm) with { Dropout = 0.1f, VariationalDropout = 0.1f });
        var (tape, input, state) = (new Tape(), new Tensor(new(time, count, layer.InputSize)), layer.CreateState(count));
        var seed = new float[time * count * layer.OutputSize];
        CheckNothing(() =>
        {
            tape.Reset();
            var output = layer.Forward(tape, input, state, dropout: new DropoutKey(1, 2));
            output.Output.SeedGradient(seed);
            tape.Backward();
            output.CopyFinalTo(state);
            state.Clear();
        });

        var streams = Enumerable.Range(0, count).Select(_ => layer.OpenStream()).ToArray();
        var batch = layer.OpenStreamBatch();
        var (x, y) = (new float[count * layer.InputSize], new float[count * layer.HiddenSize]);
        CheckNothing(() =>
        {
            streams[0].Step(x.AsSpan(0, layer.InputSize));
            batch.Step(streams, x, y);
            streams[1].Reset();
        });
    }

    [Fact]
    public void Losses_over_mixed_lengths_allocate_nothing()
    {
        var (tape, logits, target) = (new Tape(), new Tensor(new(5, 3, 4), requiresGradient: true), new Tensor(new(5, 3, 4)));
        var (classes, lengths, head) = (new int[15], new[] { 2, 5, 3 }, new Parameter("weight", new(4, 4)));
        CheckNothing(() =>
        {
            tape.Reset();
            var loss = tape.Add(tape.CrossEntropy(logits, classes, lengths), tape.MeanSquaredError(logits, target, lengths));
            tape.Backward(tape.Add(loss, tape.LinearSoftmaxCrossEntropy(logits, head, null, classes, lengths)));
        });
    }

    [Fact]
    public void An_allocation_is_seen_on_the_calling_thread_and_on_another()
    {
        var kept = new byte[1][];
        var own = Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => CheckNothing(() => kept[0] = new byte[8]));
        Assert.Matches(@"\b[1-9]\d* on the calling thread and 0", own.Message);

        using var done = new ManualResetEventSlim();
        var other = new Thread(() =>
        {
            while (!done.IsSet)
                kept[0] = new byte[8];
        });
        other.Start();
        try
        {
            var failure = Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => CheckNothing(() => Thread.Sleep(1)));
            Assert.Matches(@"\b0 on the calling thread and [1-9]", failure.Message);
        }
        finally
        {
            done.Set();
            other.Join();
        }
    }

    private static void CheckNothing(Action action)
    {
        for (var index = 0; index < WarmUp; index++)
            action();
        var seen = new List<string>();
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var (mineBefore, allBefore) = (GC.GetAllocatedBytesForCurrentThread(), GC.GetTotalAllocatedBytes(precise: true));
            for (var index = 0; index < Measured; index++)
                action();
            var all = GC.GetTotalAllocatedBytes(precise: true) - allBefore;
            var mine = GC.GetAllocatedBytesForCurrentThread() - mineBefore;
            if (mine == 0 && all == 0)
                return;
            seen.Add($"{mine} on the calling thread and {all - mine} on other threads");
        }

        Assert.Fail($"Bytes in {Measured} calls, in each of {Attempts} attempts: {string.Join("; ", seen)}.");
    }
}
