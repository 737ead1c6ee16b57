using System.Globalization;
using System.Text.Json;
using Unroll.Cli.Series;
using Unroll.Cli.Views;
using Unroll.Data;

namespace Unroll.Cli.Checks.Forecasting;

/// <summary>What data for a forecaster are.</summary>
internal sealed class ForecastDataReport(string path, string next, FileBytes bytes, SeriesData? data, IReadOnlyList<ColumnTally> columns, Findings findings) : IDataReport
{
    /// <summary>
    /// What a number takes: as it was read, on its grid, transformed, and in windows. Measured by runs on 200,000 and 400,000 steps: 72 with one column, 77 with four.
    /// </summary>
    private const double BytesOfNumber = 75;

    public string Path => path;

    public Findings Findings => findings;

    public string Next => next;

    /// <summary>Bytes that the numbers take while a model is trained on them, to within a factor of about two.</summary>
    public double Memory => data is null ? 0 : BytesOfNumber * data.Set.Steps * data.Set.Channels.Count;

    public IEnumerable<string> Lines
    {
        get
        {
            yield return $"data     {path}: series in a table, {bytes}";
            if (data is null)
                yield break;
            var set = data.Set;
            var lengths = set.Items.Select(item => item.Length).ToArray();
            yield return set.Items.Count == 1
                ? $"series   1 of {Figures.Count(lengths[0])} steps, {Distance(set)}{Span(set)}"
                : $"series   {Figures.Count(set.Items.Count)} of {(lengths.Min() == lengths.Max() ? "" : $"{Figures.Count(lengths.Min())} to ")}{Figures.Count(lengths.Max())} steps, {Distance(set)}{Span(set)}";
            foreach (var column in columns.Where(column => column.Sorted.Length > 0))
                yield return $"  '{column.Channel.Name}' {Role(column.Channel.Role)}: {Number(column.Sorted[0])} to {Number(column.Sorted[^1])}, median {Number(Median(column))}";
            if (data.LeftOut.Count > 0)
                yield return $"  not read: {string.Join(", ", data.LeftOut.Select(name => $"'{name}'"))}";
            yield return $"memory   about {Figures.Size(Memory)} for the numbers while training, the model not counted";
        }
    }

    public void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteString("form", "series in a table");
        writer.WriteString("encoding", bytes.Encoding);
        writer.WriteBoolean("byteOrderMark", bytes.Mark is not null);
        writer.WriteNumber("bytes", bytes.Length);
        if (data is null)
            return;
        writer.WriteNumber("series", data.Set.Items.Count);
        writer.WriteNumber("steps", data.Set.Steps);
        writer.WriteString("frequency", data.Set.Frequency.ToString());
        writer.WriteStartArray("columns");
        foreach (var column in columns)
        {
            writer.WriteStartObject();
            writer.WriteString("name", column.Channel.Name);
            writer.WriteString("role", Role(column.Channel.Role));
            writer.WriteNumber("values", column.Sorted.Length);
            writer.WriteNumber("missing", column.Missing);
            writer.WriteFigure("minimum", column.Sorted.Length > 0 ? column.Sorted[0] : null);
            writer.WriteFigure("median", column.Sorted.Length > 0 ? Median(column) : null);
            writer.WriteFigure("maximum", column.Sorted.Length > 0 ? column.Sorted[^1] : null);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("notRead");
        foreach (var name in data.LeftOut)
            writer.WriteStringValue(name);
        writer.WriteEndArray();
        writer.WriteNumber("memoryBytes", Math.Round(Memory));
    }

    private static string Distance(TimeSeriesSet set) => set.Frequency.HasCalendar ? $"one each {set.Frequency}" : "numbered";

    private static string Span(TimeSeriesSet set)
    {
        if (!set.Frequency.HasCalendar)
            return "";
        var ends = set.Items.Select(item => set.TimeOf(item, item.Length - 1)!.Value);
        return $", from {StepTime.Of(set.Items.Min(item => item.Start!.Value))} to {StepTime.Of(ends.Max())}";
    }

    private static float Median(ColumnTally column) => column.Sorted[column.Sorted.Length / 2];

    private static string Role(ChannelRole role) => role switch { ChannelRole.Past => "read up to the present", ChannelRole.Known => "known ahead", _ => "target" };

    private static string Number(float value) => value.ToString("G5", CultureInfo.InvariantCulture);
}
