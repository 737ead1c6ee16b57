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
        var paths = Paths(line, options, run.Settings, resumed);
        try
        {
            paths = paths.WithDiagnosis(isDiagnosed ? line.GetValue(options.Diagnose) : null);
            CheckTargets(paths, run.Settings, resumed, isDiagnosed);
            paths.CheckWritable();
            var view = TrainingView.For(line.GetValue(options.Json));
            return await new ForecastSession(run, paths, view, ResumeCommand(line, options, paths)).TrainAsync(interruption.Token);
        }
        finally
        {
            paths.RemoveIfEmpty();
        }
    }

    private static RunPaths Paths(ParseResult line, TrainForecastOptions options, TrainForecastSettings settings, string? resumed)
    {
        if (line.GetValue(options.Out) is { } model)
            return RunPaths.ForModelFile(model, null);
        return (resumed is null ? null : RunPaths.ForResumedRun(resumed, null)) ?? RunPaths.ForNewRun(settings.RunName, null);
    }

    /// <summary>No file that is read may be written.</summary>
    private static void CheckTargets(RunPaths paths, TrainForecastSettings settings, string? resumed, bool isDiagnosed)
    {
        var written = new[] { paths.Model, paths.Checkpoint, paths.Plot }.Concat(FilesBeside.Select(paths.Beside)).Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        if (isDiagnosed && !written.Add(Path.GetFullPath(paths.Diagnosis)))
            throw CommandFailure.Usage($"{paths.Diagnosis} is where the page of the diagnosis goes, and another file of the run too; name another one, for example --diagnose diagnosis.html.");
        if (settings.File is { } read && written.Contains(Path.GetFullPath(read)))
            throw CommandFailure.Usage($"{read} is read and would be replaced; name another file with --out.");
        if (resumed is not null && Path.GetFullPath(paths.Model) == Path.GetFullPath(resumed))
            throw CommandFailure.Usage($"--out and --resume are both {paths.Model}; the model would replace the checkpoint. Name another model file.");
    }

    /// <summary>The command that goes on from the run's checkpoint; everything else stands in the checkpoint.</summary>
    private static string ResumeCommand(ParseResult line, TrainForecastOptions options, RunPaths paths)
    {
        var words = new List<string> { ShellWord.Program(), "train", "forecast", options.Resume.Name, ShellWord.Quote(paths.Checkpoint) };
        if (line.GetValue(options.Out) is { } path)
            words.AddRange([options.Out.Name, ShellWord.Quote(path)]);
        if (line.GetResult(options.Diagnose) is not null)
            words.AddRange(line.GetValue(options.Diagnose) is { Length: > 0 } page ? [options.Diagnose.Name, ShellWord.Quote(page)] : [options.Diagnose.Name]);
        if (line.GetValue(options.Json))
            words.Add(options.Json.Name);
        return string.Join(' ', words);
    }
}
