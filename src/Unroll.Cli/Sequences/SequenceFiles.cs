using Unroll.Cli.CommandLine;
using Unroll.Data;

namespace Unroll.Cli.Sequences;

/// <summary>Reads labelled sequences from whatever the user has: the kind is told by the name.</summary>
internal static class SequenceFiles
{
    /// <summary>Reads a file or folder.</summary>
    /// <param name="path">A table (<c>.csv</c>, <c>.tsv</c>, <c>.txt</c>), JSON lines (<c>.jsonl</c>, <c>.ndjson</c>), time series (<c>.ts</c>), or a folder of texts.</param>
    /// <param name="columns">Which columns are what.</param>
    /// <exception cref="InvalidDataException">What is read is no data of its form, or an example lacks a label that it needs; the message names the line.</exception>
    public static SequenceSet Read(string path, SequenceColumns columns)
    {
        var set = ReadAll(path, columns);
        return columns.NeedsLabel && set.Items.FirstOrDefault(item => item.Label.Length == 0) is { } unlabelled
            ? throw new InvalidDataException($"{unlabelled.Source}: the example has no label; every example to learn from or to measure on needs one.")
            : set;
    }

    private static SequenceSet ReadAll(string path, SequenceColumns columns)
    {
        if (Directory.Exists(path))
            return LabelledTextFolder.Read(path);
        if (!File.Exists(path))
            throw CommandFailure.Failed($"{path}: there is no such file or folder; expected a table, JSON lines, a .ts file or a folder of texts. Check the path.");
        var extension = Path.GetExtension(path).ToLowerInvariant();
        if (extension != ".ts")
            return extension is ".jsonl" or ".ndjson" ? new JsonLinesFile(path, columns).Read() : new TableFile(path, columns).Read();
        if (columns.Text is not null || columns.Label is not null || columns.Group is not null || columns.Channels is not null)
            throw CommandFailure.Usage($"{path}: a .ts file has no columns to be named; leave --text, --label, --group and --channels out.");
        return TimeSeriesFile.Read(path);
    }
}
