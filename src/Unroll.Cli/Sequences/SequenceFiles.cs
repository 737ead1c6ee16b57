using Unroll.Cli.CommandLine;
using Unroll.Data;

namespace Unroll.Cli.Sequences;

/// <summary>Reads labelled sequences from whatever the user has: the kind is told by the name.</summary>
internal static class SequenceFiles
{
    /// <summary>Reads a file or folder.</summary>
    /// <param name="path">A table (<c>.csv</c>, <c>.tsv</c>, <c>.txt</c>), JSON lines (<c>.jsonl</c>, <c>.ndjson</c>), time series (<c>.ts</c>, <c>.arff</c>), or a folder of texts. With a label for
    /// each token, lines of tokens and labels, or a table of time steps.</param>
    /// <param name="columns">Which columns are what.</param>
    /// <exception cref="InvalidDataException">What is read is no data of its form, or an example lacks a label that it needs; the message names the line.</exception>
    public static SequenceSet Read(string path, SequenceColumns columns)
    {
        var set = ReadAll(path, columns);
        return columns.NeedsLabel && set.Items.FirstOrDefault(item => (item.StepLabels ?? [item.Label]).Contains("")) is { } unlabelled
            ? throw new InvalidDataException($"{unlabelled.Source}: the example has no label; every example to learn from or to measure on needs one.")
            : set;
    }

    private static SequenceSet ReadAll(string path, SequenceColumns columns)
    {
        if (columns.PerStep && columns.Group is null)
            return ReadTokens(path, columns);
        if (Directory.Exists(path))
            return LabelledTextFolder.Read(path);
        if (!File.Exists(path))
            throw CommandFailure.Failed($"{path}: there is no such file or folder; expected a table, JSON lines, a .ts or .arff file or a folder of texts. Check the path.");
        var extension = Path.GetExtension(path).ToLowerInvariant();
        if (columns.PerStep && extension is ".jsonl" or ".ndjson" or ".ts" or ".arff")
            throw CommandFailure.Usage($"{path}: a {extension} file has one label for a sequence; with --per-token, --group reads tables with a label on each row.");
        if (extension is not (".ts" or ".arff"))
            return extension is ".jsonl" or ".ndjson" ? new JsonLinesFile(path, columns).Read() : new TableFile(path, columns).Read();
        if (columns.Text is not null || columns.Label is not null || columns.Group is not null || columns.Channels is not null)
            throw CommandFailure.Usage($"{path}: a {extension} file has no columns to be named; leave --text, --label, --group and --channels out.");
        return extension == ".ts" ? TimeSeriesFile.Read(path) : ArffFile.Read(path);
    }

    private static SequenceSet ReadTokens(string path, SequenceColumns columns)
    {
        if (columns.Text is not null || columns.Label is not null || columns.Channels is not null)
            throw CommandFailure.Usage("--per-token reads a token, a tab and its label on each line, which have no names; leave --text, --label and --channels out, or read time steps of a table with --group.");
        return File.Exists(path)
            ? TokenLabelFile.Read(path, columns.NeedsLabel)
            : throw CommandFailure.Failed($"{path}: there is no such file; expected one with a token, a tab and its label on each line, and an empty line between two sequences. Check the path.");
    }
}
