using System.Globalization;
using System.Text;

namespace Unroll.Benchmarks.CellSpeeds;

/// <summary>The speeds of the cells as a page.</summary>
internal static class CellSpeedMarkdown
{
    /// <summary>The two lines that the table starts with.</summary>
    public const string Header =
        """
        | cell | U | parameters | training, ns a token | of the LSTM's time | goal | step, µs | of the LSTM's time |
        | --- | --- | ---: | ---: | ---: | --- | ---: | ---: |
        """;

    private const string Introduction =
        """
        # The speed of every cell
        One layer as wide as its input, float32. Training is forward, loss = mean(y²) and backward to all weights that learn, 64 sequences of 50 steps, H = 512; a step is one
        step of one stream, H = 256. Each cell takes turns with the built-in LSTM. Cells without a recurrent matrix U have no product inside their loop over time: their
        goal is less than half of the LSTM's training time.


        """;

    private static readonly CultureInfo culture = CultureInfo.InvariantCulture;

    /// <summary>Renders the figures.</summary>
    public static string Of(IReadOnlyList<CellSpeed> figures)
    {
        var page = new StringBuilder(Introduction).Append(Header).Append('\n');
        foreach (var figure in figures)
            page.Append(Row(figure)).Append('\n');
        return page.Append(culture, $"\n{figures[0].Run}\n").ToString();
    }

    /// <summary>One row.</summary>
    public static string Row(CellSpeed figure)
    {
        var goal = figure.TrainingGoal is not { } limit ? "–"
            : string.Create(culture, $"< {limit:P0}: {(figure.TrainingShare < limit ? "met" : $"missed by {(figure.TrainingShare - limit) * 100:F0} points")}");
        return string.Create(
            culture,
            $"| {figure.Cell} | {(figure.HasRecurrentMatrix ? "yes" : "no")} | {figure.Parameters:N0} | {figure.TrainingSecondsPerToken * 1e9:N0} | {figure.TrainingShare:P0} | {goal} | {figure.StepSeconds * 1e6:F2} | {figure.StepShare:P0} |");
    }
}
