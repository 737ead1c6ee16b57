using System.Globalization;
using System.Text;

namespace Unroll.Benchmarks.Scale;

/// <summary>All series as a page.</summary>
internal static class ScaleMarkdown
{
    private const string Introduction =
        """
        # Cost as work grows
        A training step of one layer: forward, loss = mean(y²), backward to all weights; the input needs no gradient. Shapes take turns; times are medians. `relative` is the
        time a token over that of the shape which the table refers to. `kept` is what tape, engine and packed weights hold from one step to the next, without the input and
        the weights; `bytes a token` is how much more of it each further token takes, and `values a unit` the same as float32 values of a hidden unit.

        ![Time and memory a token](scale.png)

        """;

    private static readonly CultureInfo culture = CultureInfo.InvariantCulture;

    /// <summary>Renders the figures, series by series.</summary>
    public static string Of(IReadOnlyList<ScaleFigure> figures)
    {
        var page = new StringBuilder(Introduction);
        foreach (var series in ScaleSeries.All)
        {
            var own = figures.Where(figure => figure.Series == series.Name).ToArray();
            if (own.Length == 0)
                continue;
            page.Append('\n').Append(series.Heading).Append("\n\n").Append(Header(series)).Append('\n');
            foreach (var figure in own)
                page.Append(Row(series, figure)).Append('\n');
            page.Append('\n').Append(Footer(series, own)).Append('\n');
        }

        return page.ToString();
    }

    /// <summary>The two lines that a table starts with.</summary>
    public static string Header(ScaleSeries series)
    {
        var (names, rules) = series.ShowsMemory ? (" kept, MiB | bytes a token | values a unit |", " ---: | ---: | ---: |") : ("", "");
        return $"| cell | {series.Symbol} | step, ms | µs a token | relative |{names}\n| --- | ---: | ---: | ---: | ---: |{rules}";
    }

    /// <summary>One row.</summary>
    public static string Row(ScaleSeries series, ScaleFigure figure)
    {
        var time = string.Create(
            culture,
            $"| {figure.Cell.ToUpperInvariant()} | {series.SizeOf(figure)} | {figure.Seconds * 1e3:F1} | {figure.SecondsPerToken * 1e6:F2} | {figure.RelativeToReference:F2} |");
        if (!series.ShowsMemory)
            return time;
        var token = figure.BytesPerToken is { } bytes ? string.Create(culture, $"{bytes:N0} | {bytes / sizeof(float) / figure.Hidden:F1}") : "– | –";
        return string.Create(culture, $"{time} {figure.KeptBytes / (double)(1 << 20):F1} | {token} |");
    }

    /// <summary>What stands below a table: how flat it is, and the circumstances.</summary>
    public static string Footer(ScaleSeries series, IReadOnlyList<ScaleFigure> figures)
    {
        var cells = figures.GroupBy(figure => figure.Cell).Select(cell => $"{cell.Key.ToUpperInvariant()}: {series.Summary([.. cell])}");
        return $"**{string.Join("; ", cells)}.**\n\n{figures[0].Run}";
    }
}
