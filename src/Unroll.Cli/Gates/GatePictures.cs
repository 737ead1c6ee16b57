using ScottPlot;
using ScottPlot.TickGenerators;
using Unroll.Cli.Plots;

namespace Unroll.Cli.Gates;

/// <summary>The pictures of gates over a text. Their own white paper makes them readable on a page of any colour.</summary>
internal static class GatePictures
{
    /// <summary>Units of a panel: more would be thinner than a line.</summary>
    private const int ShownUnits = 32;

    /// <summary>All values of one layer over an excerpt: a panel for each gate, state and the output.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="study">What was measured.</param>
    /// <param name="layer">From 0.</param>
    public static void Gates(string path, GateStudy study, int layer)
    {
        const float Width = 1240, Panel = 190, TitleHeight = 66;
        var groups = study.Groups.Where(group => group.Layer == layer).ToList();
        var units = UnitsToShow(study, groups);
        using var panels = new Panels();
        var count = groups[0].UnitCount;
        panels.AddTitle(Width, TitleHeight, $"Layer {layer + 1} ({study.Model.Options.Cell.Name}, {count} units) over a text, character by character",
            units.Length < count ? $"The {units.Length} units whose outputs change most, the same rows in all panels; a point in the text is a space, a paragraph sign an end of line" : "A point in the text is a space, a paragraph sign an end of line");
        for (var index = 0; index < groups.Count; index++)
            Draw(panels.Add(0, TitleHeight + (index * Panel), Width, Panel), study, groups[index], units);
        panels.Save(path, Width, TitleHeight + (groups.Count * Panel));
    }

    private static void Draw(Plot plot, GateStudy study, SignalGroup group, int[] units)
    {
        int[] shown = [.. units.Where(unit => unit < group.UnitCount)];
        var values = new double[shown.Length, study.Excerpt.Length];
        double low = 0, high = 0;
        for (var row = 0; row < shown.Length; row++)
        {
            for (var column = 0; column < study.Excerpt.Length; column++)
            {
                var value = values[row, column] = study.Excerpt[column][group.Start + shown[row]];
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
            }
        }

        var map = plot.Add.Heatmap(values);
        // A gate runs from 0 to 1; what has two signs gets two colours that meet at zero.
        var end = Math.Max(1, Math.Max(-low, high));
        map.Colormap = low < 0 ? new ScottPlot.Colormaps.Balance() : new ScottPlot.Colormaps.Viridis();
        map.ManualRange = low < 0 ? new(-end, end) : new(0, end);
        map.Extent = new(-0.5, study.Excerpt.Length - 0.5, 0.5, shown.Length + 0.5);
        PlotColors.Light.ApplyTo(plot);
        plot.Title(group.Kind, 13);
        plot.YLabel(shown.Length < group.UnitCount ? "some units" : "unit");
        plot.HideGrid();
        plot.Axes.SetLimits(-0.5, study.Excerpt.Length - 0.5, 0.5, shown.Length + 0.5);
        plot.Axes.Left.TickGenerator = new EmptyTickGenerator();
        double[] places = [.. Enumerable.Range(0, study.Excerpt.Length).Select(column => (double)column)];
        string[] letters = [.. study.Text.Substring(study.ExcerptStart, study.Excerpt.Length).Select(Shown)];
        plot.Axes.Bottom.TickGenerator = new NumericManual(places, letters);
        plot.Axes.Bottom.TickLabelStyle.FontSize = 12;
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        plot.Add.ColorBar(map);
        // The same place for the text in all panels, whatever their scales need.
        plot.Layout.Fixed(new PixelPadding(left: 40, right: 80, bottom: 24, top: 34));
    }

    /// <summary>The units whose outputs change most over the excerpt.</summary>
    private static int[] UnitsToShow(GateStudy study, List<SignalGroup> groups)
    {
        var group = groups[0].UnitCount == groups[^1].UnitCount ? groups[^1] : groups[0];
        double Change(int unit)
        {
            var values = study.Excerpt.Select(row => (double)row[group.Start + unit]).ToList();
            var mean = values.Average();
            return values.Sum(value => (value - mean) * (value - mean));
        }

        return [.. Enumerable.Range(0, group.UnitCount).OrderByDescending(Change).Take(ShownUnits)];
    }

    /// <summary>A character as a picture shows it, with letters that every font has.</summary>
    internal static string Shown(char character) => character switch
    {
        '\n' => "¶",
        ' ' => "·",
        '\t' => "»",
        '\uFFFD' => "?",
        _ => char.IsControl(character) ? "?" : character.ToString(),
    };
}
