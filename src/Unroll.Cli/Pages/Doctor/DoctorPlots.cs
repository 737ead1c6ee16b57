using ScottPlot;
using Unroll.Cli.Plots;
using Unroll.Training;

namespace Unroll.Cli.Pages.Doctor;

/// <summary>The pictures of a diagnosis.</summary>
internal static class DoctorPlots
{
    /// <summary>Below this share of the gradient the picture ends; further down only rounding is left to see.</summary>
    private const double SmallestShare = 1e-12;

    private const float LineWidth = 2.2f;

    public static PagePicture Flow(IReadOnlyList<LayerHealth> layers) => PagePicture.Of((plot, colors) =>
    {
        for (var number = 0; number < layers.Count; number++)
        {
            var layer = layers[number];
            var first = layer.Samples[0];
            if (first.Gradient.Count > 1 && first.Gradient[0] > 0)
                Line(plot, colors, number, Shares(Both(first)), null, LinePattern.Dotted);
            Line(plot, colors, number, Shares(layer.GradientByDistance), layer.Name);
        }

        LogAxis.ApplyTo(plot);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsX(0, layers.Max(layer => layer.GradientByDistance.Count) - 1);
        Finish(plot, "distance d from the loss (steps)", "gradient norm at t−d / that at t", Alignment.UpperRight);
    });

    public static PagePicture HalfLives(IReadOnlyList<LayerHealth> layers) => PagePicture.Of(
        (plot, colors) =>
        {
            for (var number = 0; number < layers.Count; number++)
                Line(plot, colors, number, layers[number].Samples.Select(sample => ((double)sample.Update, Finite(sample.HalfLife))), layers[number].Name);
            FromZero(plot);
            Finish(plot, "update", "half-life (steps)", null);
        },
        300);

    /// <summary>For each gate one bar, from the lower end to the upper one.</summary>
    public static PagePicture Saturation(IReadOnlyList<LayerHealth> layers)
    {
        var bars = layers.SelectMany(layer => layer.Activations.Select(activation => (Label: $"{layer.Name}: {NameOf(activation)}", Health: activation))).Reverse().ToList();
        return PagePicture.Of(
            (plot, colors) =>
            {
                for (var place = 0; place < bars.Count; place++)
                {
                    var (low, high) = (100 * bars[place].Health.Low, 100 * bars[place].Health.High);
                    Bar(plot, place, 0, low, colors.Line(0));
                    Bar(plot, place, low, 100 - high, colors.Grid);
                    Bar(plot, place, 100 - high, 100, colors.Line(1));
                }

                var ticks = new ScottPlot.TickGenerators.NumericManual([.. Enumerable.Range(0, bars.Count).Select(place => (double)place)], [.. bars.Select(bar => bar.Label)]);
                plot.Axes.Left.TickGenerator = ticks;
                plot.Grid.YAxisStyle.IsVisible = false;
                plot.Legend.ManualItems.Add(new() { LabelText = "lower end", FillColor = colors.Line(0) });
                plot.Legend.ManualItems.Add(new() { LabelText = "in between", FillColor = colors.Grid });
                plot.Legend.ManualItems.Add(new() { LabelText = "upper end", FillColor = colors.Line(1) });
                plot.Axes.SetLimits(0, 100, -0.6, bars.Count - 0.4);
                plot.XLabel("share of values (%)");
                plot.Legend.Orientation = Orientation.Horizontal;
                plot.ShowLegend(Edge.Top);
            },
            130 + (28 * bars.Count));
    }

    public static PagePicture SaturationOverTime(LayerHealth layer) => PagePicture.Of(
        (plot, colors) =>
        {
            for (var number = 0; number < layer.Activations.Count; number++)
            {
                var activation = layer.Activations[number];
                Line(
                    plot, colors, number,
                    layer.Samples.SelectMany(sample => sample.Activations.Where(same => same.Name == activation.Name)
                        .Select(same => ((double)sample.Update, 100 * (same.Low + same.High)))),
                    NameOf(activation));
            }

            plot.Axes.SetLimitsY(-2, 102);
            plot.Axes.AutoScaleX();
            Finish(plot, "update", "saturated values (%)", null);
        },
        300);

    public static PagePicture DeadUnits(IReadOnlyList<LayerHealth> layers) => PagePicture.Of(
        (plot, colors) =>
        {
            for (var number = 0; number < layers.Count; number++)
                Line(plot, colors, number, layers[number].Samples.Select(sample => ((double)sample.Update, 100.0 * sample.DeadOutputs / layers[number].Outputs)), layers[number].Name);
            plot.Axes.SetLimitsY(-2, 102);
            plot.Axes.AutoScaleX();
            Finish(plot, "update", "dead outputs (%)", null);
        },
        300);

