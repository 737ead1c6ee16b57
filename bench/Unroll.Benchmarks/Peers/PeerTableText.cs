using System.Globalization;

namespace Unroll.Benchmarks.Peers;

/// <summary>The lines of a table as Markdown: one for each workload, with columns for each peer.</summary>
internal static class PeerTableText
{
    private static readonly CultureInfo culture = CultureInfo.InvariantCulture;

    /// <summary>The figures of each workload, in the order they were measured.</summary>
    public static IEnumerable<IReadOnlyList<PeerFigure>> Workloads(IEnumerable<PeerFigure> figures) =>
        figures.GroupBy(figure => figure.Workload).Select(group => (IReadOnlyList<PeerFigure>)[.. group]);

    /// <summary>The two lines that a table starts with.</summary>
    /// <param name="workload">The figures of its first workload.</param>
    public static string Header(IReadOnlyList<PeerFigure> workload)
    {
        var columns = Columns(workload).ToArray();
        return Line(columns.Select(column => column.Heading)) + "\n" + Line(columns.Select(column => column.IsText ? "---" : "---:"));
    }

    /// <summary>One row.</summary>
    /// <param name="workload">The figures of its workload.</param>
    public static string Row(IReadOnlyList<PeerFigure> workload) => Line(Columns(workload).Select(column => column.Text));

    private static IEnumerable<Column> Columns(IReadOnlyList<PeerFigure> workload)
    {
        var first = workload[0];
        var unit = Unit(first.Table);
        yield return first.Model is null
            ? new("cell", first.Cell.ToUpperInvariant(), IsText: true)
            : new("model", first.Model, IsText: true);
        yield return new("B, T, H", $"{first.Batch}, {first.Time}, {first.Hidden}", IsText: true);
        yield return new($"{PeerNames.Unroll}, {unit}", Speed(first, first.UnrollSeconds));
        if (first.GoalSeconds is { } goal)
            yield return new("goal, µs", (goal * 1e6).ToString("G3", culture));
        if (first.UnrollShareOfPeak is { } share)
            yield return new("of peak", share.ToString("P0", culture));
        foreach (var column in workload.SelectMany(figure => PeerColumns(figure, unit)))
            yield return column;
        yield return new("difference", first.Difference is { } difference and > 0 ? difference.ToString("0E0", culture) : "–");
    }

    private static IEnumerable<Column> PeerColumns(PeerFigure figure, string unit)
    {
        var isShare = figure.Peer == PeerNames.UnrollFullLength;
        yield return new($"{figure.Peer}, {unit}", figure.PeerSeconds is { } seconds ? Speed(figure, seconds) : $"not loadable here: {figure.NotLoadable}");
        yield return isShare
            ? new("share", (1 / figure.Ratio)?.ToString("P0", culture) ?? "–")
            : new("ratio", figure.Ratio?.ToString("F2", culture) ?? "–");
        if (!isShare)
            yield return new("fastest", figure.FastestRatio?.ToString("F2", culture) ?? "–");
        // Where only some cells have a goal, the column is there for all.
        if (figure.Goal is not null || (figure.Table == PeerTables.Mixed && figure.Peer == PeerNames.Torch))
            yield return new("goal", Verdict.Of(figure), IsText: true);
    }

    private static string Unit(string table) => table switch
    {
        PeerTables.Streaming => "µs",
        PeerTables.LanguageModels => "tokens/s",
        _ => "ms",
    };

    /// <summary>A time, or for language models the tokens a second.</summary>
    private static string Speed(PeerFigure figure, double seconds)
    {
        if (figure.Table == PeerTables.LanguageModels)
            return (figure.Batch * figure.Time / seconds).ToString("N0", culture);
        var value = seconds * (figure.Table == PeerTables.Streaming ? 1e6 : 1e3);
        return value.ToString(value < 10 ? "F2" : value < 100 ? "F1" : "F0", culture);
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private sealed record Column(string Heading, string Text, bool IsText = false);
}
