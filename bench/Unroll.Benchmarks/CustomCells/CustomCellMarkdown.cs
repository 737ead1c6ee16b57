using System.Globalization;
using System.Text;

namespace Unroll.Benchmarks.CustomCells;

/// <summary>The table of custom cells as a page.</summary>
internal static class CustomCellMarkdown
{
    /// <summary>The two lines that the table starts with.</summary>
    public const string Header =
        """
        | work | cell | B, T, H | built-in, µs | fastest | custom, µs | fastest | share | of fastest | goal | difference |
        | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: |
        """;

    private const string Introduction =
        """
        # An LSTM written as a custom cell
        The struct `CustomLstm` of the benchmarks has the equations of one step and nothing else; its gradient comes from them. `CustomLstmByHand` has a backward by
        hand, as the built-in LSTM has. One layer as wide as its input, float32, the same weights and input, in turn. Training is forward, loss = mean(y²), backward to all weights; streaming is one
        step of one sequence. `share` is the speed of the custom cell over that of the built-in one; `difference` is how far gradients or outputs are apart, as a
        share of the largest.


        """;

    private static readonly CultureInfo culture = CultureInfo.InvariantCulture;

    /// <summary>Renders the figures.</summary>
    public static string Of(IReadOnlyList<CustomCellFigure> figures)
    {
        var page = new StringBuilder(Introduction).Append(Header).Append('\n');
        foreach (var figure in figures)
            page.Append(Row(figure)).Append('\n');
        return page.Append(culture, $"\n{figures[0].Run}\n").ToString();
    }

    /// <summary>One row.</summary>
    public static string Row(CustomCellFigure figure)
    {
        var times = $"{Pair(figure.BuiltInSeconds, figure.BuiltInFastestSeconds)} | {Pair(figure.CustomSeconds, figure.CustomFastestSeconds)}";
        var missed = figure.Goal - figure.Share;
        var verdict = missed <= 0 ? "met" : string.Create(culture, $"missed by {missed * 100:F1} points");
        return string.Create(
            culture,
            $"| {figure.Work} | {figure.Cell} | {figure.Batch}, {figure.Time}, {figure.Hidden} | {times} | {figure.Share:P1} | {figure.BuiltInFastestSeconds / figure.CustomFastestSeconds:P1} | {figure.Goal:P0}: {verdict} | {figure.Difference:0.0e-0} |");
    }

    private static string Pair(double median, double fastest) => $"{Microseconds(median)} | {Microseconds(fastest)}";

    private static string Microseconds(double seconds)
    {
        var value = seconds * 1e6;
        return value.ToString(value < 100 ? "F2" : "N0", culture);
    }
}
