using System.CommandLine;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Runs;

namespace Unroll.Cli.Verbs;

/// <summary>Where a run on examples leaves what it makes, and how it is gone on with: the same for classifiers and forecasters.</summary>
/// <param name="Verb">The verb below <c>unroll train</c>.</param>
/// <param name="Out">The option of the model file.</param>
/// <param name="Diagnose">The option of the diagnosis.</param>
/// <param name="Resume">The option of the checkpoint.</param>
/// <param name="Json">The option of JSON.</param>
internal sealed record ExampleRunFiles(string Verb, Option<string?> Out, Option<string?> Diagnose, Option<string?> Resume, Option<bool> Json)
{
    /// <summary>The files of a run, in a folder of its own where the user names none.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="runName">The name of a new folder.</param>
    public RunPaths Paths(ParseResult line, string runName)
    {
        if (line.GetValue(Out) is { } model)
            return RunPaths.ForModelFile(model, null);
        return (line.GetValue(Resume) is { } resumed ? RunPaths.ForResumedRun(resumed, null) : null) ?? RunPaths.ForNewRun(runName, null);
    }

    /// <summary>Fails where a file that is read would be written.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="paths">The files of the run.</param>
    /// <param name="beside">The names of those beside its model, loss curves and checkpoint.</param>
    /// <param name="read">What is read; null for nothing.</param>
    public void CheckTargets(ParseResult line, RunPaths paths, IEnumerable<string> beside, params ReadOnlySpan<string?> read)
    {
        var written = new[] { paths.Model, paths.Checkpoint, paths.Plot }.Concat(beside.Select(paths.Beside)).Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        if (line.GetResult(Diagnose) is not null && !written.Add(Path.GetFullPath(paths.Diagnosis)))
            throw CommandFailure.Usage($"{paths.Diagnosis} is where the page of the diagnosis goes, and another file of the run too; name another one, for example --diagnose diagnosis.html.");
        foreach (var path in read)
        {
            if (path is not null && written.Contains(Path.GetFullPath(path)))
                throw CommandFailure.Usage($"{path} is read and would be replaced; name another file with --out.");
        }

        if (line.GetValue(Resume) is { } resumed && Path.GetFullPath(paths.Model) == Path.GetFullPath(resumed))
            throw CommandFailure.Usage($"--out and --resume are both {paths.Model}; the model would replace the checkpoint. Name another model file.");
    }

    /// <summary>The command that goes on from the run's checkpoint; everything else stands in the checkpoint.</summary>
    public string ResumeCommand(ParseResult line, RunPaths paths)
    {
        var words = new List<string> { ShellWord.Program(), "train", Verb, Resume.Name, ShellWord.Quote(paths.Checkpoint) };
        if (line.GetValue(Out) is { } path)
            words.AddRange([Out.Name, ShellWord.Quote(path)]);
        if (line.GetResult(Diagnose) is not null)
            words.AddRange(line.GetValue(Diagnose) is { Length: > 0 } page ? [Diagnose.Name, ShellWord.Quote(page)] : [Diagnose.Name]);
        if (line.GetValue(Json))
            words.Add(Json.Name);
        return string.Join(' ', words);
    }
}
