using System.Globalization;
using ScottPlot;
using Unroll.Cli.Plots;

namespace Unroll.Benchmarks.Peers;

/// <summary>The ratios of all tables as bars from the line at 1, with a mark at each goal.</summary>
internal static class PeersChart
{
    private const float PanelWidth = 600;
    private const float RowHeight = 19;
    private const float PanelMargin = 74;
    private const float TitleHeight = 92;
    private const double HalfBar = 0.36;

    // Below this range of ratios, powers of two would leave an axis with hardly a number.
    private const double NarrowRange = 4;

    private static readonly Color met = Color.FromHex("#3a9a63");
    private static readonly Color ahead = Color.FromHex("#e0a63a");
    private static readonly Color behind = Color.FromHex("#c9513f");
    private static readonly Color noGoal = Color.FromHex("#8fa3b5");

    // The panels of each column, from the top; a table that was not measured leaves its place to the next.
    private static readonly string[][] columns =
    [
        [PeerTables.Training, PeerTables.Streaming],
        [PeerTables.Inference, PeerTables.Mixed, PeerTables.LanguageModels],
    ];

    /// <summary>Writes the picture of the tables that are there; none where no peer loads.</summary>
    public static void Save(IReadOnlyList<PeerFigure> figures, string path)
    {
        var tables = figures.GroupBy(figure => figure.Table).ToDictionary(table => table.Key, table => PeerBar.Of(table).ToArray());
        var shown = columns.Select(column => column.Where(name => tables.TryGetValue(name, out var bars) && bars.Length > 0).ToArray())
            .Where(column => column.Length > 0).ToArray();
        if (shown.Length == 0)
            return;
        using var panels = new Panels();
        var width = Math.Max(shown.Length, 1.5f) * PanelWidth;
        var bottom = TitleHeight;
        for (var column = 0; column < shown.Length; column++)
        {
            var top = TitleHeight;
            foreach (var name in shown[column])
            {
                var height = PanelMargin + (tables[name].Length * RowHeight);
                Draw(panels.Add(column * PanelWidth, top, PanelWidth, height), PanelTitle(name), tables[name]);
                top += height;
            }

            bottom = Math.Max(bottom, top);
        }

        Title(panels, width, figures[0]);
        panels.Save(path, width, bottom);
    }

    private static string PanelTitle(string table) => table switch
    {
        PeerTables.Training => "Training step: libtorch ÷ Unroll",
        PeerTables.Inference => "Whole sequences: the faster peer ÷ Unroll",
        PeerTables.Streaming => "One step of one stream: ONNX Runtime ÷ Unroll",
        PeerTables.Mixed => "Mixed lengths: libtorch packed ÷ Unroll, own full ÷ mixed",
        _ => "Language models, whole updates: libtorch ÷ Unroll",
    };

    private static void Draw(Plot plot, string title, PeerBar[] rows)
    {
        plot.Title(title);
        plot.HideGrid();
        var largest = Math.Max(2, rows.Max(row => Math.Max(row.Ratio, row.Goal ?? 0)));
        var smallest = Math.Min(1, rows.Min(row => row.Ratio));
        for (var index = 0; index < rows.Length; index++)
            Draw(plot, rows[index], index, Math.Log2(largest / smallest));

        var one = plot.Add.VerticalLine(0, 1.5f, Colors.Black);
        one.IsDraggable = false;
        // Room on the right for the number behind the longest bar.
        plot.Axes.SetLimits(Math.Log2(smallest) - 0.1, Math.Log2(largest) + (0.13 * Math.Log2(largest / smallest)), rows.Length - 0.4, -0.6);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. rows.Select((_, index) => (double)index)], [.. rows.Select(row => row.Label)]);
        double[] ratios = largest / smallest < NarrowRange ? [0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3] : [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128];
        double[] ticks = [.. ratios.Where(ratio => ratio <= largest && ratio >= smallest)];
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. ticks.Select(Math.Log2)], [.. ticks.Select(ratio => ratio.ToString("0.##", CultureInfo.InvariantCulture))]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Left.FrameLineStyle.IsVisible = false;
        plot.Axes.Right.FrameLineStyle.IsVisible = false;
        plot.Axes.Top.FrameLineStyle.IsVisible = false;
        plot.Axes.Left.MinimumSize = 150;
    }

    private static void Draw(Plot plot, PeerBar row, int position, double range)
    {
        var end = Math.Log2(row.Ratio);
        plot.Add.Bar(new()
        {
            Position = position,
            Value = end,
            Size = 2 * HalfBar,
            Orientation = Orientation.Horizontal,
            FillColor = row.Goal is null ? noGoal : row.Ratio >= row.Goal ? met : row.Ratio >= 1 ? ahead : behind,
            LineWidth = 0,
        });
        var right = Math.Max(end, 0);
        if (row.Goal is { } goal)
        {
            var mark = Math.Log2(goal);
            plot.Add.Line(mark, position - HalfBar - 0.1, mark, position + HalfBar + 0.1).LineStyle = new(2, Colors.Black);
            right = Math.Max(right, mark);
        }

        var number = plot.Add.Text(row.Ratio.ToString(row.Ratio < 10 ? "F2" : "F1", CultureInfo.InvariantCulture), right + (0.012 * range), position);
        number.LabelAlignment = Alignment.MiddleLeft;
        number.LabelFontSize = 11;
    }

    private static void Title(Panels panels, float width, PeerFigure figure)
    {
        var machine = figure.Run.Machine;
        var plot = panels.AddTitle(
            width,
            TitleHeight,
            "Unroll beside libtorch and ONNX Runtime: how many times as long the peer takes",
            string.Create(CultureInfo.InvariantCulture, $"{machine.Processor}, {machine.Cores} cores, {machine.VectorBits}-bit vectors, {figure.Run.Threads} threads; medians; logarithmic scale; rows are cell, B, T, H"));
        (Color Color, string Text)[] legend = [(met, "goal met"), (ahead, "ahead, goal missed"), (behind, "behind the peer"), (noGoal, "no goal set")];
        var x = 16.0;
        foreach (var (color, text) in legend)
        {
            var box = plot.Add.Rectangle(x, x + 14, 66, 80);
            box.FillColor = color;
            box.LineWidth = 0;
            Legend(plot, text, x + 20);
            x += 36 + (7.5 * text.Length);
        }

        plot.Add.Line(x + 7, 64, x + 7, 82).LineStyle = new(2, Colors.Black);
        Legend(plot, "the goal", x + 20);
    }

    private static void Legend(Plot plot, string text, double x)
    {
        var label = plot.Add.Text(text, x, 73);
        label.LabelFontSize = 12;
        label.LabelAlignment = Alignment.MiddleLeft;
    }
}
