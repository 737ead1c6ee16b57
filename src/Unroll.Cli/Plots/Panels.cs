using ScottPlot;
using SkiaSharp;

namespace Unroll.Cli.Plots;

/// <summary>A picture of several plots, each in the place it was given.</summary>
internal sealed class Panels : IDisposable
{
    // What a display of twice the usual density shows sharply.
    private const float Scale = 2;
    private const int PngQuality = 100;

    private readonly Multiplot figure = new();
    private readonly List<PixelRect> places = [];

    /// <summary>Makes an empty picture.</summary>
    public Panels()
    {
        PlotFont.Ensure();
        figure.RemovePlot(figure.GetPlot(0));
    }

    /// <summary>Adds a plot at a place in pixels.</summary>
    public Plot Add(float left, float top, float width, float height)
    {
        places.Add(new(left, left + width, top + height, top));
        var plot = figure.AddPlot();
        plot.Axes.Title.Label.FontSize = 14;
        return plot;
    }

    /// <summary>Adds a strip of text across the top: a title and a line below it.</summary>
    public Plot AddTitle(float width, float height, string title, string line)
    {
        var plot = Add(0, 0, width, height);
        plot.Layout.Frameless();
        plot.HideGrid();
        plot.Axes.SetLimits(0, width, height, 0);
        Text(plot, title, 20, bold: true, y: 22);
        Text(plot, line, 12, bold: false, y: 48);
        return plot;
    }

    /// <summary>Writes the picture.</summary>
    public void Save(string path, float width, float height)
    {
        figure.Layout = new Places(places);
        using var surface = SKSurface.Create(new SKImageInfo((int)(width * Scale), (int)(height * Scale)));
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Scale(Scale);
        figure.Render(surface.Canvas, new(0, width, height, 0));
        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, PngQuality);
        File.WriteAllBytes(path, png.ToArray());
    }

    public void Dispose()
    {
        foreach (var plot in figure.GetPlots())
            plot.Dispose();
    }

    private static void Text(Plot plot, string text, float size, bool bold, double y)
    {
        var label = plot.Add.Text(text, 16, y);
        label.LabelFontSize = size;
        label.LabelBold = bold;
        label.LabelAlignment = Alignment.MiddleLeft;
    }

    private sealed class Places(List<PixelRect> places) : IMultiplotLayout
    {
        public PixelRect[] GetSubplotRectangles(SubplotCollection subplots, PixelRect figureRect) => [.. places];
    }
}
