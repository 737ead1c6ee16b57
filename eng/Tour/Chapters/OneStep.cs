using System.Globalization;
using ScottPlot;

namespace Tour.Chapters;

/// <summary>Chapter 2: tanh and its derivative, and how well differences measure a derivative.</summary>
internal sealed class OneStep : IChapter
{
    /// <inheritdoc/>
    public int Number => 2;

    /// <inheritdoc/>
    public string Page => "02-one-step.md";

    /// <inheritdoc/>
    public void Make(TourPage page)
    {
        double[] a = [.. Enumerable.Range(-80, 161).Select(index => index / 20.0)];
        var plot = TourStyle.Plot("tanh passes a gradient on where it is steep", "a, the sum that goes into the unit", "value");
        plot.Line(0, "h = tanh(a)", a, [.. a.Select(Math.Tanh)]);
        plot.Line(1, "dh/da = 1 − h²", a, [.. a.Select(value => 1 - Math.Pow(Math.Tanh(value), 2))]);
        plot.Axes.SetLimits(-4, 4, -1.1, 1.1);
        plot.ShowLegend(Alignment.LowerRight);
        page.Save("02-tanh.png", plot);
        Differences(page);
    }

    /// <summary>The derivative of tanh at 0.6 as (tanh(0.6 + ε) − tanh(0.6 − ε)) / 2ε, in double and in single precision.</summary>
    private static void Differences(TourPage page)
    {
        const double At = 0.6;
        var right = 1 - Math.Pow(Math.Tanh(At), 2);
        double[] powers = [.. Enumerable.Range(0, 49).Select(index => -12 + (index / 4.0))];
        double Off(double power, bool isSingle)
        {
            var little = Math.Pow(10, power);
            var slope = isSingle
                ? (MathF.Tanh((float)(At + little)) - MathF.Tanh((float)(At - little))) / (double)(2 * (float)little)
                : (Math.Tanh(At + little) - Math.Tanh(At - little)) / (2 * little);
            return Math.Log10(Math.Max(Math.Abs(slope - right), 1e-14));
        }

        var plot = TourStyle.Plot("How far a difference is from the derivative of tanh", "how far the value is moved to both sides", "distance from 1 − h²");
        plot.Line(0, "64-bit numbers", powers, [.. powers.Select(power => Off(power, false))]);
        plot.Line(1, "32-bit numbers", powers, [.. powers.Select(power => Off(power, true))]);
        plot.LogarithmicY(-14, 0);
        plot.LogarithmicX(-12, 0);
        plot.ShowLegend(Alignment.LowerLeft);
        page.Save("02-finite-differences.png", plot);
        var best = powers.MinBy(power => Off(power, false));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  best ε: 10^{best} in double"));
    }
}
