using System.Globalization;
using ScottPlot;
using SkiaSharp;
using Unroll.Cli.Plots;

namespace Unroll.Cli.Gates;

/// <summary>
/// Text on the colours of a unit, for each feature that a unit tracks. A line below characters stands where the feature is on, so that the picture says both what
/// the unit does and what it should do.
/// </summary>
internal static class TrackerPicture
{
    private const int Columns = 100;
    private const int Rows = 4;
    private const int MostFeatures = 10;
    private const float CellWidth = 11;
    private const float CellHeight = 24;
    private const float Margin = 20;
    private const float HeadingHeight = 34;
    private const float TitleHeight = 70;
    private const float Scale = 2;

    private static readonly ScottPlot.Colormaps.Balance colors = new();

    /// <summary>Draws the features that are tracked, or nothing where there are none.</summary>
    /// <returns>Whether there was anything to draw.</returns>
    public static bool Draw(string path, GateStudy study)
    {
        var tracked = study.Features.Where(feature => feature.IsTracked).Take(MostFeatures).ToList();
        if (tracked.Count == 0)
            return false;
        PlotFont.Ensure();
        var typeface = Fonts.GetTypeface(Fonts.Default, bold: false, italic: false);
        var width = (2 * Margin) + (Columns * CellWidth);
        var height = TitleHeight + (tracked.Count * (HeadingHeight + (Rows * CellHeight) + Margin));
        using var surface = SKSurface.Create(new SKImageInfo((int)(width * Scale), (int)(height * Scale)));
        var canvas = surface.Canvas;
        canvas.Clear(SKColors.White);
        canvas.Scale(Scale);
        using var title = new SKFont(typeface, 20);
        using var note = new SKFont(typeface, 12);
        using var ink = new SKPaint { Color = new SKColor(0x1b, 0x1f, 0x24), IsAntialias = true };
        canvas.DrawText("Units that track something", Margin, 30, title, ink);
        canvas.DrawText("Red: the end of the unit's values that goes with the feature, blue: the other end. A line below: the feature is on. From the part of the text that confirms.", Margin, 54, note, ink);
        var top = TitleHeight;
        foreach (var feature in tracked)
        {
            using var heading = new SKFont(typeface, 14);
            canvas.DrawText(Heading(feature), Margin, top + 20, heading, ink);
            Block(canvas, typeface, study, feature, top + HeadingHeight);
            top += HeadingHeight + (Rows * CellHeight) + Margin;
        }

        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(path, png.ToArray());
        return true;
    }

    private static string Heading(TrackedFeature feature) => string.Create(
        CultureInfo.InvariantCulture, $"{feature.Feature.Name}: {feature.Signal}; correlation {feature.Correlation:F2}, confirmed {feature.Confirmed:F2}");

    private static void Block(SKCanvas canvas, SKTypeface typeface, GateStudy study, TrackedFeature feature, float top)
    {
        var (low, high) = (feature.SignalValues.Min(), feature.SignalValues.Max());
        using var letters = new SKFont(typeface, 14);
        using var line = new SKPaint { Color = SKColors.Black, StrokeWidth = 2 };
        var (row, column) = (0, 0);
        for (var position = Start(study, feature); position < study.Text.Length && row < Rows; position++)
        {
            var (x, y) = (Margin + (column * CellWidth), top + (row * CellHeight));
            var share = high > low ? (feature.SignalValues[position] - low) / (high - low) : 0.5f;
            share = feature.Correlation < 0 ? 1 - share : share;
            // The ends of the scale are so dark that letters would not be read on them.
            var color = colors.GetColor(0.12 + (0.76 * share));
            using var fill = new SKPaint { Color = new SKColor(color.R, color.G, color.B) };
            canvas.DrawRect(x, y, CellWidth, CellHeight - 5, fill);
            var luminance = ((0.299 * color.R) + (0.587 * color.G) + (0.114 * color.B)) / 255;
            using var ink = new SKPaint { Color = luminance > 0.5 ? SKColors.Black : SKColors.White, IsAntialias = true };
            var letter = GatePictures.Shown(study.Text[position]);
            canvas.DrawText(letters.ContainsGlyphs(letter) ? letter : "?", x + (CellWidth / 2), y + 14, SKTextAlign.Center, letters, ink);
            if (feature.Feature.IsSwitch && feature.Feature.Values[position] > 0)
                canvas.DrawLine(x, y + CellHeight - 3.5f, x + CellWidth, y + CellHeight - 3.5f, line);
            column++;
            if (study.Text[position] == '\n' || column == Columns)
                (row, column) = (row + 1, 0);
        }
    }

    /// <summary>The beginning of a line in the part that confirms, after which the feature changes most.</summary>
    private static int Start(GateStudy study, TrackedFeature feature)
    {
        var best = (Start: study.Searched, Score: -1.0);
        for (var position = study.Searched; position < study.Text.Length; position++)
        {
            if (study.Text[position - 1] != '\n' && position != study.Searched)
                continue;
            var end = End(study, position);
            var score = end - position < Columns / 2 ? 0 : feature.ActivityOf(position, end);
            if (score > best.Score)
                best = (position, score);
        }

        return best.Start;
    }

    /// <summary>Behind the last character that a block which begins at a place has room for.</summary>
    private static int End(GateStudy study, int start)
    {
        var (row, column, position) = (0, 0, start);
        for (; position < study.Text.Length && row < Rows; position++)
        {
            column++;
            if (study.Text[position] == '\n' || column == Columns)
                (row, column) = (row + 1, 0);
        }

        return position;
    }
}
