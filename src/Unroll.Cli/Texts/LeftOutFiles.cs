using Unroll.Cli.Views;
using Unroll.Data;

namespace Unroll.Cli.Texts;

/// <summary>Says which files of a folder are not learned from, so that nobody misses them later.</summary>
internal static class LeftOutFiles
{
    /// <summary>How many of them are named.</summary>
    private const int Named = 3;

    /// <summary>One line on standard error, or nothing.</summary>
    public static void Tell(TextCorpus text)
    {
        var files = text.SkippedFiles;
        if (files.Count == 0)
            return;
        var names = string.Join(", ", files.Take(Named));
        var more = files.Count > Named ? $" and {Figures.Count(files.Count - Named)} more" : "";
        Console.Error.WriteLine($"unroll: note: left out because they are no text in UTF-8: {names}{more}");
    }
}
