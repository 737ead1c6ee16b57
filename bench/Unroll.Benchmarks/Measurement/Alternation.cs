using System.Diagnostics;

namespace Unroll.Benchmarks.Measurement;

/// <summary>
/// Times several contestants in turn, round after round, so that a change of clock rate or a busy neighbour meets all of them alike.
/// </summary>
internal static class Alternation
{
    // A block this long makes the clock's resolution and one interrupt negligible.
    private static readonly TimeSpan blockTime = TimeSpan.FromMilliseconds(25);

    // From here on a single run is its own warm-up: what it brings into the caches is small against what it works through.
    private static readonly TimeSpan longRun = TimeSpan.FromMilliseconds(200);

    // libtorch's and ONNX Runtime's idle threads spin for some milliseconds before they sleep, on the cores the next contestant needs.
    private static readonly TimeSpan settleTime = TimeSpan.FromMilliseconds(30);

    /// <summary>Times every run; all of them have run at least once before.</summary>
    /// <param name="runs">What to time.</param>
    /// <param name="rounds">How often each has its turn, at least 1.</param>
    /// <returns>In the order of <paramref name="runs"/>.</returns>
    public static Timing[] Time(IReadOnlyList<Action> runs, int rounds)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rounds);
        var counts = runs.Select(RunsInBlock).ToArray();
        var seconds = runs.Select(_ => new double[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var index = 0; index < runs.Count; index++)
            {
                Thread.Sleep(settleTime);
                seconds[index][round] = SecondsOfOne(runs[index], counts[index]);
            }
        }

        return [.. seconds.Select(Timing.Of)];
    }

    private static int RunsInBlock(Action run)
    {
        run();
        var count = 1;
        while (true)
        {
            var elapsed = Elapsed(run, count);
            if (elapsed >= blockTime)
                return count == 1 && elapsed >= longRun ? 1 : Math.Max(2, (int)Math.Ceiling(count * (blockTime / elapsed)));
            count *= 2;
        }
    }

    private static double SecondsOfOne(Action run, int count)
    {
        if (count > 1)
            run();
        return Elapsed(run, count).TotalSeconds / count;
    }

    private static TimeSpan Elapsed(Action run, int count)
    {
        var start = Stopwatch.GetTimestamp();
        for (var index = 0; index < count; index++)
            run();
        return Stopwatch.GetElapsedTime(start);
    }
}
