using System.Diagnostics;
using System.Globalization;
using Unroll.Benchmarks.Examinations;
using Unroll.Data;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Training;

namespace Unroll.Benchmarks.Forecasting;

/// <summary>Trains forecasters of some seeds on a task, and measures them on the test part, which nothing was chosen by.</summary>
internal static class ForecastingRun
{
    private const float ClipNorm = 1;

    /// <summary>The level whose coverage is shown.</summary>
    private const double Level = 0.9;

    public static ForecastingResult Run(ForecastingTask task, string data, int seeds, int threads)
    {
        Parallelism.ThreadCount = threads;
        var split = TimeSplit.Of(task.Read(Path.Combine(data, task.File)), ForecastingCatalogue.Share, ForecastingCatalogue.Share);
        var (reports, seconds, parameters) = (new List<ForecastReport>(), new List<double>(), 0L);
        for (ulong seed = 1; seed <= (ulong)seeds; seed++)
        {
            var model = Forecaster.Create(split, task.Options with { Seed = seed });
            var clock = Stopwatch.StartNew();
            new ExampleTrainer<ForecastWindow>(model, new() { Optimizer = new AdamW(task.LearningRate), ClipNorm = ClipNorm, BatchSize = task.BatchSize, Seed = seed })
                .Fit(model.TrainingWindows(split), model.ValidationWindows(split), task.Epochs);
            seconds.Add(clock.Elapsed.TotalSeconds);
            model.Calibrate(split);
            reports.Add(model.Evaluate(split));
            parameters = model.ParameterCount;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{task.Name}, seed {seed}: MAE {reports[^1].Model.MeanAbsoluteError:G4}, best naive {reports[^1].BestNaive.MeanAbsoluteError:G4} ({reports[^1].BestNaive.Name}), trained in {seconds[^1]:F0} s"));
        }

        return new()
        {
            Task = task.Name,
            Seeds = seeds,
            Parameters = parameters,
            Settings = SettingsOf(task),
            Signature = reports[0].Signature,
            Model = FiguresOf(reports),
            Baselines = [.. reports[0].Baselines.Select(score => new BaselineFigures(score.Name, score.MeanAbsoluteError, score.RootMeanSquaredError, score.Mase, score.Smape))],
            Horizons = [.. task.Horizons.SelectMany(ahead => AtHorizon(reports, ahead))],
            LagAlarms = [.. reports.Select(report => report.LagAlarm).OfType<string>()],
            Seconds = seconds.Average(),
            Origin = ExaminationOrigin.Now(threads),
        };
    }

    private static List<NamedFigure> FiguresOf(List<ForecastReport> reports)
    {
        NamedFigure Of(string name, Func<ForecastReport, double> figure) => NamedFigure.Of(name, [.. reports.Select(figure)]);
        return
        [
            Of("MAE", report => report.Model.MeanAbsoluteError),
            Of("RMSE", report => report.Model.RootMeanSquaredError),
            Of("MASE", report => report.Model.Mase),
            Of("sMAPE", report => report.Model.Smape),
            Of("coverage of 90 %", report => report.Intervals.Single(interval => interval.Level == Level).Coverage),
            Of("pinball", report => report.Pinball ?? double.NaN),
        ];
    }

    private static IEnumerable<HorizonFigures> AtHorizon(List<ForecastReport> reports, int ahead)
    {
        yield return new("model", ahead, reports.Average(report => report.Model.ByHorizon[ahead - 1].RelativeSquaredError), reports.Average(report => report.Model.ByHorizon[ahead - 1].Correlation));
        foreach (var score in reports[0].Baselines)
            yield return new(score.Name, ahead, score.ByHorizon[ahead - 1].RelativeSquaredError, score.ByHorizon[ahead - 1].Correlation);
    }

    private static string SettingsOf(ForecastingTask task)
    {
        var options = task.Options;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Cell.Name} of {options.HiddenSize}, {options.Kind.ToString().ToLowerInvariant()}, {options.Output.ToString().ToLowerInvariant()}, context {options.Context}, scaling {options.Scaling.ToString().ToLowerInvariant()}, anchor {options.Anchor.ToString().ToLowerInvariant()}, transform {options.Transform.ToString().ToLowerInvariant()}{(options.Season is { } season ? $", season {season}" : "")}{(options.Calendar ? "" : ", no calendar")}; AdamW {task.LearningRate}, half cosine, clip {ClipNorm}, {task.Epochs} epochs of batches of {task.BatchSize}, the epoch of the best validation loss");
    }
}
