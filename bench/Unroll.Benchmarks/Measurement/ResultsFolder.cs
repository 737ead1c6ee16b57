using System.CommandLine;
using Unroll.Cli.Measurement;

namespace Unroll.Benchmarks.Measurement;

/// <summary>Where results are kept: a folder for each kind of processor, because figures of different ones do not compare.</summary>
internal static class ResultsFolder
{
    /// <summary><c>bench/results/PROCESSOR</c> of the repository that the current folder, or else this program, lies in.</summary>
    public static DirectoryInfo OfThisMachine() => new(Path.Combine(Repository().FullName, "bench", "results", Processor.Current().FolderName()));

    /// <summary>The root of the repository that the current folder, or else this program, lies in.</summary>
    public static DirectoryInfo Repository() =>
        new(RepositoryAbove(Environment.CurrentDirectory) ?? RepositoryAbove(AppContext.BaseDirectory) ?? Environment.CurrentDirectory);

    /// <summary>The option <c>--results</c>, whose default is the folder of this machine.</summary>
    /// <param name="files">What is written there: <c>peers.md, .json and .png</c>.</param>
    public static Option<DirectoryInfo> Option(string files) => new("--results")
    {
        Description = $"Folder that gets {files}.",
        DefaultValueFactory = _ => OfThisMachine(),
    };

    private static string? RepositoryAbove(string path)
    {
        var folder = new DirectoryInfo(path);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Unroll.slnx")))
            folder = folder.Parent;
        return folder?.FullName;
    }
}
