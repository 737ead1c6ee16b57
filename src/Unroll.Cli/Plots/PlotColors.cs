using ScottPlot;

namespace Unroll.Cli.Plots;

/// <summary>
/// The colours of a plot on light or dark paper. The lines have the hues of Okabe and Ito, "Color Universal Design" (2008), which people with any kind of
/// colour blindness tell apart, darker or lighter where the paper needs it; lines beyond the number of colours repeat them with another pattern.
/// </summary>
internal sealed class PlotColors
{
    private static readonly LinePattern[] Patterns = [LinePattern.Solid, LinePattern.Dashed, LinePattern.Dotted];

    private readonly Color[] lines;

    private PlotColors(string paper, string ink, string faint, string grid, params string[] lines)
    {
        (Paper, Ink, Faint, Grid) = (new(paper), new(ink), new(faint), new(grid));
        this.lines = [.. lines.Select(line => new Color(line))];
    }

    public static PlotColors Light { get; } = new(
        "#ffffff", "#1b1f24", "#59636e", "#e4e8ec", "#0072b2", "#d55e00", "#007a5a", "#b0508a", "#9a6a00", "#2a8fc0", "#3d3d3d");

    public static PlotColors Dark { get; } = new(
        "#14171b", "#e6e9ec", "#9aa5b1", "#2a3038", "#56b4e9", "#ff8c42", "#2ec4a0", "#e79ac5", "#f0c75e", "#9fc8ff", "#d0d0d0");

    public Color Paper { get; }

    public Color Ink { get; }

    /// <summary>For lines that only help to read.</summary>
    public Color Faint { get; }

    public Color Grid { get; }

    /// <summary>The colour of a line.</summary>
    public Color Line(int number) => lines[number % lines.Length];

    /// <summary>The pattern of a line.</summary>
    public LinePattern Pattern(int number) => Patterns[number / lines.Length % Patterns.Length];

    /// <summary>Sets paper, axes, grid and legend.</summary>
    public void ApplyTo(Plot plot)
    {
        plot.FigureBackground.Color = Paper;
        plot.DataBackground.Color = Paper;
        plot.Axes.Color(Ink);
        plot.Grid.MajorLineColor = Grid;
        plot.Legend.BackgroundColor = Paper.WithAlpha(0.85);
        plot.Legend.FontColor = Ink;
        plot.Legend.OutlineColor = Grid;
        plot.Legend.ShadowColor = Colors.Transparent;
    }
}