    public static PagePicture Loss(IReadOnlyList<UpdateSpan> course, string unit) => PagePicture.Of(
        (plot, colors) =>
        {
            Line(plot, colors, 0, course.Select(span => ((double)span.Last, Finite(span.Loss))), null);
            Finish(plot, "update", $"loss ({unit})", null);
        },
        300);

    public static PagePicture GradientNorms(IReadOnlyList<UpdateSpan> course, double? clipNorm) => PagePicture.Of((plot, colors) =>
    {
        if (course.Any(span => span.Last > span.First))
            Line(plot, colors, 1, course.Select(span => ((double)span.Last, LogAxis.Of(span.LargestGradientNorm))), "largest", LinePattern.Dotted);
        Line(plot, colors, 0, course.Select(span => ((double)span.Last, LogAxis.Of(span.GradientNorm))), "mean");
        if (clipNorm is { } limit)
            Limit(plot, colors, limit, "limit of clipping");
        LogAxis.ApplyTo(plot);
        Finish(plot, "update", "norm of all gradients (no unit)", null);
    });

    public static PagePicture Ratios(IReadOnlyList<ParameterHealth> matrices) => PagePicture.Of((plot, colors) =>
    {
        for (var number = 0; number < matrices.Count; number++)
            Line(plot, colors, number, matrices[number].Samples.Select(sample => ((double)sample.Update, LogAxis.Of(sample.Ratio ?? 0))), matrices[number].Name);
        Limit(plot, colors, 1e-3, null);
        LogAxis.ApplyTo(plot);
        Finish(plot, "update", "update-to-weight ratio (no unit)", null);
    });

    private static string NameOf(ActivationHealth activation) => activation.Name switch
    {
        "state" => "tanh of the state",
        "sum" => "tanh",
        _ => activation.Name + (activation.IsTanh ? " (tanh)" : " (sigmoid)"),
    };

    private static IEnumerable<(double, double)> Shares(IReadOnlyList<double> norms) =>
        norms.Select((norm, distance) => ((double)distance, norm / norms[0] >= SmallestShare ? LogAxis.Of(norm / norms[0]) : double.NaN));

    private static List<double> Both(LayerSample sample) =>
        [.. sample.Gradient.Select((hidden, distance) => Math.Sqrt((hidden * hidden) + (sample.StateGradient[distance] * sample.StateGradient[distance])))];

    private static double Finite(double? value) => value is { } number && double.IsFinite(number) ? number : double.NaN;

    private static void Line(Plot plot, PlotColors colors, int number, IEnumerable<(double X, double Y)> points, string? label, LinePattern? pattern = null)
    {
        var all = points.ToList();
        var line = plot.Add.ScatterLine(all.Select(point => point.X).ToArray(), all.Select(point => point.Y).ToArray());
        line.Color = colors.Line(number);
        line.LinePattern = pattern ?? colors.Pattern(number);
        line.LineWidth = LineWidth;
        if (label is not null)
            line.LegendText = label;
    }

    private static void Limit(Plot plot, PlotColors colors, double value, string? label)
    {
        var line = plot.Add.HorizontalLine(LogAxis.Of(value));
        (line.Color, line.LineWidth, line.LinePattern) = (colors.Faint, 1.2f, LinePattern.Dashed);
        if (label is not null)
            line.LegendText = label;
    }

    private static void Bar(Plot plot, double place, double from, double to, Color color) =>
        plot.Add.Bar(new Bar { Position = place, ValueBase = from, Value = to, FillColor = color, LineWidth = 0, Orientation = Orientation.Horizontal, Size = 0.7 });

    private static void FromZero(Plot plot)
    {
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsY(0, Math.Max(1, plot.Axes.GetLimits().Top));
    }

    /// <summary>Names the axes; a legend inside where it covers nothing, otherwise to the right.</summary>
    private static void Finish(Plot plot, string x, string y, Alignment? legend)
    {
        plot.XLabel(x);
        plot.YLabel(y);
        if (legend is { } place)
            plot.ShowLegend(place);
        else if (plot.PlottableList.OfType<IHasLegendText>().Any(line => !string.IsNullOrEmpty(line.LegendText)))
            plot.ShowLegend(Edge.Right);
    }
}
