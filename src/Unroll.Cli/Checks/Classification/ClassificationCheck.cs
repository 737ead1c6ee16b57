using Unroll.Cli.CommandLine;
using Unroll.Cli.Sequences;
using Unroll.Data;

namespace Unroll.Cli.Checks.Classification;

/// <summary>Looks through data for <c>unroll train classify</c> without training. Tables and JSON lines are read line by line and not kept.</summary>
internal static class ClassificationCheck
{
    /// <summary>Lengths above this many times the median cost time and memory that most examples do not need.</summary>
    private const double Outlying = 20;

    /// <summary>Looks through a file or folder, and a test beside it.</summary>
    /// <exception cref="CommandFailure">There is no such file or folder, or columns of a form without any are named.</exception>
    public static ClassificationDataReport Run(string path, string? testPath, SequenceColumns columns)
    {
        var (labels, prints, findings) = (new LabelTable(), new FingerprintSet(), new Findings());
        var (training, form) = ReadPart(path, isTest: false, columns, labels, prints, findings);
        var (test, _) = testPath is null ? (null, null) : ReadPart(testPath, isTest: true, columns, labels, prints, findings);
        LabelFindings.AddTo(findings, labels, training.Name, test?.Name);
        AddShapes(findings, training, test);
        var copies = new CopySearch(prints, training, test);
        copies.AddTo(findings);
        return new(path, testPath, columns, form!, training, test, labels, copies, findings);
    }

    private static (PartTally Part, DataForm Form) ReadPart(
        string path, bool isTest, SequenceColumns columns, LabelTable labels, FingerprintSet prints, Findings findings)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        var part = new PartTally(name, isTest, labels, prints);
        var form = Directory.Exists(path)
            ? ReadSet(new("folder of texts"), () => LabelledTextFolder.Read(path), part, findings)
            : File.Exists(path)
                ? ReadFile(path, columns, part, findings)
                : throw CommandFailure.Failed($"{path}: there is no such file or folder; expected a table, JSON lines, a .ts file or a folder of texts. Check the path.");
        // A part that nothing could be read of says so once.
        if (part.Examples > 0 || findings.AreUsable)
            part.AddTo(findings);
        return (part, form);
    }

    private static DataForm ReadFile(string path, SequenceColumns columns, PartTally part, Findings findings)
    {
        var extension = Path.GetExtension(path).ToLowerInvariant();
        if (extension is ".ts" && (columns.Text ?? columns.Label ?? columns.Group) is not null)
            throw CommandFailure.Usage($"{path}: a .ts file has no columns to be named; leave --text, --label, --group and --channels out.");
        var bytes = FileBytes.Read(path);
        bytes.AddTo(findings, part.Name);
        var kind = extension switch { ".ts" => "time series", ".jsonl" or ".ndjson" => "JSON lines", _ => "table" };
        if (bytes.Length == 0 || !bytes.IsText)
            return new(kind) { Bytes = bytes };
        return extension switch
        {
            ".ts" => ReadSet(new(kind) { Bytes = bytes }, () => TimeSeriesFile.Read(path), part, findings),
            ".jsonl" or ".ndjson" => new JsonLineExamples(path, columns, part, findings).Read(bytes),
            _ => new TableExamples(path, columns, part, findings).Read(bytes),
        };
    }

    private static DataForm ReadSet(DataForm form, Func<SequenceSet> read, PartTally part, Findings findings)
    {
        try
        {
            SetExamples.Add(read(), part);
        }
        catch (InvalidDataException failure)
        {
            findings.Problem("unreadable", failure.Message);
        }

        return form;
    }

    private static void AddShapes(Findings findings, PartTally training, PartTally? test)
    {
        foreach (var channel in training.Channels.Where(channel => channel.IsConstant))
            findings.Warning("constant-channel", FormattableString.Invariant($"{training.Name}: the column '{channel.Name}' is always {channel.Minimum}; it tells nothing. Leave it out with --channels."));
        if (test is { Examples: > 0 } && training.Examples > 0 && test.Channels.Count != training.Channels.Count)
            findings.Problem("different-channels", $"{test.Name}: its examples have {Kind(test)}; those of {training.Name} have {Kind(training)}. Both have to be of one kind.");
        var lengths = training.Lengths;
        if (!lengths.IsEmpty && lengths.Maximum > Outlying * Math.Max(1, lengths.Median))
        {
            var unit = training.Channels.Count == 0 ? "characters" : "time steps";
            findings.Warning("long-examples", FormattableString.Invariant($"{training.Name}: the longest example has {lengths.Maximum} {unit}, half of them at most {lengths.Median} and 99 % at most {lengths.Quantile(0.99)}. Time and memory of a batch go by its longest; cut it, or leave it out."));
        }
    }

    private static string Kind(PartTally part) => part.Channels.Count switch { 0 => "texts", 1 => "1 channel", var count => $"{count} channels" };
}
