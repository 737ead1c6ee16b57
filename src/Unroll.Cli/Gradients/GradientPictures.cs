using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;
using Unroll.Cli.Plots;

namespace Unroll.Cli.Gradients;

/// <summary>The pictures of a study. Their own white paper makes them readable on a page of any colour.</summary>
internal static class GradientPictures
{
    /// <summary>The logarithms of the relative norms that curves show; what is beyond them lies outside of the picture.</summary>
    private const int Lowest = -12;
    private const int Highest = 5;
    private const int Columns = 5;
    private const float TitleHeight = 66;

    private static readonly LinePattern[] patterns = [LinePattern.Solid, LinePattern.Dashed, LinePattern.Dotted];

    private static readonly MarkerShape[] marks = [MarkerShape.FilledCircle, MarkerShape.FilledTriangleUp, MarkerShape.FilledSquare];

    /// <summary>All networks, before training and after it.</summary>
    public static void Curves(string path, IReadOnlyList<SubjectFlows> flows)
    {
        const float Width = 1120, Height = 560, Legend = 190;
        using var panels = new Panels();
        var steps = flows[0].Looks[0].Hidden.Length;
        panels.AddTitle(Width, TitleHeight, "How much of the gradient comes back to each step",
            $"Norm of the gradient of the loss with respect to h at step t, divided by that at step {steps}, where the loss is");
        var half = (Width - Legend) / 2;
        for (var side = 0; side < 2; side++)
        {
            var plot = panels.Add(side * half, TitleHeight, side == 0 ? half : half + Legend, Height - TitleHeight);
            foreach (var flow in flows)
            {
                var look = side == 0 ? flow.Looks[0] : flow.Looks[^1];
                var line = plot.Add.ScatterLine(Steps(look), Relative(look), PlotColors.Light.Line(flow.Subject.Family));
                line.LineWidth = 2;
                line.LinePattern = patterns[flow.Subject.Variant % patterns.Length];
                line.LegendText = flow.Subject.Name;
                Mark(plot, flow.Subject, look);
            }

            Dress(plot, side == 0 ? "before training" : string.Create(CultureInfo.InvariantCulture, $"after {flows[0].Looks[^1].Update:N0} updates"), steps, Lowest, Highest);
            if (side == 1)
                plot.ShowLegend(Edge.Right);
            else
                plot.HideLegend();
        }

        panels.Save(path, Width, Height);
    }

    /// <summary>Each network on its way.</summary>
    public static void Training(string path, IReadOnlyList<SubjectFlows> flows)
    {
        var colors = new ScottPlot.Colormaps.Viridis();
        Grid(path, flows, "How training changes the flow of the gradient",
            "Norm of the gradient at step t, divided by that at the last step; below the names the loss in nats before and after, where guessing costs 2.08",
            (plot, flow) =>
            {
                for (var index = 0; index < flow.Looks.Count; index++)
                {
                    var look = flow.Looks[index];
                    var line = plot.Add.ScatterLine(Steps(look), Relative(look), colors.GetColor(0.85 * index / Math.Max(1, flow.Looks.Count - 1)));
                    line.LineWidth = 1 + index;
                    line.LinePattern = index == 0 ? LinePattern.Dashed : LinePattern.Solid;
                    line.LegendText = string.Create(CultureInfo.InvariantCulture, $"{look.Update:N0} updates");
                }

                Dress(plot, $"{flow.Subject.Name}\n{Nats(flow.Looks[0].Loss)} to {(flow.Diverged is null ? Nats(flow.Looks[^1].Loss) : "no number")}", flow.Looks[0].Hidden.Length, Lowest, Highest);
                if (flow == flows[0])
                    plot.ShowLegend(Alignment.LowerRight);
                else
                    plot.HideLegend();
            });
    }

