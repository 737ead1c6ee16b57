using System.Globalization;
using Unroll.Cli.CommandLine;

namespace Unroll.Cli.Runs;

/// <summary>The folder that a verb writes its pictures and pages to.</summary>
internal static class OutFolder
{
    /// <summary>The folder in the current folder that holds what was not told where to go.</summary>
    private const string RunsFolder = "runs";

    /// <summary>Makes the folder before any work is done for it.</summary>
    /// <param name="given">The value of <c>--out</c>, or null for a new folder under <c>runs</c>.</param>
    /// <param name="name">What that is called, with a number where it exists already.</param>
    /// <returns>Its path.</returns>
    public static string Make(string? given, string name)
    {
        var folder = given ?? NewFolder(name);
        if (File.Exists(folder))
            throw CommandFailure.Failed($"--out {folder}: this is a file; expected a folder for the pictures, for example --out {ShellWord.Quote(Path.Combine(Path.GetDirectoryName(folder) ?? "", "pictures"))}");
        try
        {
            Directory.CreateDirectory(folder);
            var trial = Path.Combine(folder, $".unroll-{Environment.ProcessId}.trial");
            File.WriteAllBytes(trial, []);
            File.Delete(trial);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Failed($"the folder '{folder}' cannot be written to ({failure.Message}) Choose another with --out, or give yourself write permission.", failure);
        }

        return folder;
    }

    private static string NewFolder(string name)
    {
        var folder = Path.Combine(RunsFolder, name);
        for (var number = 2; Path.Exists(folder); number++)
            folder = Path.Combine(RunsFolder, string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"));
        return folder;
    }
}
