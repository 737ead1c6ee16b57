using System.Diagnostics;
using Unroll.Cli.Measurement;
using Unroll.Cli.Views;

namespace Unroll.Cli.Benchmarks;

/// <summary>Times the standard shapes within a given time.</summary>
internal static class Bench
{
    private const string LanesVariable = "UNROLL_LANES";

    /// <summary>Measures all of them, one after another.</summary>
    /// <param name="threads">Threads that the library uses.</param>
    /// <param name="time">How long it takes in all; longer where not even one run of each fits.</param>
    /// <param name="view">Shows it as it goes.</param>
    public static void Run(int threads, TimeSpan time, BenchView view)
    {
        var start = Stopwatch.GetTimestamp();
        var roofline = Roofline.Measure();
        var lanes = Environment.GetEnvironmentVariable(LanesVariable);
        view.Start(new(Processor.Current(), roofline, threads, time, string.IsNullOrEmpty(lanes) ? null : lanes));
        var works = BenchWork.Standard;
        for (var index = 0; index < works.Count; index++)
        {
            var work = works[index];
            view.Next(work, index + 1, works.Count);
            var share = (time - Stopwatch.GetElapsedTime(start)) / (works.Count - index);
            // The steps of one sequence follow one another: one core's work, which further ones can hardly share.
            var peak = work.Kind == BenchKind.Streaming ? roofline.OneCore : roofline.Of(threads);
            view.Show(new(work, Measure(work, share), peak));
        }

        view.Finish(Stopwatch.GetElapsedTime(start));
    }

    private static Timing Measure(BenchWork work, TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        var block = TimedBlock.Calibrate(work.Prepare());
        return block.Measure(time - Stopwatch.GetElapsedTime(start));
    }
}
