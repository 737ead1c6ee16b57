using ScottPlot;
using Unroll.Cli.Series;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.Cli.Plots;

/// <summary>How a forecaster sees the end of its series: the forecast from one horizon before the end beside what came, and the forecast beyond it.</summary>
internal static class ForecastPicture
{
    private const int MostPanels = 4;
    private const int FewestSteps = 60;
    private const int Width = 1000;
    private const int Height = 420;

    /// <summary>The forecasts that are shown of a series: from one horizon before its end, where there is one, and from its end.</summary>
    public static List<(string Name, Forecast Forecast)> Of(Forecaster model, TimeSeriesSet set, TimeSeries series)
    {
        var (shown, horizon) = (new List<(string, Forecast)>(), model.Options.Horizon);
        var length = SeriesCuts.KnownLength(set, series);
        if (length > 2 * horizon)
            shown.Add(("forecast beside what came", model.Forecast(SeriesCuts.At(set, series, length - horizon, horizon))));
        if (SeriesCuts.Next(model, set, series) is { } next)
            shown.Add(("forecast", next));
        return shown;
    }

    /// <summary>The first step that is shown: some horizons, or two seasons, before the end.</summary>
    public static int FirstOf(Forecaster model, TimeSeries series) =>
        Math.Max(0, series.Length - Math.Max(FewestSteps, Math.Max(6 * model.Options.Horizon, 4 * (model.Options.Season ?? 1))));

    /// <summary>Draws the bytes of a PNG: a panel for each series and target, four at most.</summary>
    public static byte[] ToPng(Forecaster model, TimeSeriesSet set, string title)
    {
        PlotFont.Ensure();
        var panels = set.Items.SelectMany(series => Enumerable.Range(0, set.Targets.Count).Select(target => (Series: series, Target: target))).Take(MostPanels).ToList();
        var figure = new Multiplot();
        for (var number = 0; number < panels.Count; number++)
        {
            var (plot, (series, target)) = (number == 0 ? figure.GetPlot(0) : figure.AddPlot(), panels[number]);
            PlotColors.Light.ApplyTo(plot);
            ForecastPlot.Draw(plot, PlotColors.Light, set, series, target, FirstOf(model, series), Of(model, set, series));
            if (number == 0)
                plot.Title(title);
            if (series.Name.Length > 0)
                plot.YLabel(series.Name == set.Channels[set.Targets[target]].Name || set.Targets.Count == 1 ? series.Name : $"{series.Name}: {set.Channels[set.Targets[target]].Name}");
        }

        var height = panels.Count == 1 ? Height + 100 : Height * panels.Count / 2;
        using var image = figure.Render(Width, Math.Max(Height, height));
        return image.GetImageBytes(ImageFormat.Png);
    }
}
