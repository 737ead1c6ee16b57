using ScottPlot;
using Unroll.Models;

namespace Unroll.Cli.Plots;

/// <summary>The confusion matrix as a picture: rows are the labels of examples, columns what the model says, colours shares of the row.</summary>
internal static class ConfusionPicture
{
    /// <summary>More labels than that leave no room for counts in the cells.</summary>
    private const int MostNumbered = 20;

    /// <summary>Draws the bytes of a PNG.</summary>
    /// <param name="report">The figures.</param>
    /// <param name="name">What they were measured on.</param>
    public static byte[] ToPng(ClassificationReport report, string name)
    {
        PlotFont.Ensure();
        var count = report.Labels.Count;
        var shares = new double[count, count];
        using var plot = new Plot();
        plot.Title(FormattableString.Invariant($"{name}: accuracy {100 * report.Accuracy:F1} % of {report.Examples}"));
        for (var row = 0; row < count; row++)
        {
            for (var column = 0; column < count; column++)
                shares[row, column] = report.Classes[row].Examples == 0 ? 0 : (double)report.Confusion[row][column] / report.Classes[row].Examples;
        }

        var map = plot.Add.Heatmap(shares);
        map.Colormap = new ScottPlot.Colormaps.Blues().Reversed();
        map.ManualRange = new(0, 1);
        for (var row = 0; row < count && count <= MostNumbered; row++)
        {
            for (var column = 0; column < count; column++)
            {
                if (report.Confusion[row][column] == 0)
                    continue;
                var text = plot.Add.Text(FormattableString.Invariant($"{report.Confusion[row][column]}"), column, count - 1 - row);
                text.LabelAlignment = Alignment.MiddleCenter;
                text.LabelFontColor = shares[row, column] > 0.5 ? Colors.White : Colors.Black;
            }
        }

        double[] places = [.. Enumerable.Range(0, count).Select(place => (double)place)];
        plot.Axes.Bottom.SetTicks(places, [.. report.Labels]);
        plot.Axes.Left.SetTicks(places, [.. report.Labels.Reverse()]);
        plot.Axes.Bottom.TickLabelStyle.Rotation = count > 6 ? -60 : 0;
        plot.Axes.Bottom.TickLabelStyle.Alignment = count > 6 ? Alignment.MiddleRight : Alignment.UpperCenter;
        plot.Axes.Bottom.MinimumSize = count > 6 ? 110 : 50;
        plot.Axes.Left.MinimumSize = 110;
        plot.XLabel("given by the model");
        plot.YLabel("label");
        plot.HideGrid();
        plot.Axes.SetLimits(-0.5, count - 0.5, -0.5, count - 0.5);
        var side = Math.Clamp(360 + (count * 28), 480, 1400);
        return plot.GetImageBytes(side + 80, side, ImageFormat.Png);
    }
}
