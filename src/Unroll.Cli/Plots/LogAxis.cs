using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Unroll.Cli.Plots;

/// <summary>A vertical axis of powers of ten: what is drawn on it are logarithms.</summary>
internal static class LogAxis
{
    /// <summary>Gives the left axis of a plot ticks at powers of ten. Pictures in SVG drop superscripts, so they are written 1e-6.</summary>
    public static void ApplyTo(Plot plot) => plot.Axes.Left.TickGenerator = new NumericAutomatic
    {
        IntegerTicksOnly = true,
        MinorTickGenerator = new LogMinorTickGenerator(),
        LabelFormatter = Label,
    };

    /// <summary>Where a value stands; what has no logarithm leaves a gap.</summary>
    public static double Of(double value) => value > 0 && double.IsFinite(value) ? Math.Log10(value) : double.NaN;

    private static string Label(double power) => Math.Round(power) is >= 0 and <= 3 and var small
        ? Math.Pow(10, small).ToString("N0", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"1e{Math.Round(power)}");
}
