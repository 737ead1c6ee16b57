using System.CommandLine;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Runs;
using Unroll.Cli.Views;
using Unroll.Tensors;

namespace Unroll.Cli.Verbs;

/// <summary><c>unroll train forecast</c>: trains a forecaster of series.</summary>
internal static class TrainForecastVerb
{
    /// <summary>What a run writes beside its model, loss curves and checkpoint.</summary>
    private static readonly string[] FilesBeside = [ForecastFiles.PictureName, ForecastFiles.TableName, ForecastFiles.ReportName];

    public static Command Create()
    {
        var options = new TrainForecastOptions();
        var command = new Command("forecast", "Train a model that says how series go on, measured beside naive forecasts");
        options.AddTo(command);
        command.SetAction((line, _) => RunAsync(line, options));
        return command.WithExamples(
            "unroll train forecast",
            "unroll train forecast sales.csv --target sold --known price,holiday --horizon 14 --season 7",
            "unroll train forecast stores.csv --series store --target sold --output negative-binomial --series-embedding 8",
            "unroll train forecast rates.csv --each --target all --horizon 24 --output student-t",
            "unroll train forecast --resume runs/sunspots-forecaster-lstm-1x32/checkpoint.safetensors");
    }

    private static async Task<int> RunAsync(ParseResult line, TrainForecastOptions options)
    {
        TrainForecastSettings.CheckContradictions(line, options);
        if (line.GetValue(options.Threads) is { } threads)
            Parallelism.ThreadCount = (int)threads;
        var resumed = line.GetValue(options.Resume);
        using var interruption = new Interruption();
        var run = resumed is null
            ? ForecastRun.New(TrainForecastSettings.From(line, options))
            : ForecastRun.Resumed(resumed, settings => settings.Resumed(line, options));
        var isDiagnosed = line.GetResult(options.Diagnose) is not null;
        run.Doctor = isDiagnosed ? new() : null;
        var files = new ExampleRunFiles("forecast", options.Out, options.Diagnose, options.Resume, options.Json);
        var paths = files.Paths(line, run.Settings.RunName);
        try
        {
            paths = paths.WithDiagnosis(isDiagnosed ? line.GetValue(options.Diagnose) : null);
            files.CheckTargets(line, paths, FilesBeside, run.Settings.File);
            paths.CheckWritable();
            var view = TrainingView.For(line.GetValue(options.Json));
            return await new ForecastSession(run, paths, view, files.ResumeCommand(line, paths)).TrainAsync(interruption.Token);
        }
        finally
        {
            paths.RemoveIfEmpty();
        }
    }
}
