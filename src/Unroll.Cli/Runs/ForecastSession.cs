using System.Diagnostics;
using System.Text;
using Unroll.Cli.Pages.Forecasts;
using Unroll.Cli.Plots;
using Unroll.Cli.Series;
using Unroll.Cli.Views;
using Unroll.Models;
using Unroll.Training;

namespace Unroll.Cli.Runs;

/// <summary>Trains, calibrates, measures, saves and shows one run of a forecaster.</summary>
/// <param name="run">What is trained on what.</param>
/// <param name="paths">Where the files go.</param>
/// <param name="view">How it shows itself.</param>
/// <param name="resumeCommand">The command that goes on after an interruption.</param>
internal sealed class ForecastSession(ForecastRun run, RunPaths paths, TrainingView view, string resumeCommand) : RunSession(paths, view, resumeCommand)
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private ExampleTrainer<ForecastWindow>? trainer;

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
        var (model, set) = (run.Model, run.Data.Set);
        if (run.HasValidation)
            model.Calibrate(run.Split, cancellation);
        var report = run.HasTest ? model.Evaluate(run.Split, cancellation: cancellation) : null;
        model.Training = run.Record(last, report);
        model.Save(Paths.Model);
        Draw(Paths.Plot, () => run.Curves.ToPng(Title, run.LossUnit));
        var forecasts = set.Items.Select(series => SeriesCuts.Next(model, set, series)).ToList();
        var table = forecasts.All(forecast => forecast is null) ? null : Paths.Beside(ForecastFiles.TableName);
        if (table is not null)
            ForecastTable.Write(table, forecasts.OfType<Forecast>());
        var files = new ForecastFiles(Paths.Beside(ForecastFiles.PictureName), table, Paths.Beside(ForecastFiles.ReportName));
        Draw(files.Picture, () => ForecastPicture.ToPng(model, set, Title));
        Draw(files.Report, () => Encoding.UTF8.GetBytes(ForecastPage.Of(model, set, report, Title)));
        Diagnose();
        View.Finish(new ForecastResult(
            Paths, File.Exists(Paths.Checkpoint) ? Paths.Checkpoint : null, files, report, forecasts.OfType<Forecast>().FirstOrDefault(), last.BestValidationLoss, model.IsCalibrated, model.Training.ValidationSteps,
            last.Update, model.ParameterCount, watch.Elapsed.TotalSeconds));
    }

    private string Title => $"{run.Data.Set.Name}: {ForecastText.Describe(run.Model)}";

    /// <inheritdoc/>
    protected override Diagnosis? Diagnosis => run.Doctor is { } doctor ? new(doctor, Title, run.LossUnit, run.Settings.ClipNorm) : null;
}
