using System.Diagnostics;
using Unroll.Cli.Views;
using Unroll.Training;

namespace Unroll.Cli.Runs;

/// <summary>Trains, measures, saves and shows one run.</summary>
/// <param name="run">What is trained on what.</param>
/// <param name="paths">Where the files go.</param>
/// <param name="view">How it shows itself.</param>
/// <param name="resumeCommand">The command that goes on after an interruption.</param>
internal sealed class TrainingSession(TextRun run, RunPaths paths, TrainingView view, string resumeCommand) : RunSession(paths, view, resumeCommand)
{
    private const int SampleLength = 600;
    private const float SampleTemperature = 0.6f;

    private readonly Stopwatch watch = Stopwatch.StartNew();
    private Trainer? trainer;
    private double trainingSeconds;
    private long firstUpdate;
    private long lastUpdate;

    /// <inheritdoc/>
    protected override long UpdateCount => trainer?.UpdateCount ?? 0;

    /// <summary>Does it all and returns the exit code.</summary>
    /// <param name="checkpointEvery">Updates between checkpoints; 0 for one after each evaluation.</param>
    /// <param name="cancellation">Ctrl+C.</param>
    public Task<int> RunAsync(long checkpointEvery, CancellationToken cancellation)
    {
        View.Start(run.Plan(Paths));
        trainer = run.CreateTrainer(Paths.Checkpoint, checkpointEvery);
        firstUpdate = lastUpdate = trainer.UpdateCount;
        return RunAsync(cancellation);
    }

    /// <inheritdoc/>
    protected override TrainingProgress Fit(IProgress<TrainingProgress> progress, CancellationToken cancellation) =>
        run.Settings.Minutes is { } minutes
            ? trainer!.Fit(run.Training, TimeSpan.FromMinutes(minutes), progress, cancellation)
            : trainer!.Fit(run.Training, run.Settings.Epochs!.Value, progress, cancellation);

    /// <inheritdoc/>
    protected override ProgressSample Take(TrainingProgress report)
    {
        run.Note(report);
        if (report.TokensPerSecond > 0)
            trainingSeconds += (report.Update - lastUpdate) * run.TokensPerUpdate / report.TokensPerSecond;
        lastUpdate = report.Update;
        return new(
            report.Update, report.Epoch, report.Loss, report.ValidationLoss, report.TokensPerSecond, report.GradientNorm, report.LearningRate,
            FractionOf(report), report.Remaining);
    }

    /// <inheritdoc/>
    protected override void Finish(TrainingProgress last, CancellationToken cancellation)
    {
        run.Model.Training = run.Record(last, trainer!.BestValidationLoss);
        var figures = run.Model.Evaluate(run.Validation, cancellation);
        run.Model.Training = run.Model.Training with { ValidationLoss = figures.Nats };
        run.Model.Save(Paths.Model);
        Draw(Paths.Plot, () => run.Curves.ToPng(Title, $"nats per {run.Settings.TokenName}"));
        var sample = run.Model.Generate(Prompt(), new() { Length = SampleLength, Temperature = SampleTemperature, Seed = (ulong)run.Settings.Seed });
        View.Sample(sample.Prepend(Prompt()));
        Diagnose();
        var updates = last.Update - firstUpdate;
        View.Finish(new RunResult(
            Paths, File.Exists(Paths.Checkpoint) ? Paths.Checkpoint : null, figures, last.Update,
            trainingSeconds > 0 ? updates * run.TokensPerUpdate / trainingSeconds : 0, run.Model.ParameterCount, watch.Elapsed.TotalSeconds,
            run.Settings.TokenName));
    }

    private string Title => $"{run.TextName}: {ModelText.Describe(run.Model.Options)}";

    /// <inheritdoc/>
    protected override Diagnosis? Diagnosis =>
        run.Doctor is { } doctor ? new(doctor, Title, $"nats per {run.Settings.TokenName}", run.Settings.ClipNorm) : null;

    /// <summary>What the sample begins with: for the built-in text the beginning of a source file.</summary>
    private string Prompt() => run.Settings.UsesBuiltInText ? "namespace Unroll" : "";
}