    /// <summary>Each unit of each network at one look.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="flows">The networks.</param>
    /// <param name="last">Whether that of the end is drawn, or that before training.</param>
    public static void HeatMap(string path, IReadOnlyList<SubjectFlows> flows, bool last)
    {
        const int Coldest = -8, Hottest = 2;
        var when = last ? string.Create(CultureInfo.InvariantCulture, $"after {flows[0].Looks[^1].Update:N0} updates") : "before training";
        Grid(path, flows, $"The gradient of every unit at every step, {when}",
            "Gradient of the loss with respect to each unit of h, root mean square over the sequences, divided by the mean of the last step; largest units on top",
            (plot, flow) =>
            {
                var look = last ? flow.Looks[^1] : flow.Looks[0];
                var map = plot.Add.Heatmap(Logarithms(look, Coldest, Hottest));
                map.Colormap = new ScottPlot.Colormaps.Viridis();
                map.ManualRange = new(Coldest, Hottest);
                map.Extent = new(0.5, look.Units.Length + 0.5, 0.5, look.Units[0].Length + 0.5);
                plot.Title(flow.Subject.Name, 13);
                plot.XLabel("step t");
                plot.YLabel("unit");
                plot.HideGrid();
                plot.Axes.SetLimits(0.5, look.Units.Length + 0.5, 0.5, look.Units[0].Length + 0.5);
                if ((flows.ToList().IndexOf(flow) + 1) % Columns != 0)
                    return;
                var bar = plot.Add.ColorBar(map);
                bar.Axis.TickGenerator = Powers(Coldest, Hottest);
            });
    }

    /// <summary>Losses and norms of the runs with and without clipping.</summary>
    public static void Clipped(string path, IReadOnlyList<ClippingRun> runs)
    {
        const float Width = 960, Height = 480;
        using var panels = new Panels();
        panels.AddTitle(Width, TitleHeight, "What clipping does",
            string.Create(CultureInfo.InvariantCulture, $"{ClippingStudy.Subject.Name}, {ClippingStudy.TimeSteps} steps, plain gradient descent with learning rate {ClippingStudy.LearningRate}, the same weights and sequences"));
        Logarithmic(panels.Add(0, TitleHeight, Width / 2, Height - TitleHeight), "loss", "loss (nats)", runs, run => run.Losses, -8, 8);
        Logarithmic(panels.Add(Width / 2, TitleHeight, Width / 2, Height - TitleHeight), "gradient, before it is clipped", "norm of all gradients", runs, run => run.Norms, -4, 12);
        panels.Save(path, Width, Height);
    }

    private static void Logarithmic(Plot plot, string title, string unit, IReadOnlyList<ClippingRun> runs, Func<ClippingRun, IReadOnlyList<double>> values, int low, int high)
    {
        for (var index = 0; index < runs.Count; index++)
        {
            var run = runs[index];
            double[] finite = [.. values(run).TakeWhile(double.IsFinite).Select(value => Math.Log10(Math.Max(value, double.Epsilon)))];
            double[] updates = [.. Enumerable.Range(1, finite.Length).Select(update => (double)update)];
            var line = plot.Add.ScatterLine(updates, finite, PlotColors.Light.Line(index));
            line.LegendText = run.Clipping.Name;
            line.LineWidth = run.Diverged is null ? 1.2f : 3;
            if (run.Diverged is not { } end || finite.Length == 0)
                continue;
            var mark = plot.Add.Marker(finite.Length, finite[^1], MarkerShape.Eks, 14, PlotColors.Light.Line(index));
            mark.MarkerLineWidth = 3;
            var text = plot.Add.Text(string.Create(CultureInfo.InvariantCulture, $"no number at update {end}"), finite.Length, finite[^1]);
            text.LabelFontColor = PlotColors.Light.Line(index);
            text.LabelFontSize = 13;
            text.LabelBold = true;
            text.OffsetX = 14;
            text.OffsetY = 4;
            text.LabelAlignment = Alignment.MiddleLeft;
        }

        PlotColors.Light.ApplyTo(plot);
        plot.Title(title, 13);
        plot.XLabel("update");
        plot.YLabel(unit);
        plot.Axes.Left.TickGenerator = Powers(low, high);
        plot.Axes.SetLimits(-ClippingStudy.Updates / 50, ClippingStudy.Updates, low, high);
        plot.ShowLegend(Alignment.UpperRight);
    }

