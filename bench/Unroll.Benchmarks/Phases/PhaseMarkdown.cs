using System.Globalization;
using System.Text;

namespace Unroll.Benchmarks.Phases;

/// <summary>The phases as a page, work by work.</summary>
internal static class PhaseMarkdown
{
    private const string Introduction =
        """
        # The phases of an update and of serving
        Where the time goes, and how near each phase comes to what the machine can do. `share` is that of the whole step or update. A rate in GF/s counts the
        operations of the products that are needed, against the peak of as many threads; a rate in GB/s the bytes that have to be read and written, against how fast
        as many bytes are read again and again, from the cache or the memory that holds them. Both limits were measured just after the phases they stand beside. A cell has arithmetic of
        its own besides, so it cannot reach the rate of its bytes.

        How a time was found: `inside`, by a clock in whole updates; `alone`, the engine's own part on buffers of the same shapes and strides; `difference`, what the
        parts alone leave of the pass around them. Forward holds the input product and the loop over time, backward the loop and the weight gradients with the sums of biases.

        """;

    private static readonly CultureInfo culture = CultureInfo.InvariantCulture;

    /// <summary>Renders the figures.</summary>
    public static string Of(IReadOnlyList<PhaseFigure> figures)
    {
        var page = new StringBuilder(Introduction);
        foreach (var work in figures.GroupBy(figure => figure.Work))
        {
            page.Append('\n').Append(Header(work.Key)).Append('\n');
            foreach (var figure in work)
                page.Append(Row(figure)).Append('\n');
        }

        return page.Append(culture, $"\n{figures[0].Run}\n").ToString();
    }

    /// <summary>A heading and the two lines that a table starts with.</summary>
    public static string Header(string work) =>
        $"## {work}\n\n| phase | time, ms | share | reached | of what is possible | share of it | found |\n| --- | ---: | ---: | ---: | ---: | ---: | --- |";

    /// <summary>One row.</summary>
    public static string Row(PhaseFigure figure)
    {
        var unit = figure.Unit == PhaseRoof.Operations ? "GF/s" : "GB/s";
        var share = figure.Share is { } part ? part.ToString("P0", culture) : "–";
        var rate = figure.Rate is { } reached ? string.Create(culture, $"{reached:F0} {unit}") : "–";
        var roof = figure.Roof is { } most ? string.Create(culture, $"{most:F0} {unit}") : "–";
        var ofRoof = figure.Rate / figure.Roof is { } fraction ? fraction.ToString("P0", culture) : "–";
        return string.Create(
            culture, $"| {figure.Phase} | {Milliseconds(figure.Seconds)} | {share} | {rate} | {roof} | {ofRoof} | {figure.Method.ToString().ToLowerInvariant()} |");
    }

    private static string Milliseconds(double seconds)
    {
        var value = seconds * 1e3;
        return value.ToString(value < 0.1 ? "F4" : value < 10 ? "F3" : "F1", culture);
    }
}
