using System.Text;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Pages.Doctor;
using Unroll.Cli.Views;
using Unroll.Files;
using Unroll.Training;

namespace Unroll.Cli.Runs;

/// <summary>What training runs of all kinds do: train on a thread of their own, show themselves, and end well, interrupted or refused.</summary>
/// <param name="paths">Where the files go.</param>
/// <param name="view">How it shows itself.</param>
/// <param name="resumeCommand">The command that goes on after an interruption.</param>
internal abstract class RunSession(RunPaths paths, TrainingView view, string resumeCommand)
{
    /// <summary>Where the files go.</summary>
    protected RunPaths Paths { get; } = paths;

    /// <summary>How it shows itself.</summary>
    protected TrainingView View { get; } = view;

    /// <summary>Updates done so far.</summary>
    protected abstract long UpdateCount { get; }

    /// <summary>Does it all and returns the exit code.</summary>
    /// <param name="cancellation">Ctrl+C.</param>
    protected async Task<int> RunAsync(CancellationToken cancellation)
    {
        try
        {
            var last = await TrainAsync(cancellation);
            Finish(last, cancellation);
            return ExitCode.Good;
        }
        catch (OperationCanceledException)
        {
            Diagnose();
            View.Interrupt(UpdateCount, Paths.Checkpoint, resumeCommand);
            throw CommandFailure.Failed(
                $"interrupted after update {Figures.Count(UpdateCount)}; the checkpoint is {Paths.Checkpoint}. Go on with: {resumeCommand}");
        }
        catch (TrainingDivergedException failure)
        {
            Diagnose();
            var rescue = File.Exists(Paths.Checkpoint)
                ? $" The checkpoint {Paths.Checkpoint} is from before; no model was written."
                : " No model was written.";
            throw CommandFailure.Failed(
                $"update {failure.Update} was refused: loss {Figures.Small(failure.Loss)}, gradient norm {Figures.Small(failure.GradientNorm)}; expected finite numbers. Lower --learning-rate or clip with --clip-norm 1.{rescue}",
                failure);
        }
    }

    /// <summary>Trains to the end of the budget.</summary>
    protected abstract TrainingProgress Fit(IProgress<TrainingProgress> progress, CancellationToken cancellation);

    /// <summary>What the view shows of a report.</summary>
    protected abstract ProgressSample Take(TrainingProgress report);

    /// <summary>Measures, saves and shows what came of it.</summary>
    protected abstract void Finish(TrainingProgress last, CancellationToken cancellation);

    /// <summary>What watches the training, and the words of its page; null for no doctor.</summary>
    protected abstract Diagnosis? Diagnosis { get; }

    /// <summary>Says what a doctor found, where there is one; also after a training that failed.</summary>
    protected void Diagnose()
    {
        if (Diagnosis is not { } diagnosis || diagnosis.Doctor.Report() is not { } report)
            return;
        var isDrawn = Draw(Paths.Diagnosis, () => Encoding.UTF8.GetBytes(DoctorPage.Of(report, diagnosis.Title, diagnosis.LossUnit, diagnosis.ClipNorm)));
        View.Diagnose(report, isDrawn ? Paths.Diagnosis : null);
    }

    /// <summary>Writes a picture, or a page with pictures, or says why there is none.</summary>
    /// <param name="path">Where it goes.</param>
    /// <param name="draw">Makes it.</param>
    /// <returns>Whether there is one.</returns>
    protected static bool Draw(string path, Func<byte[]> draw)
    {
        byte[] picture;
        try
        {
            picture = draw();
        }
        catch (Exception failure) when (failure is DllNotFoundException or TypeInitializationException or BadImageFormatException)
        {
            // What draws is native and not there for every system; the model is what the run was for.
            Console.Error.WriteLine($"unroll: {Path.GetFileName(path)} could not be drawn on this system ({failure.GetType().Name}); everything else was written.");
            return false;
        }

        DurableFile.Write(path, stream => stream.Write(picture));
        return true;
    }

    /// <summary>How far a report says the run is.</summary>
    protected static double FractionOf(TrainingProgress report)
    {
        var whole = report.Elapsed + report.Remaining;
        return whole > TimeSpan.Zero ? report.Elapsed / whole : 0;
    }

    private async Task<TrainingProgress> TrainAsync(CancellationToken cancellation)
    {
        TrainingProgress? last = null;
        await View.WatchAsync(async show =>
        {
            var progress = new Reports(report => show(Take(report)));
            // Training keeps its thread busy for minutes, which is no work for the pool.
            last = await Task.Factory.StartNew(
                () => Fit(progress, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        });
        return last!;
    }

    private sealed class Reports(Action<TrainingProgress> take) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => take(value);
    }
}