    private static void Grid(string path, IReadOnlyList<SubjectFlows> flows, string title, string line, Action<Plot, SubjectFlows> draw)
    {
        const float Panel = 250, Bar = 60, Tall = 250;
        using var panels = new Panels();
        var width = (Panel * Columns) + Bar;
        var rows = (flows.Count + Columns - 1) / Columns;
        panels.AddTitle(width, TitleHeight, title, line);
        for (var index = 0; index < flows.Count; index++)
        {
            var column = index % Columns;
            draw(panels.Add(column * Panel, TitleHeight + (index / Columns * Tall), column == Columns - 1 ? Panel + Bar : Panel, Tall), flows[index]);
        }

        panels.Save(path, width, TitleHeight + (rows * Tall));
    }

    private static void Dress(Plot plot, string title, int steps, int low, int high)
    {
        PlotColors.Light.ApplyTo(plot);
        plot.Title(title, 13);
        plot.XLabel($"step t (the loss is at {steps})");
        plot.YLabel("relative norm");
        plot.Axes.Left.TickGenerator = Powers(low, high);
        plot.Axes.SetLimits(1, steps, low, high);
    }

    /// <summary>A few marks on a curve, so that it can be told from others without its colour.</summary>
    private static void Mark(Plot plot, GradientSubject subject, FlowLook look)
    {
        const int Every = 12;
        var values = Relative(look);
        for (var step = (Every / 2) + (2 * subject.Family); step < values.Length; step += Every)
        {
            if (values[step] is > Lowest and < Highest)
                plot.Add.Marker(step + 1, values[step], marks[subject.Family % marks.Length], 5, PlotColors.Light.Line(subject.Family));
        }
    }

    private static double[] Steps(FlowLook look) => [.. Enumerable.Range(1, look.Hidden.Length).Select(step => (double)step)];

    /// <summary>Base-10 logarithms of the norms over that of the last step.</summary>
    private static double[] Relative(FlowLook look) =>
        [.. look.Hidden.Select(norm => Math.Log10(Math.Max(norm / look.Hidden[^1], double.Epsilon)))];

    /// <summary>[units, steps], the largest units on top.</summary>
    private static double[,] Logarithms(FlowLook look, int low, int high)
    {
        var last = look.Units[^1].Average();
        int[] order = [.. Enumerable.Range(0, look.Units[0].Length).OrderByDescending(unit => look.Units.Sum(step => Math.Log(Math.Max(step[unit], double.Epsilon))))];
        var values = new double[order.Length, look.Units.Length];
        for (var row = 0; row < order.Length; row++)
        {
            for (var step = 0; step < look.Units.Length; step++)
                values[row, step] = Math.Clamp(Math.Log10(Math.Max(look.Units[step][order[row]] / last, double.Epsilon)), low, high);
        }

        return values;
    }

    private static NumericManual Powers(int low, int high)
    {
        var every = high - low > 12 ? 3 : 2;
        int[] powers = [.. Enumerable.Range(low, high - low + 1).Where(power => power % every == 0)];
        return new([.. powers.Select(power => (double)power)], [.. powers.Select(Power)]);
    }

    /// <summary>Without raised digits, which many fonts lack.</summary>
    private static string Power(int power) => power switch { 0 => "1", 1 => "10", 2 => "100", -1 => "0.1", -2 => "0.01", _ => string.Create(CultureInfo.InvariantCulture, $"1e{power}") };

    private static string Nats(double value) => value.ToString(value < 100 ? "F2" : "N0", CultureInfo.InvariantCulture);
}
