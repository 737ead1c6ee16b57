using System.Text.Json;
using Unroll.Cli.Benchmarks;
using Unroll.Cli.Views;

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

    [Theory]
    [InlineData(null)]
    [InlineData("128")]
    public void A_forced_width_is_said(string? lanes)
    {
        var plan = new BenchPlan(new("Test", 25, 1, 256), new(8, 100, 200, 2), Threads: 2, TimeSpan.FromSeconds(30), lanes);
        var (lines, json) = (new StringWriter(), new StringWriter());

        new BenchLines(lines, terminal: null).Start(plan);
        new BenchJson(json).Start(plan);

        Assert.Equal(lanes is not null, lines.ToString().Contains("128, forced by UNROLL_LANES", StringComparison.Ordinal));
        Assert.Equal(lanes, JsonDocument.Parse(json.ToString()).RootElement.TryGetProperty("forcedLanes", out var forced) ? forced.GetString() : null);
        Assert.Contains("100 GF/s on one core, 200 on 2", lines.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_width_that_does_not_exist_is_one_line()
    {
        using var place = new Workplace();
        var outcome = place.Shell($"UNROLL_LANES=7 {Path.Combine(AppContext.BaseDirectory, "Unroll.Cli")} bench {Briefly}");
        outcome.Bad(1, "UNROLL_LANES=7 is not a lane width of this machine", "scalar");
    }

    [Fact]
    public void A_terminal_sees_what_is_being_measured()
    {
        var (output, terminal) = (new StringWriter(), new StringWriter());
        var view = new BenchLines(output, terminal);
        var work = BenchWork.Standard[1];

        view.Next(work, 2, 27);
        view.Show(new(work, new(0.002, 0.001, 3), Peak: 100));

        Assert.Contains("2 of 27: lstm 32, 50, 128", terminal.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("\r\e[K", terminal.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("of 27", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("2.00 ms", output.ToString(), StringComparison.Ordinal);
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
