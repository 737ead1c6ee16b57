using System.CommandLine;
using System.Globalization;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Runs;
using Unroll.Cli.Views;
using Unroll.Models;
using Unroll.Tensors;
using Unroll.Training;

namespace Unroll.Cli.Verbs;

/// <summary><c>unroll train text</c>: trains a language model on text files.</summary>
internal static class TrainTextVerb
{
    public static Command Create()
    {
        var options = new TrainTextOptions();
        var command = new Command("text", "Train a language model on text files");
        options.AddTo(command);
        command.SetAction((line, _) => RunAsync(line, options));
        return command.WithExamples(
            "unroll train text",
            "unroll train text shakespeare.txt --epochs 5 --dropout 0.2 --out shakespeare.safetensors",
            "unroll train text books/ --cell gru --hidden 512 --minutes 30",
            "unroll train text shakespeare.txt --cell rnn --diagnose",
            "unroll train text --resume runs/shakespeare-lstm-2x256/checkpoint.safetensors");
    }

    private static async Task<int> RunAsync(ParseResult line, TrainTextOptions options)
    {
        TrainTextSettings.CheckContradictions(line, options);
        if (line.GetValue(options.Threads) is { } threads)
            Parallelism.ThreadCount = (int)threads;
        var resumed = line.GetValue(options.Resume);
        using var interruption = new Interruption();
        var run = resumed is null
            ? TextRun.New(TrainTextSettings.From(line, options))
            : TextRun.Resumed(resumed, ReadCheckpoint(resumed), settings => settings.Resumed(line, options));
        run.MemoryBudget = line.GetValue(options.MemoryBudget) << 20;
        var isDiagnosed = line.GetResult(options.Diagnose) is not null;
        run.Doctor = isDiagnosed ? new() : null;
        var paths = Paths(line, options, run.Settings, resumed);
        try
        {
            paths = paths.WithDiagnosis(isDiagnosed ? line.GetValue(options.Diagnose) : null);
            CheckTargets(paths, run.Settings, resumed, isDiagnosed);
            paths.CheckWritable();
            var view = TrainingView.For(line.GetValue(options.Json));
            if (line.GetValue(options.DryRun))
                return new DryRun(run, paths, view).Run(interruption.Token);
            var session = new TrainingSession(run, paths, view, ResumeCommand(line, options, paths));
            return await session.RunAsync(line.GetValue(options.CheckpointEvery) ?? 0, interruption.Token);
        }
        catch (MemoryBudgetException failure)
        {
            var least = (failure.Needed + (1 << 20) - 1) >> 20;
            throw CommandFailure.Failed(
                $"--memory-budget {failure.Budget >> 20}: an update of this run keeps {least} MiB at the least. Give --memory-budget {least} or more, or a smaller --batch {run.Settings.Batch} or --window {run.Settings.Window}. No model was written.",
                failure);
        }
        finally
        {
            paths.RemoveIfEmpty();
        }
    }

    private static TrainingCheckpoint ReadCheckpoint(string path)
    {
        if (Directory.Exists(path))
            throw CommandFailure.Failed($"--resume {path}: this is a folder; expected a checkpoint file, for example {Path.Combine(path, "checkpoint.safetensors")}");
        if (!File.Exists(path))
            throw CommandFailure.Failed($"--resume {path}: there is no such file; expected a checkpoint that 'unroll train text' wrote.");
        try
        {
            return TrainingCheckpoint.Read(path);
        }
        catch (InvalidDataException) when (QuantizedWeights(path) is { } weights)
        {
            throw CommandFailure.Failed(
                $"--resume {path}: this is a model with {ModelText.WeightsName(weights)} weights, which runs and cannot be trained. Resume the checkpoint of the model it was made from, and quantize what comes of it.");
        }
    }

    /// <summary>The format of a quantized model, or null for everything else.</summary>
    private static WeightFormat? QuantizedWeights(string path)
    {
        try
        {
            return LanguageModel.Load(path).Weights is var weights and not WeightFormat.Float32 ? weights : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static RunPaths Paths(ParseResult line, TrainTextOptions options, TrainTextSettings settings, string? resumed)
    {
        var checkpoint = line.GetValue(options.Checkpoint);
        if (line.GetValue(options.Out) is { } model)
            return RunPaths.ForModelFile(model, checkpoint);
        return (resumed is null ? null : RunPaths.ForResumedRun(resumed, checkpoint)) ?? RunPaths.ForNewRun(settings.RunName, checkpoint);
    }

    /// <summary>No file that is read, and no two files that are written, may be the same.</summary>
    private static void CheckTargets(RunPaths paths, TrainTextSettings settings, string? resumed, bool isDiagnosed)
    {
        var model = Path.GetFullPath(paths.Model);
        var checkpoint = Path.GetFullPath(paths.Checkpoint);
        if (model == checkpoint)
            throw CommandFailure.Usage($"--out and --checkpoint are both {paths.Model}; expected two files. Name another checkpoint.");
        if (resumed is not null && model == Path.GetFullPath(resumed))
            throw CommandFailure.Usage($"--out and --resume are both {paths.Model}; the model would replace the checkpoint. Name another model file.");
        var picture = Path.GetFullPath(paths.Plot);
        if (picture == model || picture == checkpoint)
            throw CommandFailure.Usage($"{paths.Plot} is where the picture of the loss curves goes, and would be replaced by it; name another file with --out or --checkpoint, for example model.safetensors.");
        var page = isDiagnosed ? Path.GetFullPath(paths.Diagnosis) : null;
        if (page is not null && (page == model || page == checkpoint || page == picture))
            throw CommandFailure.Usage($"{paths.Diagnosis} is where the page of the diagnosis goes, and another file of the run too; name another one, for example --diagnose diagnosis.html.");
        foreach (var text in settings.Texts.Select(Path.GetFullPath))
        {
            if (text == model || text == checkpoint || text == picture || text == page)
                throw CommandFailure.Usage($"{Path.GetFileName(text)} is the text to learn from and would be replaced; name another file with --out or --checkpoint.");
        }
    }

    /// <summary>The command that goes on from the run's checkpoint; everything else stands in the checkpoint.</summary>
    private static string ResumeCommand(ParseResult line, TrainTextOptions options, RunPaths paths)
    {
        var words = new List<string> { ShellWord.Program(), "train", "text", options.Resume.Name, ShellWord.Quote(paths.Checkpoint) };
        foreach (var option in new[] { options.Out, options.Checkpoint })
        {
            if (line.GetValue(option) is { } path)
                words.AddRange([option.Name, ShellWord.Quote(path)]);
        }

        if (line.GetResult(options.Diagnose) is not null)
            words.AddRange(line.GetValue(options.Diagnose) is { Length: > 0 } page ? [options.Diagnose.Name, ShellWord.Quote(page)] : [options.Diagnose.Name]);
        foreach (var option in new[] { options.CheckpointEvery, options.Threads, options.MemoryBudget })
        {
            if (line.GetValue(option) is { } number)
                words.AddRange([option.Name, number.ToString(CultureInfo.InvariantCulture)]);
        }

        if (line.GetValue(options.Json))
            words.Add(options.Json.Name);
        return string.Join(' ', words);
    }
}
