using System.Globalization;
using System.Text;

namespace Unroll.Benchmarks.Sessions;

/// <summary>The table of sessions as a page.</summary>
internal static class SessionMarkdown
{
    /// <summary>The two lines that the table starts with.</summary>
    public const string Header =
        """
        | sessions | µs a step of all | fastest | session-steps/s | of peak | goal | one by one, µs | fastest | ratio | goal | ratio at the peak |
        | ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: | --- | ---: |
        """;

    private static readonly CultureInfo culture = CultureInfo.InvariantCulture;

    /// <summary>Renders the figures.</summary>
    public static string Of(IReadOnlyList<SessionFigure> figures)
    {
        var page = new StringBuilder(string.Create(
            culture,
            $"""
            # Many sessions of one model
            Sessions of one LSTM layer, input and hidden size {figures[0].Hidden}, float32. A batch gives the same bits as stepping them one by one. A share of
            the peak counts 2 · 4·H·(I + H) operations a session and step. `ratio` is the time of one by one over that of the batch, both with the same
            threads; `ratio at the peak` is what it would be if the batch reached 100% of the peak.


            """)).Append(Header).Append('\n');
        foreach (var figure in figures)
            page.Append(Row(figure)).Append('\n');
        return page.Append(culture, $"\n{figures[0].Run}\n").ToString();
    }

    /// <summary>One row.</summary>
    public static string Row(SessionFigure figure)
    {
        var batch = string.Create(culture, $"{figure.Batch:N0} | {Microseconds(figure.Seconds)} | {Microseconds(figure.FastestSeconds)} | {figure.SessionStepsPerSecond:N0}");
        var share = string.Create(culture, $"{figure.ShareOfPeak:P0} | {ShareVerdict(figure)}");
        var single = string.Create(culture, $"{Microseconds(figure.OneByOneSeconds)} | {Microseconds(figure.OneByOneFastestSeconds)}");
        return string.Create(culture, $"| {batch} | {share} | {single} | {figure.Ratio:F2} | {RatioVerdict(figure)} | {figure.RatioOfPeak:F2} |");
    }

    private static string ShareVerdict(SessionFigure figure)
    {
        if (figure.ShareGoal is not { } goal)
            return "–";
        var missed = goal - figure.ShareOfPeak;
        return string.Create(culture, $"{goal:P0}: {(missed <= 0 ? "met" : string.Create(culture, $"missed by {missed * 100:F1} points"))}");
    }

    private static string RatioVerdict(SessionFigure figure)
    {
        if (figure.RatioGoal is not { } goal)
            return "–";
        return string.Create(culture, $"{goal:0.#}: {(figure.Ratio >= goal ? "met" : string.Create(culture, $"missed by {1 - (figure.Ratio / goal):P0}"))}");
    }

    private static string Microseconds(double seconds)
    {
        var value = seconds * 1e6;
        return value.ToString(value < 100 ? "F1" : "N0", culture);
    }
}
