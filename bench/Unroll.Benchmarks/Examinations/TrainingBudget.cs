using System.Diagnostics;

namespace Unroll.Benchmarks.Examinations;

/// <summary>How much training is left, in time or updates. The clock stands while it is paused.</summary>
/// <param name="settings">Says how much there is.</param>
internal sealed class TrainingBudget(ExaminationSettings settings)
{
    private readonly Stopwatch clock = Stopwatch.StartNew();

    /// <summary>Updates done.</summary>
    public long Updates { get; set; }

    /// <summary>Seconds of training.</summary>
    public double Seconds => clock.Elapsed.TotalSeconds;

    /// <summary>How much is used up, from 0; 1 or more at the end.</summary>
    public double Progress => settings.Updates is { } limit ? Updates / (double)limit : Seconds / settings.Seconds;

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
