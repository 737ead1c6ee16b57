using ScottPlot;
using Unroll.Cli.Views;

namespace Unroll.Cli.Plots;

/// <summary>What each part of a sequence says for a label, as bars: up for it, down against it.</summary>
internal static class ContributionPicture
{
    /// <summary>More parts than that leave no room for their names.</summary>
    private const int MostNamed = 60;
    private const int Height = 420;

    /// <summary>Draws the bytes of a PNG.</summary>
    /// <param name="parts">The parts, in their order.</param>
    /// <param name="title">What was given which label.</param>
    public static byte[] ToPng(IReadOnlyList<Contribution> parts, string title)
    {
        PlotFont.Ensure();
        using var plot = new Plot();
        PlotColors.Light.ApplyTo(plot);
        plot.Title(title);
        plot.YLabel("for the label / against it");
        plot.Add.HorizontalLine(0, 1, PlotColors.Light.Faint);
        Bar[] bars = [.. parts.Select((part, index) => new Bar
        {
            Position = index,
            Value = part.Value,
            FillColor = PlotColors.Light.Line(part.Value >= 0 ? 0 : 1),
            LineWidth = 0,
        })];
        plot.Add.Bars(bars);
        if (parts.Count <= MostNamed)
        {
            plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, parts.Count).Select(index => (double)index)], [.. parts.Select(part => part.Part.TrimEnd(':', ' '))]);
            if (parts.Any(part => part.Part.Length > 1))
            {
                plot.Axes.Bottom.TickLabelStyle.Rotation = -60;
                plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleRight;
                plot.Axes.Bottom.MinimumSize = 110;
            }
        }

        return plot.GetImageBytes(Math.Clamp(200 + (parts.Count * 22), 640, 1600), Height, ImageFormat.Png);
    }
}
