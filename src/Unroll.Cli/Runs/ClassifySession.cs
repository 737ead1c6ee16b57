using System.Diagnostics;
using Unroll.Cli.Plots;
using Unroll.Cli.Sequences;
using Unroll.Cli.Views;
using Unroll.Models;
using Unroll.Training;

namespace Unroll.Cli.Runs;

/// <summary>Trains, calibrates, measures, saves and shows one run of a classifier.</summary>
/// <param name="run">What is trained on what.</param>
/// <param name="paths">Where the files go.</param>
/// <param name="view">How it shows itself.</param>
/// <param name="resumeCommand">The command that goes on after an interruption.</param>
internal sealed class ClassifySession(ClassifyRun run, RunPaths paths, TrainingView view, string resumeCommand) : RunSession(paths, view, resumeCommand)
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private ExampleTrainer<ClassifierExample>? trainer;

    /// <inheritdoc/>
    protected override long UpdateCount => trainer?.UpdateCount ?? 0;

    /// <summary>Does it all and returns the exit code.</summary>
    /// <param name="cancellation">Ctrl+C.</param>
    public Task<int> TrainAsync(CancellationToken cancellation)
    {
        View.Start(run.Plan(Paths));
        trainer = run.CreateTrainer(Paths.Checkpoint);
        return RunAsync(cancellation);
    }

    /// <inheritdoc/>
    protected override TrainingProgress Fit(IProgress<TrainingProgress> progress, CancellationToken cancellation) => run.Fit(trainer!, progress, cancellation);

    /// <inheritdoc/>
    protected override ProgressSample Take(TrainingProgress report)
    {
        run.Note(report);
        return new(
            report.Update, report.Epoch, report.Loss, report.ValidationLoss, report.ExamplesPerSecond ?? 0, report.GradientNorm, report.LearningRate,
            FractionOf(report), report.Remaining);
    }

    /// <inheritdoc/>
    protected override void Finish(TrainingProgress last, CancellationToken cancellation)
    {
        var model = run.Model;
        model.Training = run.Record(last);
        if (run.Validation is { } validation)
            model.Calibrate(validation);
        var onValidation = run.Validation is null ? null : model.Evaluate(run.Validation, cancellation);
        var onTest = run.Test is null ? null : model.Evaluate(run.Test, cancellation);
        model.Training = model.Training with { ValidationLoss = onValidation?.LogLoss, ValidationAccuracy = onValidation?.Accuracy };
        model.Save(Paths.Model);
        Draw(Paths.Plot, () => run.Curves.ToPng(Title, "nats per example"));
        ClassifyFiles? files = null;
        if ((onTest ?? onValidation) is { } report)
        {
            var measured = onTest is null ? run.Validation! : run.Test!;
            files = new(Paths.Beside("confusion.png"), Paths.Beside("mistakes.csv"));
            Draw(files.Confusion, () => ConfusionPicture.ToPng(report, measured.Name));
            Mistakes.Write(files.Mistakes, report, measured);
        }

        Diagnose();
        View.Finish(new ClassifyResult(
            Paths, File.Exists(Paths.Checkpoint) ? Paths.Checkpoint : null, files, onValidation, onTest, Worst(onTest, onValidation), last.Update, model.ParameterCount,
            model.Temperature, watch.Elapsed.TotalSeconds));
    }

    private string Title => $"{run.Training.Name}: {ClassifierText.Describe(run.Model.Options)}";

    /// <inheritdoc/>
    protected override Diagnosis? Diagnosis => run.Doctor is { } doctor ? new(doctor, Title, "nats per example", run.Settings.ClipNorm) : null;

    private IReadOnlyList<Mistake> Worst(ClassificationReport? onTest, ClassificationReport? onValidation)
    {
        if ((onTest ?? onValidation) is not { } report)
            return [];
        return [.. Mistakes.Of(report, onTest is null ? run.Validation! : run.Test!)];
    }
}
