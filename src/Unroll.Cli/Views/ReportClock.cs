using System.Diagnostics;

namespace Unroll.Cli.Views;

/// <summary>Lets through the first report, then one an interval, and every report with a validation loss.</summary>
internal sealed class ReportClock(TimeSpan interval)
{
    private readonly Stopwatch sinceLast = new();

    /// <summary>Whether a report is to be shown.</summary>
    public bool Accepts(ProgressSample sample)
    {
        if (sinceLast.IsRunning && sinceLast.Elapsed < interval && sample.ValidationLoss is null)
            return false;
        sinceLast.Restart();
        return true;
    }
}
