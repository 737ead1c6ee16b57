using System.Globalization;
using System.Text;

namespace Unroll.Benchmarks.Products;

/// <summary>The two tables as a page.</summary>
internal static class ProductMarkdown
{
    private const string Introduction =
        """
        # Share of the peak
        Products of square matrices, the right one packed beforehand, and whole training steps of one layer (forward, loss = mean(y²), backward to all weights; two and a
        half forward passes are needed). The peak is that of as many threads, measured in the same run: multiply-adds on registers alone. Times are medians.

        """;

    private static readonly CultureInfo culture = CultureInfo.InvariantCulture;

    /// <summary>Renders the figures, table by table.</summary>
    public static string Of(IReadOnlyList<ProductFigure> figures)
    {
        var page = new StringBuilder(Introduction);
        foreach (var table in figures.GroupBy(figure => figure.Table))
        {
            page.Append('\n').Append(Header(table.Key)).Append('\n');
            foreach (var figure in table)
                page.Append(Row(figure)).Append('\n');
        }

        var met = figures.Count(figure => figure.ShareOfPeak >= figure.Goal);
        return page.Append(culture, $"\n**Goals met in {met} of {figures.Count} rows.**\n\n{figures[0].Run}\n").ToString();
    }

    /// <summary>A heading and the two lines that a table starts with.</summary>
    public static string Header(string table) => table == ProductMeasurement.Product
        ? "## Products\n\n| M = N = K | threads | µs | GF/s | of peak | goal |\n| ---: | ---: | ---: | ---: | ---: | --- |"
        : "## Training steps\n\n| cell | B, T, H | threads | ms | GF/s | of peak | goal |\n| --- | --- | ---: | ---: | ---: | ---: | --- |";

    /// <summary>One row.</summary>
    public static string Row(ProductFigure figure)
    {
        var what = figure.Cell is null
            ? string.Create(culture, $"{figure.Size} | {figure.Threads} | {Microseconds(figure.Seconds)}")
            : string.Create(culture, $"{figure.Cell.ToUpperInvariant()} | {figure.Batch}, {figure.Time}, {figure.Size} | {figure.Threads} | {figure.Seconds * 1e3:F1}");
        var missed = figure.Goal - figure.ShareOfPeak;
        var verdict = missed <= 0 ? "met" : string.Create(culture, $"missed by {missed * 100:F1} points");
        return string.Create(culture, $"| {what} | {figure.Gigaflops:F1} | {figure.ShareOfPeak:P0} | {figure.Goal:P0}: {verdict} |");
    }

    private static string Microseconds(double seconds)
    {
        var value = seconds * 1e6;
        return value.ToString(value < 10 ? "F2" : value < 1000 ? "F1" : "N0", culture);
    }
}
