using ScottPlot;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.Cli.Plots;

/// <summary>History, forecasts and intervals of one target of one series on a plot.</summary>
internal static class ForecastPlot
{
    private const float LineWidth = 2;

    /// <summary>Draws them.</summary>
    /// <param name="plot">The plot, with its colours.</param>
    /// <param name="colors">The colours.</param>
    /// <param name="set">The set of the series.</param>
    /// <param name="series">The series.</param>
    /// <param name="target">Which target.</param>
    /// <param name="first">The first step that is shown.</param>
    /// <param name="forecasts">Forecasts, with what they are called.</param>
    public static void Draw(Plot plot, PlotColors colors, TimeSeriesSet set, TimeSeries series, int target, int first, IReadOnlyList<(string Name, Forecast Forecast)> forecasts)
    {
        var (values, channel) = (series.Values, set.Targets[target]);
        var steps = Enumerable.Range(first, series.Length - first).Where(step => !float.IsNaN(values.Span[(step * series.Channels) + channel])).ToList();
        for (var number = 0; number < forecasts.Count; number++)
            Add(plot, colors.Line(number + 1), set, series, target, forecasts[number]);
        double[] places = [.. steps.Select(step => Place(set, series, step))];
        double[] known = [.. steps.Select(step => (double)values.Span[(step * series.Channels) + channel])];
        var history = plot.Add.ScatterLine(places, known);
        (history.Color, history.LineWidth, history.LegendText) = (colors.Line(0), LineWidth, set.Channels[channel].Name);
        if (set.Frequency.HasCalendar)
            plot.Axes.DateTimeTicksBottom();
        plot.Axes.Color(colors.Ink);
        plot.YLabel(set.Channels[channel].Name);
        plot.ShowLegend(Alignment.UpperLeft);
        // Room for the legend above the lines.
        plot.Axes.Margins(0.02, 0.05, 0.05, 0.3);
    }

    /// <summary>Where a step stands: a date as a day of the calendar, or its number.</summary>
    public static double Place(TimeSeriesSet set, TimeSeries series, long step) => set.TimeOf(series, step) is { } time ? time.ToOADate() : step + 1;

    private static void Add(Plot plot, Color color, TimeSeriesSet set, TimeSeries series, int target, (string Name, Forecast Forecast) entry)
    {
        var (name, forecast) = entry;
        int[] ahead = [.. Enumerable.Range(1, forecast.Horizon)];
        double[] places = [.. ahead.Select(step => Place(set, series, forecast.Steps - 1 + step))];
        if (forecast.HasIntervals)
        {
            foreach (var (level, opacity) in (ReadOnlySpan<(double, double)>)[(0.9, 0.18), (0.5, 0.28)])
            {
                var bounds = ahead.Select(step => forecast.Interval(level, step, target)).ToList();
                var band = plot.Add.FillY(places, [.. bounds.Select(bound => bound.Low)], [.. bounds.Select(bound => bound.High)]);
                (band.FillColor, band.LineWidth, band.MarkerSize) = (color.WithAlpha(opacity), 0, 0);
            }
        }

        double[] values = [.. ahead.Select(step => forecast.Value(step, target))];
        var line = plot.Add.ScatterLine(places, values);
        (line.Color, line.LineWidth, line.LinePattern) = (color, LineWidth + 0.5f, LinePattern.Solid);
        line.LegendText = forecast.HasIntervals ? $"{name}, with the intervals of 50 and 90 %" : name;
    }
}
