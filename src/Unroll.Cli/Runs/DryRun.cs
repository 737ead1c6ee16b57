using System.Diagnostics;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Views;
using Unroll.Models;
using Unroll.Training;

namespace Unroll.Cli.Runs;

/// <summary>
/// Tries everything a run does, on two updates: trains, validates, saves, loads, measures. Leaves nothing behind but what it prints.
/// </summary>
internal sealed class DryRun(TextRun run, RunPaths paths, TrainingView view)
{
    private const int Updates = 2;

    private readonly List<TrainingProgress> reports = [];
    private readonly string modelPath = paths.Model + ".dry-run";
    private readonly string checkpointPath = paths.Checkpoint + ".dry-run";

    /// <summary>Does it all and returns the exit code.</summary>
    public int Run(CancellationToken cancellation)
    {
        view.Start(run.Plan(paths));
        try
        {
            var result = Try(cancellation);
            view.FinishDryRun(result);
            return ExitCode.Good;
        }
        finally
        {
            File.Delete(modelPath);
            File.Delete(checkpointPath);
            paths.RemoveIfEmpty();
        }
    }

    private DryRunResult Try(CancellationToken cancellation)
    {
        var trainer = run.CreateTrainer(checkpointPath, checkpointEvery: 1, reportEvery: 1);
        var watch = Stopwatch.StartNew();
        Train(trainer, cancellation);
        var figures = Measured(() => run.Model.Evaluate(run.Validation, cancellation), out var validationTime);
        run.Model.Training = run.Record(reports[^1], figures.Nats);
        run.Model.Save(modelPath);
        _ = LanguageModel.Load(modelPath);
        trainer.Resume(checkpointPath);
        return new(
            paths, reports[^1].Update, figures, reports[^1].Loss, new FileInfo(modelPath).Length, Estimate(reports[^1].TokensPerSecond, validationTime), PeakMemory(),
            run.Model.ParameterCount, reports[^1].TokensPerSecond, watch.Elapsed.TotalSeconds, run.Settings.TokenName);
    }

    /// <summary>Two updates; the first one warms up, the second one is what the speed is taken from.</summary>
    private void Train(Trainer trainer, CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var progress = new FirstReports(report =>
        {
            reports.Add(report);
            if (report.Update >= Updates)
                enough.Cancel();
        });
        try
        {
            trainer.Fit(run.Training, run.Settings.Epochs ?? int.MaxValue, progress, enough.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Two updates are done, and the checkpoint of the second is written.
        }
    }

    private TimeSpan Estimate(double tokensPerSecond, TimeSpan validationTime)
    {
        if (run.Settings.Minutes is { } minutes)
            return TimeSpan.FromMinutes(minutes) + (validationTime * 2);
        var epochs = run.Settings.Epochs!.Value;
        var training = TimeSpan.FromSeconds(epochs * (double)run.UpdatesPerEpoch * run.TokensPerUpdate / tokensPerSecond);
        return training + (validationTime * ((epochs * run.EvaluationsPerEpoch) + 1));
    }

    private static long PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private static T Measured<T>(Func<T> action, out TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        var result = action();
        time = watch.Elapsed;
        return result;
    }

    private sealed class FirstReports(Action<TrainingProgress> take) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => take(value);
    }
}
