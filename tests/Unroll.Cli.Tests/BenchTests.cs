using System.Text.Json;

namespace Unroll.Cli.Tests;

/// <summary><c>unroll bench</c> in as little time as it can take; how fast anything is is not looked at.</summary>
public sealed class BenchTests
{
    private const string Briefly = "--seconds 0.01 --threads 1";

    [Fact]
    public void Json_has_the_machine_a_figure_for_each_shape_and_an_end()
    {
        using var place = new Workplace();
        var events = place.Run([.. $"bench --json {Briefly}".Split(' ')]).Good().Lines
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();

        var machine = events[0];
        Assert.Equal("machine", machine.GetProperty("event").GetString());
        Assert.Equal(1, machine.GetProperty("threads").GetInt32());
        Assert.Equal(Environment.ProcessorCount, machine.GetProperty("cores").GetInt32());
        Assert.Equal("done", events[^1].GetProperty("event").GetString());
        var figures = events[1..^1];
        Assert.Equal(27, figures.Select(figure => (Text(figure, "work"), Text(figure, "cell"), Number(figure, "hidden"))).Distinct().Count());
        Assert.Equal(27, figures.Count);
        Assert.All(figures, figure => CheckFigure(figure, Number(machine, "peakOneCore")));
    }

    [Fact]
    public void Lines_show_the_peak_every_kind_of_work_and_where_the_figures_come_from()
    {
        using var place = new Workplace();
        var output = place.Run([.. $"bench {Briefly}".Split(' ')]).Good().Output;

        foreach (var expected in new[] { "processor   ", "GF/s on one core", "threads     1;", "training step:", "inference:", "streaming:", "lstm  64, 50, 512", "steps/s", "Done in " })
            Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.Equal(27, output.Split('\n').Count(line => line.Contains(" %", StringComparison.Ordinal)));
        Assert.Empty(place.Files());
    }

    /// <summary>The rates follow from the time, the shape and the peak as the help and the docs say.</summary>
    private static void CheckFigure(JsonElement figure, double peak)
    {
        var gates = Text(figure, "cell") switch { "lstm" => 4, "gru" => 3, "rnn" => 1, var other => throw new InvalidDataException(other) };
        var (hidden, steps) = (Number(figure, "hidden"), Number(figure, "batch") * Number(figure, "time"));
        var forward = gates * hidden * (hidden + hidden) * 2 * steps;
        var operations = Text(figure, "work") == "training" ? forward * 2.5 : forward;
        var seconds = Number(figure, "seconds");

        Assert.True(seconds > 0 && Number(figure, "fastestSeconds") <= seconds);
        Same(operations / seconds / 1e9, Number(figure, "gigaflops"));
        Same(operations / seconds / 1e9 / peak, Number(figure, "shareOfPeak"));
        Same(steps / seconds, Number(figure, "stepsPerSecond"));
    }

    private static void Same(double expected, double actual) => Assert.Equal(1, actual / expected, 1e-9);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();
}
