using System.Diagnostics;

namespace Unroll.Benchmarks.Examinations;

/// <summary>How much training is left, in time or updates. The clock stands while it is paused.</summary>
/// <param name="updates">All updates.</param>
/// <param name="seconds">The time there is instead, or null.</param>
internal sealed class TrainingBudget(long updates, double? seconds)
{
    private readonly Stopwatch clock = Stopwatch.StartNew();

    /// <summary>Updates done.</summary>
    public long Updates { get; set; }

    /// <summary>Seconds of training.</summary>
    public double Seconds => clock.Elapsed.TotalSeconds;

    /// <summary>How much is used up, from 0; 1 or more at the end.</summary>
    public double Progress => seconds is { } limit ? Seconds / limit : Updates / (double)updates;

    /// <summary>Does something that is no training.</summary>
    public void Pause(Action action)
    {
        clock.Stop();
        action();
        clock.Start();
    }

    /// <summary>Stops the clock.</summary>
    public void End() => clock.Stop();
}
