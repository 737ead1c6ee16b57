using System.Diagnostics;
using Unroll.Kernels;
using Unroll.Tests.Recurrence;

namespace Unroll.Tests.Kernels;

/// <summary>The threads that kernels share: every item runs exactly once, whoever calls, and failures come back to the caller.</summary>
[Collection(AloneCollection.Name)]
public sealed class WorkersTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_item_runs_exactly_once(int threads) => WithThreads(threads, () =>
    {
        var random = new Random(1);
        for (var run = 0; run < 3000; run++)
        {
            var work = new Counting(random.Next(0, 40));
            Workers.Run(work, work.Counts.Length);
            Assert.All(work.Counts, count => Assert.Equal(1, count));
        }
    });

    [Fact]
    public void Callers_that_come_meanwhile_do_their_work_themselves() => WithThreads(3, () =>
    {
        var failures = 0;
        var callers = Enumerable.Range(0, 6).Select(seed => new Thread(() =>
        {
            var random = new Random(seed);
            for (var run = 0; run < 1000; run++)
            {
                var work = new Counting(random.Next(1, 20));
                Workers.Run(work, work.Counts.Length);
                if (work.Counts.Any(count => count != 1))
                    Interlocked.Increment(ref failures);
            }
        })).ToArray();
        foreach (var caller in callers)
            caller.Start();
        foreach (var caller in callers)
            Assert.True(caller.Join(TimeSpan.FromMinutes(1)), "A caller hangs.");

        Assert.Equal(0, failures);
    });

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_failure_comes_back_to_the_caller_and_the_threads_live_on(int threads) => WithThreads(threads, () =>
    {
        for (var run = 0; run < 100; run++)
        {
            var failing = new Counting(10) { FailAt = run % 10 };
            var failure = Assert.Throws<InvalidDataException>(() => Workers.Run(failing, 10));
            Assert.Equal("planted", failure.Message);

            var work = new Counting(10);
            Workers.Run(work, 10);
            Assert.All(work.Counts, count => Assert.Equal(1, count));
        }
    });

    /// <summary>Threads park when there is nothing to do; work that comes afterwards is done all the same.</summary>
    [Fact]
    public void Parked_threads_wake_up() => WithThreads(4, () =>
    {
        for (var run = 0; run < 20; run++)
        {
            Thread.Sleep(5);
            var work = new Counting(16);
            Workers.Run(work, 16);
            Assert.All(work.Counts, count => Assert.Equal(1, count));
        }
    });

    [Fact]
    public void A_member_that_comes_much_later_is_noticed_and_there_are_no_teams_for_a_while() => WithThreads(2, () =>
    {
        var barrier = new TeamBarrier();
        foreach (var sleeping in new[] { false, true })
        {
            barrier.Reset(2, sleeping);
            var other = new Thread(() =>
            {
                Thread.Sleep(30);
                barrier.Meet();
            });
            other.Start();
            Assert.True(barrier.Meet());
            other.Join();
            Assert.Equal(!sleeping, barrier.WasLate);
        }

        var start = Stopwatch.GetTimestamp();
        Workers.ReportLateTeam(start);
        Assert.False(Workers.TryRunTogether(new Counting(2), new(), 2));
        Assert.True(SpinWait.SpinUntil(() => Environment.ProcessorCount < 2 || Workers.TryRunTogether(new Counting(2), new(), 2), TimeSpan.FromSeconds(30)));
    });

    private static void WithThreads(int threads, Action action)
    {
        var before = Workers.Count;
        Workers.Count = threads;
        try
        {
            action();
        }
        finally
        {
            Workers.Count = before;
        }
    }

    private sealed class Counting(int items) : IParallelWork
    {
        public int[] Counts { get; } = new int[items];

        public int FailAt { get; init; } = -1;

        public void Run(int item)
        {
            if (item == FailAt)
                throw new InvalidDataException("planted");
            Interlocked.Increment(ref Counts[item]);
        }
    }
}
