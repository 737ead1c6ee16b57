using Spectre.Console;

namespace Unroll.Cli.Views;

/// <summary>
/// A line of figures and a bar that change in place, for terminals. Everything else is written plainly: a console that wraps lines would cut paths
/// in two.
/// </summary>
internal sealed class LiveView(IAnsiConsole console, TextWriter output) : PlainView(output)
{
    private const int BarWidth = 40;

    private readonly ReportClock clock = new(TimeSpan.FromMilliseconds(200));
    private double? lastValidation;
    private LiveDisplayContext? live;

    /// <inheritdoc/>
    public override Task WatchAsync(Func<Action<ProgressSample>, Task> train) =>
        console.Live(Render(default)).StartAsync(async context =>
        {
            live = context;
            await train(Report);
        });

    /// <inheritdoc/>
    protected override void Report(ProgressSample sample)
    {
        lastValidation = sample.ValidationLoss ?? lastValidation;
        if (clock.Accepts(sample))
            live?.UpdateTarget(Render(sample));
    }

    /// <summary>Short enough for a terminal of 80 columns.</summary>
    private string Speed => TokenName == "character" ? "chars/s" : $"{Figures.Plural(TokenName)}/s";

    private Rows Render(ProgressSample sample)
    {
        var table = new Table { Border = TableBorder.Rounded };
        foreach (var heading in new[] { "update", "epoch", "loss", "validation", Speed, "gradient", "time left" })
            table.AddColumn(new TableColumn(heading).RightAligned().NoWrap());
        table.AddRow(
            Figures.Count(sample.Update), Figures.Small(sample.Epoch), Figures.Loss(sample.Loss), Figures.Loss(lastValidation),
            Figures.Count(sample.TokensPerSecond), Figures.Small(sample.GradientNorm), sample.Left is { } left ? Figures.Time(left) : "–");
        return new Rows(Bar(sample.Fraction), table);
    }

    private static Markup Bar(double fraction)
    {
        var filled = (int)(Math.Clamp(fraction, 0, 1) * BarWidth);
        return new Markup($"[green]{new string('━', filled)}[/][grey]{new string('━', BarWidth - filled)}[/] {FormattableString.Invariant($"{fraction:P0}")}");
    }
}
