using System.Globalization;
using System.Text.Json;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Sequences;
using Unroll.Cli.Views;

namespace Unroll.Cli.Checks.Classification;

/// <summary>What data for a classifier are.</summary>
internal sealed class ClassificationDataReport(
    string path, string? testPath, SequenceColumns columns, DataForm form, PartTally training, PartTally? test, LabelTable labels, CopySearch copies, Findings findings)
    : IDataReport
{
    private const int ShownLabels = 10;
    private const int ShownChannels = 20;

    /// <summary>What an example takes besides its characters or numbers: objects, the name of its place, its label. Measured on sets of 100,000: 290 to 350.</summary>
    private const double BytesOfExample = 320;

    /// <summary>What a character takes, as text and as token. Measured in the same way.</summary>
    private const double BytesOfCharacter = 11;

    /// <summary>A number stands there as it is and scaled; measured as 7.9.</summary>
    private const double BytesOfNumber = 8;

    public string Path => path;

    public Findings Findings => findings;

    public string Next
    {
        get
        {
            var words = new List<string> { ShellWord.Program(), "train", "classify", ShellWord.Quote(path) };
            Add("--test", testPath);
            Add("--text", columns.Text);
            Add("--label", columns.Label);
            Add("--group", columns.Group);
            Add("--channels", columns.Channels is { } channels ? string.Join(',', channels) : null);
            if (LabelFindings.AreImbalanced(labels))
                words.Add("--balance");
            if (LabelFindings.AreSingle(labels))
                words.AddRange(["--validation", "0"]);
            return string.Join(' ', words);

            void Add(string name, string? value)
            {
                if (value is not null)
                    words.AddRange([name, ShellWord.Quote(value)]);
            }
        }
    }

    /// <summary>Bytes that the examples take while a model is trained on them, to within a factor of about two; the model comes on top.</summary>
    public double Memory => new[] { training, test }.OfType<PartTally>().Sum(part =>
        (BytesOfExample * part.Examples) + (part.Lengths.Sum * (part.Channels.Count == 0 ? BytesOfCharacter : BytesOfNumber * part.Channels.Count)));

    public IEnumerable<string> Lines
    {
        get
        {
            yield return $"data     {path}: {form.Kind}{(form.Delimiter is { } delimiter ? $" with {DelimitedText.Word(delimiter)}" : "")}{(form.Bytes is { } bytes ? $", {bytes}" : "")}";
            if (form.Columns.Count > 0)
                yield return $"columns  {string.Join(", ", form.Columns.Select(column => $"'{column.Name}' {column.Role}"))}";
            foreach (var line in PartLines(training, labels.Training))
                yield return line;
            foreach (var line in test is null ? [] : PartLines(test, labels.Test))
                yield return line;
            if (training.Examples > 0)
                yield return $"memory   about {Figures.Size(Memory)} for the examples while training, the model not counted";
        }
    }

    public void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteString("form", form.Kind);
        if (form.Delimiter is { } delimiter)
            writer.WriteString("delimiter", delimiter.ToString());
        if (form.Bytes is { } bytes)
        {
            writer.WriteString("encoding", bytes.Encoding);
            writer.WriteBoolean("byteOrderMark", bytes.Mark is not null);
            writer.WriteNumber("bytes", bytes.Length);
        }

        writer.WriteStartArray("columns");
        foreach (var (name, role) in form.Columns)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("role", role);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WritePart(writer, "training", training, labels.Training);
        if (test is not null)
            WritePart(writer, "test", test, labels.Test);
        writer.WriteNumber("copies", copies.Copies);
        writer.WriteNumber("contradictory", copies.Contradictory);
        writer.WriteNumber("reachable", copies.Reachable);
        writer.WriteNumber("leaked", copies.Leaked);
        writer.WriteNumber("leakedWithAnotherLabel", copies.LeakedWithAnotherLabel);
        writer.WriteNumber("memoryBytes", Math.Round(Memory));
    }

    private static IEnumerable<string> PartLines(PartTally part, IReadOnlyList<(string Label, long Count)> labels)
    {
        var lengths = part.Lengths;
        var unit = part.Channels.Count == 0 ? "characters" : "time steps";
        yield return $"{(part.IsTest ? "test" : "training"),-9}{(part.IsTest ? $"{part.Name}: " : "")}{Figures.Count(part.Examples)} {(part.Examples == 1 ? "example" : "examples")}{Spread(lengths, unit)}";
        var labelled = labels.Sum(entry => entry.Count);
        if (labels.Count > 0)
        {
            var shown = labels.Take(ShownLabels).Select(entry => $"{entry.Label} {Figures.Count(entry.Count)} ({Percent(entry.Count / (double)labelled)})");
            yield return $"  labels   {Figures.Count(labels.Count)}: {string.Join(", ", shown)}{(labels.Count > ShownLabels ? $" and {Figures.Count(labels.Count - ShownLabels)} more" : "")}";
        }

        var width = Math.Max(9, part.Channels.Take(ShownChannels).Select(channel => channel.Name.Length).DefaultIfEmpty().Max() + 2);
        foreach (var channel in part.Channels.Where(channel => channel.Numbers > 0).Take(ShownChannels))
            yield return $"  {channel.Name.PadRight(width)}{Number(channel.Minimum)} to {Number(channel.Maximum)}";
        if (part.Channels.Count > ShownChannels)
            yield return $"  and {Figures.Count(part.Channels.Count - ShownChannels)} channels more";
    }

    private static string Spread(LengthTally lengths, string unit) => lengths.IsEmpty ? ""
        : lengths.Minimum == lengths.Maximum ? $" of {Figures.Count(lengths.Maximum)} {unit}"
        : $" of {Figures.Count(lengths.Minimum)} to {Figures.Count(lengths.Maximum)} {unit}, median {Figures.Count(lengths.Median)}";

    private static void WritePart(Utf8JsonWriter writer, string name, PartTally part, IReadOnlyList<(string Label, long Count)> labels)
    {
        writer.WriteStartObject(name);
        writer.WriteString("name", part.Name);
        writer.WriteNumber("examples", part.Examples);
        writer.WriteStartObject("lengths");
        writer.WriteString("unit", part.Channels.Count == 0 ? "character" : "time step");
        writer.WriteNumber("minimum", part.Lengths.Minimum);
        writer.WriteNumber("median", part.Lengths.Median);
        writer.WriteNumber("maximum", part.Lengths.Maximum);
        writer.WriteEndObject();
        writer.WriteStartArray("labels");
        foreach (var (label, count) in labels)
        {
            writer.WriteStartObject();
            writer.WriteString("label", label);
            writer.WriteNumber("examples", count);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("channels");
        foreach (var channel in part.Channels)
        {
            writer.WriteStartObject();
            writer.WriteString("name", channel.Name);
            writer.WriteFigure("minimum", channel.Minimum);
            writer.WriteFigure("maximum", channel.Maximum);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} %");

    private static string Number(float value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
