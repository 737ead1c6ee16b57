using System.Globalization;
using ScottPlot;
using Unroll.Cli.Plots;

namespace Unroll.Benchmarks.Scale;

/// <summary>The time a token of each series, and the memory that longer sequences take.</summary>
internal static class ScaleChart
{
    private const float PanelWidth = 400;
    private const float PanelHeight = 320;
    private const float TitleHeight = 66;

    private static readonly Dictionary<string, Color> colors = new() { ["lstm"] = Color.FromHex("#2f6db3"), ["gru"] = Color.FromHex("#d1722c") };

    /// <summary>Writes the picture of the series that are there.</summary>
    public static void Save(IReadOnlyList<ScaleFigure> figures, string path)
    {
        if (!ScaleSeries.All.Any(series => series.IsDrawn && figures.Any(figure => figure.Series == series.Name)))
            return;
        using var panels = new Panels();
        var left = 0f;
        foreach (var series in ScaleSeries.All)
        {
            var own = figures.Where(figure => figure.Series == series.Name).ToArray();
            if (own.Length == 0 || !series.IsDrawn)
                continue;
            DrawTime(Next(series, own), series, own);
            if (series.ShowsMemory)
                DrawMemory(Next(series, own), series, own);
        }

        var run = figures[0].Run;
        panels.AddTitle(
            left,
            TitleHeight,
            "Cost of a training step as work grows",
            string.Create(CultureInfo.InvariantCulture, $"Unroll {run.Machine.Unroll} on {run.Machine.Processor}, {run.Machine.VectorBits}-bit vectors, {run.Threads} threads; H = {figures[0].Hidden}"));
        panels.Save(path, left, TitleHeight + PanelHeight);

        Plot Next(ScaleSeries series, ScaleFigure[] own)
        {
            var plot = panels.Add(left, TitleHeight, PanelWidth, PanelHeight);
            left += PanelWidth;
            plot.XLabel(series.Symbol == "T" ? $"time steps T of {own[0].Batch} sequences" : $"sequences B of {own[0].Time} time steps", 13);
            return plot;
        }
    }

    /// <summary>Over a logarithmic axis, from zero, so that flat looks flat.</summary>
    private static void DrawTime(Plot plot, ScaleSeries series, ScaleFigure[] figures)
    {
        plot.Title("Time a token, µs");
        Lines(plot, figures, figure => Math.Log2(series.SizeOf(figure)), figure => figure.SecondsPerToken * 1e6);
        var sizes = figures.Select(series.SizeOf).Distinct().Order().ToArray();
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. sizes.Select(size => Math.Log2(size))], [.. sizes.Select(size => size.ToString(CultureInfo.InvariantCulture))]);
        plot.Axes.SetLimitsX(Math.Log2(sizes[0]) - 0.2, Math.Log2(sizes[^1]) + 0.3);
        plot.ShowLegend(series.ShowsMemory ? Alignment.LowerRight : Alignment.UpperRight);
    }

    private static void DrawMemory(Plot plot, ScaleSeries series, ScaleFigure[] figures)
    {
        plot.Title("Kept for the backward pass, MiB");
        Lines(plot, figures, figure => series.SizeOf(figure), figure => figure.KeptBytes / (double)(1 << 20));
        plot.ShowLegend(Alignment.UpperLeft);
    }

    private static void Lines(Plot plot, ScaleFigure[] figures, Func<ScaleFigure, double> x, Func<ScaleFigure, double> y)
    {
        foreach (var cell in figures.GroupBy(figure => figure.Cell))
        {
            var line = plot.Add.Scatter(cell.Select(x).ToArray(), cell.Select(y).ToArray(), colors[cell.Key]);
            line.LegendText = cell.Key.ToUpperInvariant();
            line.LineWidth = 2;
            line.MarkerSize = 7;
        }

        plot.Axes.SetLimitsY(0, figures.Max(y) * 1.15);
    }
}
