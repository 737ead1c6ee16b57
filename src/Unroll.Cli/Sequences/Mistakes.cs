using System.Globalization;
using System.Text;
using CsvHelper;
using Unroll.Data;
using Unroll.Files;
using Unroll.Models;

namespace Unroll.Cli.Sequences;

/// <summary>An example that a model gives another label than its own.</summary>
/// <param name="Source">Where it stands.</param>
/// <param name="Text">The text; empty for a series.</param>
/// <param name="Label">Its label.</param>
/// <param name="Predicted">What the model says.</param>
/// <param name="Probability">How sure the model is.</param>
internal sealed record Mistake(string Source, string Text, string Label, string Predicted, double Probability);

/// <summary>The examples that a model gets wrong, the surest first.</summary>
internal static class Mistakes
{
    private static readonly string[] Headings = ["source", "label", "predicted", "probability", "text"];

    public static IEnumerable<Mistake> Of(ClassificationReport report, SequenceSet set) => set.Items.SelectMany(PlacesOf).Index()
        .Where(place => report.Actual[place.Index] != report.Predicted[place.Index])
        .OrderByDescending(place => report.Confidences[place.Index])
        .Select(place => new Mistake(
            place.Item.Source, place.Item.Text, report.Labels[report.Actual[place.Index]], report.Labels[report.Predicted[place.Index]], report.Confidences[place.Index]));

    /// <summary>What of a sequence has a label: all of it, or each of its tokens or steps.</summary>
    private static IEnumerable<(string Source, string Text)> PlacesOf(LabelledSequence item) => item.StepLabels is { } labels
        ? Enumerable.Range(0, labels.Count).Select(step => (
            string.Create(CultureInfo.InvariantCulture, $"{item.Source}, {(item.Tokens is null ? "step" : "token")} {step + 1}"), item.Tokens?[step] ?? ""))
        : [(item.Source, item.Text ?? "")];

    /// <summary>Writes all of them as a table.</summary>
    public static void Write(string path, ClassificationReport report, SequenceSet set) => DurableFile.Write(path, stream =>
    {
        using var writer = new CsvWriter(new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true), CultureInfo.InvariantCulture);
        foreach (var heading in Headings)
            writer.WriteField(heading);
        writer.NextRecord();
        foreach (var mistake in Of(report, set))
        {
            writer.WriteField(mistake.Source);
            writer.WriteField(mistake.Label);
            writer.WriteField(mistake.Predicted);
            writer.WriteField(mistake.Probability.ToString("F4", CultureInfo.InvariantCulture));
            writer.WriteField(mistake.Text);
            writer.NextRecord();
        }
    });
}
