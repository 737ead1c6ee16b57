using System.Globalization;
using Unroll.Cli.CommandLine;

namespace Unroll.Cli.Runs;

/// <summary>Where a run leaves what it makes: one folder under <c>runs</c>, or the files the user named.</summary>
internal sealed class RunPaths
{
    /// <summary>The folder in the current folder that holds all runs.</summary>
    private const string RunsFolder = "runs";

    private readonly string? createdFolder;

    private RunPaths(string shown, string model, string plot, string diagnosis, string checkpoint, string? createdFolder)
    {
        Shown = shown;
        Model = model;
        Plot = plot;
        Diagnosis = diagnosis;
        Checkpoint = checkpoint;
        this.createdFolder = createdFolder;
    }

    /// <summary>What is printed first and last: the run's folder, or the model file where the user named one.</summary>
    public string Shown { get; }

    /// <summary>The model file.</summary>
    public string Model { get; }

    /// <summary>The picture of the loss curves.</summary>
    public string Plot { get; }

    /// <summary>The page of the diagnosis, where there is one.</summary>
    public string Diagnosis { get; }

    /// <summary>Another file of the run, beside its model.</summary>
    /// <param name="name">Its name in a run's folder, such as <c>confusion.png</c>; beside a model that the user named, the model's name stands before it.</param>
    public string Beside(string name) => Shown == Model
        ? Path.Combine(Path.GetDirectoryName(Model) ?? "", $"{Path.GetFileNameWithoutExtension(Model)}.{name}")
        : Path.Combine(Path.GetDirectoryName(Model) ?? "", name);

    /// <summary>The checkpoint file.</summary>
    public string Checkpoint { get; }

    /// <summary>The paths of a run whose model the user named.</summary>
    /// <param name="model">The value of <c>--out</c>.</param>
    /// <param name="checkpoint">The value of <c>--checkpoint</c>, or null.</param>
    public static RunPaths ForModelFile(string model, string? checkpoint)
    {
        CheckTarget("--out", model, "model.safetensors");
        if (checkpoint is not null)
            CheckTarget("--checkpoint", checkpoint, "checkpoint.safetensors");
        var stem = Path.Combine(Path.GetDirectoryName(model) ?? "", Path.GetFileNameWithoutExtension(model));
        return new(model, model, stem + ".png", stem + ".diagnosis.html", checkpoint ?? stem + ".checkpoint.safetensors", null);
    }

    /// <summary>The same with the page of the diagnosis where the user wants it.</summary>
    /// <param name="path">The value of <c>--diagnose</c>, or null or empty for the usual place.</param>
    public RunPaths WithDiagnosis(string? path)
    {
        if (string.IsNullOrEmpty(path))
            return this;
        CheckTarget("--diagnose", path, "diagnosis.html");
        return new(Shown, Model, Plot, path, Checkpoint, createdFolder);
    }

    /// <summary>Makes the folder of a new run: <c>runs/NAME</c>, or <c>runs/NAME-2</c> and so on where that exists.</summary>
    /// <param name="name">What is trained, without a path separator.</param>
    /// <param name="checkpoint">The value of <c>--checkpoint</c>, or null.</param>
    public static RunPaths ForNewRun(string name, string? checkpoint)
    {
        if (checkpoint is not null)
            CheckTarget("--checkpoint", checkpoint, "checkpoint.safetensors");
        var folder = Path.Combine(RunsFolder, name);
        for (var number = 2; Path.Exists(folder); number++)
            folder = Path.Combine(RunsFolder, string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"));
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Failed(
                $"the folder '{Path.GetFullPath(folder)}' cannot be made: {failure.Message} Change to a folder you may write to, or name a file with --out.",
                failure);
        }

        return InFolder(folder, checkpoint, folder);
    }

    /// <summary>The paths of a run that goes on where its checkpoint lies, or null when that is not a run's folder.</summary>
    /// <param name="resumed">The checkpoint the run goes on from.</param>
    /// <param name="checkpoint">The value of <c>--checkpoint</c>, or null.</param>
    public static RunPaths? ForResumedRun(string resumed, string? checkpoint)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(resumed))!;
        if (!string.Equals(Path.GetDirectoryName(folder), Path.GetFullPath(RunsFolder), StringComparison.Ordinal))
            return null;
        return InFolder(Path.Combine(RunsFolder, Path.GetFileName(folder)), checkpoint ?? resumed, null);
    }

    /// <summary>Fails before the training when a file could not be written after it.</summary>
    public void CheckWritable()
    {
        foreach (var folder in new[] { Model, Checkpoint }.Select(FolderOf).Distinct(StringComparer.Ordinal))
        {
            var trial = Path.Combine(folder, $".unroll-{Environment.ProcessId}.trial");
            try
            {
                File.WriteAllBytes(trial, []);
                File.Delete(trial);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw CommandFailure.Failed(
                    $"the folder '{folder}' cannot be written to ({failure.Message}) Choose another with --out, or give yourself write permission.", failure);
            }
        }
    }

    /// <summary>Removes the folder this run made if nothing was left in it.</summary>
    public void RemoveIfEmpty()
    {
        if (createdFolder is null || !Directory.Exists(createdFolder) || Directory.EnumerateFileSystemEntries(createdFolder).Any())
            return;
        Directory.Delete(createdFolder);
        if (!Directory.EnumerateFileSystemEntries(RunsFolder).Any())
            Directory.Delete(RunsFolder);
    }

    private static RunPaths InFolder(string folder, string? checkpoint, string? createdFolder) => new(
        folder + Path.DirectorySeparatorChar,
        Path.Combine(folder, "model.safetensors"),
        Path.Combine(folder, "loss.png"),
        Path.Combine(folder, "diagnosis.html"),
        checkpoint ?? Path.Combine(folder, "checkpoint.safetensors"),
        createdFolder);

    /// <summary>Fails when a file that an option names cannot be made.</summary>
    /// <param name="option">The option.</param>
    /// <param name="path">Its value.</param>
    /// <param name="example">A file name to show.</param>
    public static void CheckTarget(string option, string path, string example)
    {
        if (Directory.Exists(path))
            throw CommandFailure.Failed($"{option} {path}: this is a folder; expected a file name, for example {Path.Combine(path, example)}");
        var folder = FolderOf(path);
        if (!Directory.Exists(folder))
            throw CommandFailure.Failed($"{option} {path}: the folder '{folder}' does not exist. Make it first: mkdir -p {ShellWord.Quote(folder)}");
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : ".";
}
