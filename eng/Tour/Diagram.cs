using ScottPlot;
using Unroll.Cli.Plots;

namespace Tour;

/// <summary>Boxes and arrows: networks as pictures. A box of inputs, states or outputs has a colour and a letter of its own.</summary>
internal sealed class Diagram : IDisposable
{
    private const double HalfWidth = 0.34;
    private const double HalfHeight = 0.26;

    private readonly Plot plot = new();

    /// <summary>An empty one.</summary>
    /// <param name="left">Its smallest x.</param>
    /// <param name="right">Its largest x.</param>
    /// <param name="bottom">Its smallest y.</param>
    /// <param name="top">Its largest y.</param>
    public Diagram(double left, double right, double bottom, double top)
    {
        PlotFont.Ensure();
        plot.FigureBackground.Color = Colors.White;
        plot.HideGrid();
        plot.Layout.Frameless();
        plot.Axes.SetLimits(left, right, bottom, top);
    }

    /// <summary>The picture.</summary>
    public Plot Plot => plot;

    /// <inheritdoc/>
    public void Dispose() => plot.Dispose();

    /// <summary>A box with an input in it.</summary>
    public void Input(double x, double y, string text = "x") => Box(x, y, text, TourStyle.Colour(5));

    /// <summary>A box with a state in it.</summary>
    public void State(double x, double y, string text = "h") => Box(x, y, text, TourStyle.Colour(4));

    /// <summary>A box with an output in it.</summary>
    public void Output(double x, double y, string text = "y") => Box(x, y, text, TourStyle.Colour(2));

    /// <summary>A text.</summary>
    public void Text(double x, double y, string text, float size = 13, bool bold = false)
    {
        var label = plot.Add.Text(text, x, y);
        label.LabelFontSize = size;
        label.LabelBold = bold;
        label.LabelAlignment = Alignment.MiddleCenter;
        label.LabelFontColor = Colors.Black;
    }

    /// <summary>An arrow from one box to another, from edge to edge; one of the coordinates is the same.</summary>
    public void Arrow(double fromX, double fromY, double toX, double toY, string? label = null, int series = 6, bool isDashed = false)
    {
        var (dx, dy) = (Math.Sign(toX - fromX), Math.Sign(toY - fromY));
        var start = new Coordinates(fromX + (dx * HalfWidth), fromY + (dy * HalfHeight));
        var end = new Coordinates(toX - (dx * HalfWidth), toY - (dy * HalfHeight));
        if (isDashed)
        {
            var line = plot.Add.Line(start, end);
            line.LineStyle = new(2, TourStyle.Colour(series), LinePattern.Dashed);
        }

        var arrow = plot.Add.Arrow(isDashed ? new Coordinates(end.X - (dx * 0.02), end.Y - (dy * 0.02)) : start, end);
        arrow.ArrowFillColor = TourStyle.Colour(series);
        arrow.ArrowLineWidth = 0;
        arrow.ArrowWidth = 2.5f;
        arrow.ArrowheadLength = 10;
        arrow.ArrowheadAxisLength = 10;
        arrow.ArrowheadWidth = 9;
        if (label is not null)
            Text(((fromX + toX) / 2) + (dx == 0 ? 0.26 : 0), ((fromY + toY) / 2) + (dy == 0 ? 0.18 : 0), label, 12);
    }

    /// <summary>A way over several points with an arrow at its end.</summary>
    public void Way(int series, params ReadOnlySpan<(double X, double Y)> points)
    {
        for (var index = 0; index < points.Length - 2; index++)
            plot.Add.Line(points[index].X, points[index].Y, points[index + 1].X, points[index + 1].Y).LineStyle = new(2.5f, TourStyle.Colour(series));
        var arrow = plot.Add.Arrow(new Coordinates(points[^2].X, points[^2].Y), new Coordinates(points[^1].X, points[^1].Y));
        arrow.ArrowFillColor = TourStyle.Colour(series);
        arrow.ArrowLineWidth = 0;
        arrow.ArrowWidth = 2.5f;
        arrow.ArrowheadLength = 10;
        arrow.ArrowheadAxisLength = 10;
        arrow.ArrowheadWidth = 9;
    }

    private void Box(double x, double y, string text, Color color)
    {
        var box = plot.Add.Rectangle(x - HalfWidth, x + HalfWidth, y - HalfHeight, y + HalfHeight);
        box.FillColor = color.WithAlpha(0.35);
        box.LineColor = color.Darken(0.3);
        box.LineWidth = 1.5f;
        Text(x, y, text, 14, bold: true);
    }
}
