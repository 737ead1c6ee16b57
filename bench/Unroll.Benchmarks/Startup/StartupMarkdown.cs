using System.Globalization;
using System.Text;

namespace Unroll.Benchmarks.Startup;

/// <summary>The table of starts as a page.</summary>
internal static class StartupMarkdown
{
    private const string Introduction =
        """
        # From start to first prediction
        Milliseconds from just before a process is started to the first byte of a prediction on its standard output, read through a pipe; a prompt that is
        written before does not count. The sample ends after 10,000 more steps, which its whole time holds. `StreamingAot` is compiled ahead of time; with the
        JIT it is the same source, published without that. `unroll generate` has no prompt and a length of 8. A bare program writes one character: what the
        runtime itself needs. Files are in the cache of the system.


        """;

    /// <summary>The two lines that the table starts with.</summary>
    public const string Header =
        """
        | program | what it does | first prediction, ms | fastest | slowest | goal | whole, ms | program file | goal |
        | --- | --- | ---: | ---: | ---: | --- | ---: | ---: | --- |
        """;

    private static readonly CultureInfo culture = CultureInfo.InvariantCulture;

    /// <summary>Renders the figures.</summary>
    public static string Of(IReadOnlyList<StartupFigure> figures)
    {
        var page = new StringBuilder(Introduction).Append(Header).Append('\n');
        foreach (var figure in figures)
            page.Append(Row(figure)).Append('\n');
        return page.Append(culture, $"\n{figures[0].Run}\n").ToString();
    }

    /// <summary>One row.</summary>
    public static string Row(StartupFigure figure)
    {
        var first = $"{Milliseconds(figure.Seconds)} | {Milliseconds(figure.FastestSeconds)} | {Milliseconds(figure.SlowestSeconds)}";
        var goal = figure.SecondsGoal is { } seconds ? $"{Milliseconds(seconds)}: {Verdict(figure.Seconds, seconds)}" : "–";
        var size = figure.FileBytes is { } bytes ? Megabytes(bytes) : "–";
        var sizeGoal = figure is { FileBytes: { } actual, FileBytesGoal: { } most } ? $"{Megabytes(most)}: {Verdict(actual, most)}" : "–";
        return $"| {figure.Program} | {figure.Work} | {first} | {goal} | {Milliseconds(figure.WholeSeconds)} | {size} | {sizeGoal} |";
    }

    private static string Verdict(double value, double limit) =>
        value < limit ? "met" : string.Create(culture, $"missed by {(value / limit) - 1:P0}");

    private static string Milliseconds(double seconds)
    {
        var value = seconds * 1e3;
        return value.ToString(value < 10 ? "F1" : "N0", culture);
    }

    private static string Megabytes(long bytes) => string.Create(culture, $"{bytes / 1e6:0.##} MB");
}
