using System.Globalization;
using ScottPlot;
using Unroll.Cli.Plots;

namespace Tour;

/// <summary>
/// The look of the pictures. Their own white ground makes them readable on a page of any colour. The colours are told apart by eyes that do not see red or
/// green, after Okabe and Ito, "Color Universal Design" (2008); lines differ by pattern or mark as well, so that no picture needs its colours.
/// The letters are those of a small font where the system has none: no Greek, no raised or lowered digits but ¹, ² and ³, no ‖.
/// </summary>
internal static class TourStyle
{
    private static readonly Color[] colours =
    [
        Color.FromHex("#0072b2"), // blue
        Color.FromHex("#d55e00"), // vermilion
        Color.FromHex("#009e73"), // bluish green
        Color.FromHex("#cc79a7"), // reddish purple
        Color.FromHex("#e69f00"), // orange
        Color.FromHex("#56b4e9"), // sky blue
        Color.FromHex("#555555"), // grey
    ];

    private static readonly LinePattern[] patterns =
        [LinePattern.Solid, LinePattern.Dashed, LinePattern.DenselyDashed, LinePattern.Dotted, LinePattern.Solid, LinePattern.Dashed, LinePattern.Dotted];

    private static readonly MarkerShape[] marks =
    [
        MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond, MarkerShape.OpenCircle,
        MarkerShape.OpenSquare, MarkerShape.OpenTriangleUp,
    ];

    /// <summary>The colour of a series, from 0.</summary>
    public static Color Colour(int series) => colours[series % colours.Length];

    /// <summary>An empty plot.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="x">The horizontal axis, with its unit.</param>
    /// <param name="y">The vertical axis, with its unit.</param>
    public static Plot Plot(string title, string x, string y) => Dress(new(), title, x, y);

    /// <summary>Gives a plot of several the same look.</summary>
    public static Plot Dress(Plot plot, string title, string x, string y)
    {
        PlotFont.Ensure();
        plot.FigureBackground.Color = Colors.White;
        plot.Title(title, 14);
        plot.XLabel(x, 12);
        plot.YLabel(y, 12);
        plot.Axes.Right.FrameLineStyle.IsVisible = false;
        plot.Axes.Top.FrameLineStyle.IsVisible = false;
        plot.Axes.Bottom.MinorTickStyle.Length = 0;
        plot.Axes.Left.MinorTickStyle.Length = 0;
        plot.Legend.FontSize = 12;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineColor = Color.FromHex("#bbbbbb");
        return plot;
    }

    /// <summary>Adds a line with the colour and pattern of a series.</summary>
    public static ScottPlot.Plottables.Scatter Line(this Plot plot, int series, string legend, double[] x, double[] y)
    {
        var line = plot.Add.ScatterLine(x, y, Colour(series));
        line.LegendText = legend;
        line.LineWidth = 2;
        line.LinePattern = patterns[series % patterns.Length];
        return line;
    }

    /// <summary>Adds a line with a mark at each point.</summary>
    public static ScottPlot.Plottables.Scatter MarkedLine(this Plot plot, int series, string legend, double[] x, double[] y)
    {
        var line = plot.Line(series, legend, x, y);
        line.LinePattern = LinePattern.Solid;
        line.MarkerShape = marks[series % marks.Length];
        line.MarkerSize = 7;
        line.MarkerColor = Colour(series);
        line.MarkerLineColor = Colour(series);
        line.MarkerLineWidth = 1.5f;
        return line;
    }

    /// <summary>Labels a vertical axis whose values are given as base-10 logarithms.</summary>
    public static void LogarithmicY(this Plot plot, int smallest, int largest)
    {
        plot.Axes.Left.TickGenerator = Powers(smallest, largest);
        plot.Axes.SetLimitsY(smallest, largest);
    }

    /// <summary>Labels a horizontal axis whose values are given as base-10 logarithms.</summary>
    public static void LogarithmicX(this Plot plot, int smallest, int largest)
    {
        plot.Axes.Bottom.TickGenerator = Powers(smallest, largest);
        plot.Axes.SetLimitsX(smallest, largest);
    }

    private static ScottPlot.TickGenerators.NumericManual Powers(int smallest, int largest)
    {
        var step = Math.Max(1, (largest - smallest + 1) / 8);
        double[] ticks = [.. Enumerable.Range(0, ((largest - smallest) / step) + 1).Select(index => (double)(smallest + (index * step)))];
        return new(ticks, [.. ticks.Select(Power)]);
    }

    /// <summary>Without raised digits, which the font that this program carries does not have.</summary>
    private static string Power(double power) => power switch
    {
        0 => "1",
        1 => "10",
        _ => string.Create(CultureInfo.InvariantCulture, $"1e{(int)power}"),
    };
}
