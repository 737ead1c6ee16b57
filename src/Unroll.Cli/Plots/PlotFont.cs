using System.Reflection;
using ScottPlot;
using SkiaSharp;

namespace Unroll.Cli.Plots;

/// <summary>Letters for pictures on a system that has no font, as in a container with only the SDK: the ones this program carries.</summary>
internal sealed class PlotFont : IFontResolver
{
    private static readonly Lazy<bool> Installed = new(Install);

    private readonly SKTypeface typeface = Load();

    /// <summary>Makes sure that pictures have letters.</summary>
    public static void Ensure() => _ = Installed.Value;

    /// <inheritdoc/>
    public SKTypeface CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => typeface;

    /// <inheritdoc/>
    public SKTypeface CreateTypeface(string fontName, bool bold, bool italic) => typeface;

    private static bool Install()
    {
        using var usual = SKFontManager.Default.MatchCharacter('a');
        if (usual is not null && usual.ContainsGlyph('a'))
            return false;
        Fonts.FontResolvers.Clear();
        Fonts.FontResolvers.Add(new PlotFont());
        return true;
    }

    private static SKTypeface Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("font/DejaVuSans.ttf")!;
        return SKTypeface.FromStream(stream);
    }
}
