using System.CommandLine;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Runs;
using Unroll.Cli.Views;
using Unroll.Tensors;

namespace Unroll.Cli.Verbs;

/// <summary><c>unroll train classify</c>: trains a classifier of texts or series.</summary>
internal static class TrainClassifyVerb
{
    public static Command Create()
    {
        var options = new TrainClassifyOptions();
        var command = new Command("classify", "Train a model that says which label a text or a series has");
        options.AddTo(command);
        command.SetAction((line, _) => RunAsync(line, options));
        return command.WithExamples(
            "unroll train classify reviews.csv --text review --label sentiment --tokens word --bidirectional --pooling max",
            "unroll train classify names/ --cell gru",
            "unroll train classify GunPoint_TRAIN.ts --test GunPoint_TEST.ts --pooling mean --epochs 100",
            "unroll train classify sentences.tsv --per-token --bidirectional",
            "unroll train classify sensors.csv --group recording --label activity --channels x,y,z",
            "unroll train classify --resume runs/reviews-classifier-lstm-1x128/checkpoint.safetensors");
    }

    private static async Task<int> RunAsync(ParseResult line, TrainClassifyOptions options)
    {
        TrainClassifySettings.CheckContradictions(line, options);
        if (line.GetValue(options.Threads) is { } threads)
            Parallelism.ThreadCount = (int)threads;
        var resumed = line.GetValue(options.Resume);
        using var interruption = new Interruption();
        var run = resumed is null
            ? ClassifyRun.New(TrainClassifySettings.From(line, options))
            : ClassifyRun.Resumed(resumed, settings => settings.Resumed(line, options));
        var isDiagnosed = line.GetResult(options.Diagnose) is not null;
        run.Doctor = isDiagnosed ? new() : null;
        var paths = Paths(line, options, run.Settings, resumed);
        try
        {
            paths = paths.WithDiagnosis(isDiagnosed ? line.GetValue(options.Diagnose) : null);
            CheckTargets(paths, run.Settings, resumed, isDiagnosed);
            paths.CheckWritable();
            var view = TrainingView.For(line.GetValue(options.Json));
            return await new ClassifySession(run, paths, view, ResumeCommand(line, options, paths)).TrainAsync(interruption.Token);
        }
        finally
        {
            paths.RemoveIfEmpty();
        }
    }

    private static RunPaths Paths(ParseResult line, TrainClassifyOptions options, TrainClassifySettings settings, string? resumed)
    {
        if (line.GetValue(options.Out) is { } model)
            return RunPaths.ForModelFile(model, null);
        return (resumed is null ? null : RunPaths.ForResumedRun(resumed, null)) ?? RunPaths.ForNewRun(settings.RunName, null);
    }

    /// <summary>No file that is read may be written.</summary>
    private static void CheckTargets(RunPaths paths, TrainClassifySettings settings, string? resumed, bool isDiagnosed)
    {
        var written = new[] { paths.Model, paths.Checkpoint, paths.Plot, paths.Beside("confusion.png"), paths.Beside("mistakes.csv") }.Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        if (isDiagnosed && !written.Add(Path.GetFullPath(paths.Diagnosis)))
            throw CommandFailure.Usage($"{paths.Diagnosis} is where the page of the diagnosis goes, and another file of the run too; name another one, for example --diagnose diagnosis.html.");
        foreach (var read in new[] { settings.Train, settings.Test })
        {
            if (read is not null && written.Contains(Path.GetFullPath(read)))
                throw CommandFailure.Usage($"{read} is read and would be replaced; name another file with --out.");
        }

        if (resumed is not null && Path.GetFullPath(paths.Model) == Path.GetFullPath(resumed))
            throw CommandFailure.Usage($"--out and --resume are both {paths.Model}; the model would replace the checkpoint. Name another model file.");
    }

    /// <summary>The command that goes on from the run's checkpoint; everything else stands in the checkpoint.</summary>
    private static string ResumeCommand(ParseResult line, TrainClassifyOptions options, RunPaths paths)
    {
        var words = new List<string> { ShellWord.Program(), "train", "classify", options.Resume.Name, ShellWord.Quote(paths.Checkpoint) };
        if (line.GetValue(options.Out) is { } path)
            words.AddRange([options.Out.Name, ShellWord.Quote(path)]);
        if (line.GetResult(options.Diagnose) is not null)
            words.AddRange(line.GetValue(options.Diagnose) is { Length: > 0 } page ? [options.Diagnose.Name, ShellWord.Quote(page)] : [options.Diagnose.Name]);
        if (line.GetValue(options.Json))
            words.Add(options.Json.Name);
        return string.Join(' ', words);
    }
}
