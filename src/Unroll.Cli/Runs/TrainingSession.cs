using System.Diagnostics;
using System.Text;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Pages.Doctor;
using Unroll.Cli.Views;
using Unroll.Files;
using Unroll.Training;

namespace Unroll.Cli.Runs;

/// <summary>Trains, measures, saves and shows one run.</summary>
/// <param name="run">What is trained on what.</param>
/// <param name="paths">Where the files go.</param>
/// <param name="view">How it shows itself.</param>
/// <param name="resumeCommand">The command that goes on after an interruption.</param>
internal sealed class TrainingSession(TextRun run, RunPaths paths, TrainingView view, string resumeCommand)
{
    private const int SampleLength = 600;
    private const float SampleTemperature = 0.6f;

    private readonly Stopwatch watch = Stopwatch.StartNew();
    private double trainingSeconds;
    private long firstUpdate;
    private long lastUpdate;

    /// <summary>Does it all and returns the exit code.</summary>
    /// <param name="checkpointEvery">Updates between checkpoints; 0 for one after each evaluation.</param>
    /// <param name="cancellation">Ctrl+C.</param>
    public async Task<int> RunAsync(long checkpointEvery, CancellationToken cancellation)
    {
        view.Start(run.Plan(paths));
        var trainer = run.CreateTrainer(paths.Checkpoint, checkpointEvery);
        firstUpdate = lastUpdate = trainer.UpdateCount;
        try
        {
            var last = await TrainAsync(trainer, cancellation);
            Finish(trainer, last, cancellation);
            return ExitCode.Good;
        }
        catch (OperationCanceledException)
        {
            Diagnose();
            view.Interrupt(trainer.UpdateCount, paths.Checkpoint, resumeCommand);
            throw CommandFailure.Failed(
                $"interrupted after update {Figures.Count(trainer.UpdateCount)}; the checkpoint is {paths.Checkpoint}. Go on with: {resumeCommand}");
        }
        catch (TrainingDivergedException failure)
        {
            Diagnose();
            var rescue = File.Exists(paths.Checkpoint)
                ? $" The checkpoint {paths.Checkpoint} is from before; no model was written."
                : " No model was written.";
            throw CommandFailure.Failed(
                $"update {failure.Update} was refused: loss {Figures.Small(failure.Loss)}, gradient norm {Figures.Small(failure.GradientNorm)}; expected finite numbers. Lower --learning-rate or clip with --clip-norm 1.{rescue}",
                failure);
        }
    }

    private async Task<TrainingProgress> TrainAsync(Trainer trainer, CancellationToken cancellation)
    {
        TrainingProgress? last = null;
        await view.WatchAsync(async show =>
        {
            var progress = new Reports(report => show(Take(report)));
            // Training keeps its thread busy for minutes, which is no work for the pool.
            last = await Task.Factory.StartNew(
                () => Fit(trainer, progress, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        });
        return last!;
    }

    private TrainingProgress Fit(Trainer trainer, IProgress<TrainingProgress> progress, CancellationToken cancellation) =>
        run.Settings.Minutes is { } minutes
            ? trainer.Fit(run.Training, TimeSpan.FromMinutes(minutes), progress, cancellation)
            : trainer.Fit(run.Training, run.Settings.Epochs!.Value, progress, cancellation);

    private ProgressSample Take(TrainingProgress report)
    {
        run.Note(report);
        if (report.TokensPerSecond > 0)
            trainingSeconds += (report.Update - lastUpdate) * run.TokensPerUpdate / report.TokensPerSecond;
        lastUpdate = report.Update;
        var whole = report.Elapsed + report.Remaining;
        return new(
            report.Update, report.Epoch, report.Loss, report.ValidationLoss, report.TokensPerSecond, report.GradientNorm, report.LearningRate,
            whole > TimeSpan.Zero ? report.Elapsed / whole : 0, report.Remaining);
    }

    private void Finish(Trainer trainer, TrainingProgress last, CancellationToken cancellation)
    {
        run.Model.Training = run.Record(last, trainer.BestValidationLoss);
        var figures = run.Model.Evaluate(run.Validation, cancellation);
        run.Model.Training = run.Model.Training with { ValidationLoss = figures.Nats };
        run.Model.Save(paths.Model);
        DrawCurves();
        var sample = run.Model.Generate(Prompt(), new() { Length = SampleLength, Temperature = SampleTemperature, Seed = (ulong)run.Settings.Seed });
        view.Sample(sample.Prepend(Prompt()));
        Diagnose();
        var updates = last.Update - firstUpdate;
        view.Finish(new(
            paths, File.Exists(paths.Checkpoint) ? paths.Checkpoint : null, figures, last.Update,
            trainingSeconds > 0 ? updates * run.TokensPerUpdate / trainingSeconds : 0, run.Model.ParameterCount, watch.Elapsed.TotalSeconds,
            run.Settings.TokenName));
    }

    private string Title => $"{run.TextName}: {ModelText.Describe(run.Model.Options)}";

    private void DrawCurves()
    {
        if (Drawn("the loss curves", () => run.Curves.ToPng(Title, run.Settings.TokenName)) is { } picture)
            DurableFile.Write(paths.Plot, stream => stream.Write(picture));
    }

    /// <summary>Says what the doctor found and writes its page, where there is a doctor; also after a training that failed.</summary>
    private void Diagnose()
    {
        if (run.Doctor?.Report() is not { } report)
            return;
        var unit = $"nats per {run.Settings.TokenName}";
        var page = Drawn("the page of the diagnosis", () => Encoding.UTF8.GetBytes(DoctorPage.Of(report, Title, unit, run.Settings.ClipNorm)));
        if (page is not null)
            DurableFile.Write(paths.Diagnosis, stream => stream.Write(page));
        view.Diagnose(report, page is null ? null : paths.Diagnosis);
    }

    /// <summary>Makes a file with pictures, or null where this system cannot.</summary>
    private static byte[]? Drawn(string what, Func<byte[]> draw)
    {
        try
        {
            return draw();
        }
        catch (Exception failure) when (failure is DllNotFoundException or TypeInitializationException or BadImageFormatException)
        {
            // What draws is native and not there for every system; the model is what the run was for.
            Console.Error.WriteLine($"unroll: {what} could not be drawn on this system ({failure.GetType().Name}); everything else was written.");
            return null;
        }
    }

    /// <summary>What the sample begins with: for the built-in text the beginning of a source file.</summary>
    private string Prompt() => run.Settings.UsesBuiltInText ? "namespace Unroll" : "";

    private sealed class Reports(Action<TrainingProgress> take) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => take(value);
    }
}
