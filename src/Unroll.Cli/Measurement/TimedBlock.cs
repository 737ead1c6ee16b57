using System.Diagnostics;

namespace Unroll.Cli.Measurement;

/// <summary>Work that is run so often in a row that the clock's resolution and one interrupt are negligible.</summary>
internal sealed class TimedBlock
{
    private static readonly TimeSpan BlockTime = TimeSpan.FromMilliseconds(25);

    // From here on a single run is its own warm-up: what it brings into the caches is small against what it works through.
    private static readonly TimeSpan LongRun = TimeSpan.FromMilliseconds(200);

    private readonly Action run;
    private readonly int count;
    private readonly double calibration;

    private TimedBlock(Action run, int count, double calibration) => (this.run, this.count, this.calibration) = (run, count, calibration);

    /// <summary>Runs the work until it is warm, and finds out how often a block repeats it.</summary>
    public static TimedBlock Calibrate(Action run)
    {
        run();
        var count = 1;
        while (true)
        {
            var elapsed = Elapsed(run, count);
            if (elapsed >= BlockTime)
            {
                var repeats = count == 1 && elapsed >= LongRun ? 1 : Math.Max(2, (int)Math.Ceiling(count * (BlockTime / elapsed)));
                return new(run, repeats, elapsed.TotalSeconds / count);
            }

            count *= 2;
        }
    }

    /// <summary>Seconds of one run, from a block of them.</summary>
    public double SecondsOfOne()
    {
        if (count > 1)
            run();
        return Elapsed(run, count).TotalSeconds / count;
    }

    /// <summary>Repeats blocks until a time has passed; the calibration counts as the first of them.</summary>
    public Timing Measure(TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        var seconds = new List<double> { calibration };
        while (Stopwatch.GetElapsedTime(start) < time)
            seconds.Add(SecondsOfOne());
        return Timing.Of(seconds);
    }

    private static TimeSpan Elapsed(Action run, int count)
    {
        var start = Stopwatch.GetTimestamp();
        for (var index = 0; index < count; index++)
            run();
        return Stopwatch.GetElapsedTime(start);
    }
}
