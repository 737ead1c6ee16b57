using System.Text;
using System.Text.RegularExpressions;
using ScottPlot;
using Unroll.Cli.Plots;

namespace Unroll.Cli.Pages;

/// <summary>
/// A picture for light and for dark paper, as addresses that hold the picture themselves. Its text may have letters of Latin-1 and punctuation; SVG drops others.
/// </summary>
/// <param name="Light">The source of an image element.</param>
/// <param name="Dark">The same on dark paper.</param>
internal sealed partial record PagePicture(string Light, string Dark)
{
    private const int Width = 920;

    /// <summary>Draws a plot in both colours.</summary>
    /// <param name="draw">Draws it; called once for each, with a plot that has the colours already.</param>
    /// <param name="height">Its height, for a width of 920.</param>
    public static PagePicture Of(Action<Plot, PlotColors> draw, int height = 400)
    {
        PlotFont.Ensure();
        return new(Draw(draw, PlotColors.Light, height), Draw(draw, PlotColors.Dark, height));
    }

    private static string Draw(Action<Plot, PlotColors> draw, PlotColors colors, int height)
    {
        using var plot = new Plot();
        colors.ApplyTo(plot);
        draw(plot, colors);
        // The reader's system need not have the font of this one.
        var picture = FontFamily().Replace(plot.GetSvgXml(Width, height), "font-family=\"$1, DejaVu Sans, Verdana, sans-serif\"");
        return "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(picture));
    }

    [GeneratedRegex("font-family=\"([^\"]*)\"")]
    private static partial Regex FontFamily();
}
