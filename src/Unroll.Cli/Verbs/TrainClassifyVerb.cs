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
        var files = new ExampleRunFiles("classify", options.Out, options.Diagnose, options.Resume, options.Json);
        var paths = files.Paths(line, run.Settings.RunName);
        try
        {
            paths = paths.WithDiagnosis(isDiagnosed ? line.GetValue(options.Diagnose) : null);
            files.CheckTargets(line, paths, ["confusion.png", "mistakes.csv"], run.Settings.Train, run.Settings.Test);
            paths.CheckWritable();
            var view = TrainingView.For(line.GetValue(options.Json));
            return await new ClassifySession(run, paths, view, files.ResumeCommand(line, paths)).TrainAsync(interruption.Token);
        }
        finally
        {
            paths.RemoveIfEmpty();
        }
    }
}
