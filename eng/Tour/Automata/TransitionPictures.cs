using ScottPlot;
using Unroll.Automata;
using Unroll.Cli.Plots;

namespace Tour.Automata;

/// <summary>Pictures of a compiled automaton: its weights, and its units while it reads a text.</summary>
internal static class TransitionPictures
{
    // A square, and the margins around a matrix, in pixels.
    private const int Pixels = 22;
    private const int Before = 80;
    private const int After = 20;
    private const int Above = 40;
    private const int Below = 80;
    private const int LegendWidth = 90;

    /// <summary>The two matrices, a square for each weight that is not 0.</summary>
    public static void Weights(TourPage page, string file, CompiledAutomaton network)
    {
        var (units, symbols) = (network.UnitCount, network.Automaton.Alphabet.Length);
        using var panels = new Panels();
        var input = AddMatrix(panels, 0, "W", "symbol x", network.Recurrent.Parameters[0].Values, units, symbols);
        input.YLabel("unit: state before the step, symbol", 12);
        Ticks(input.Axes.Bottom, [.. network.Automaton.Alphabet.Select(symbol => symbol.ToString())]);
        var left = WidthOf(symbols);
        var recurrent = AddMatrix(panels, left, "U", "unit of the step before", network.Recurrent.Parameters[1].Values, units, units);
        Ticks(recurrent.Axes.Bottom, [.. UnitNames(network)]);
        recurrent.Axes.Bottom.TickLabelStyle.Rotation = 90;
        recurrent.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleLeft;
        foreach (var plot in (Plot[])[input, recurrent])
            Ticks(plot.Axes.Left, [.. UnitNames(network).Reverse()]);
        left += WidthOf(units);
        var legend = panels.Add(left, Above, LegendWidth, 80);
        legend.Layout.Frameless();
        legend.HideGrid();
        foreach (var (weight, name) in ((int, string)[])[(1, "1"), (-1, "−1")])
            legend.Legend.ManualItems.Add(new() { LabelText = name, FillColor = ColourOf(weight), LineWidth = 0 });
        legend.ShowLegend(Alignment.UpperLeft);
        page.Save(file, panels, left + LegendWidth, Above + (units * Pixels) + Below);
    }

    /// <summary>The units and the answer, step by step.</summary>
    public static void Run(TourPage page, string file, CompiledAutomaton network, string text)
    {
        var stream = network.OpenStream();
        var plot = TourStyle.Plot($"The units while the network reads \"{text}\"", "symbol that is read, and whether the text so far is accepted", "unit: state before the step, symbol");
        var labels = new List<string>();
        for (var step = 0; step < text.Length; step++)
        {
            var accepts = stream.Step(text[step]);
            labels.Add($"{text[step]}\n{(accepts ? "yes" : "no")}");
            for (var unit = 0; unit < network.UnitCount; unit++)
            {
                if (stream.Hidden[unit] > 0)
                    Square(plot, step, network.UnitCount - 1 - unit, TourStyle.Colour(accepts ? 1 : 0));
            }
        }

        Grid(plot, network.UnitCount, text.Length);
        Ticks(plot.Axes.Bottom, [.. labels]);
        Ticks(plot.Axes.Left, [.. UnitNames(network).Reverse()]);
        plot.Legend.ManualItems.Add(new() { LabelText = "1, and the text so far is accepted", FillColor = TourStyle.Colour(1), LineWidth = 0 });
        plot.Legend.ManualItems.Add(new() { LabelText = "1, and it is not", FillColor = TourStyle.Colour(0), LineWidth = 0 });
        plot.ShowLegend(Edge.Bottom);
        page.Save(file, plot, 760, 520);
    }

    private static int WidthOf(int columns) => Before + (columns * Pixels) + After;

    private static Plot AddMatrix(Panels panels, int left, string title, string x, ReadOnlySpan<float> weights, int rows, int columns)
    {
        var plot = TourStyle.Dress(panels.Add(left, 0, WidthOf(columns), Above + (rows * Pixels) + Below), title, x, "");
        plot.Layout.Fixed(new PixelPadding(Before, After, Below, Above));
        plot.Axes.Bottom.Label.OffsetY = 14;
        Fill(plot, weights, rows, columns);
        return plot;
    }

    private static IEnumerable<string> UnitNames(CompiledAutomaton network) =>
        from state in Enumerable.Range(0, network.Automaton.StateCount)
        from symbol in network.Automaton.Alphabet
        select $"{state}, {symbol}";

    private static void Fill(Plot plot, ReadOnlySpan<float> weights, int rows, int columns)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var weight = weights[(row * columns) + column];
                if (weight != 0)
                    Square(plot, column, rows - 1 - row, ColourOf(weight));
            }
        }

        Grid(plot, rows, columns);
    }

    private static Color ColourOf(float weight) => TourStyle.Colour(weight > 0 ? 0 : 4);

    private static void Square(Plot plot, int column, int row, Color colour)
    {
        var square = plot.Add.Rectangle(column + 0.06, column + 0.94, row + 0.06, row + 0.94);
        square.FillColor = colour;
        square.LineWidth = 0;
    }

    private static void Grid(Plot plot, int rows, int columns)
    {
        plot.HideGrid();
        for (var row = 0; row <= rows; row++)
            Line(plot.Add.Line(0, row, columns, row));
        for (var column = 0; column <= columns; column++)
            Line(plot.Add.Line(column, 0, column, rows));
        plot.Axes.SetLimits(0, columns, 0, rows);
    }

    private static void Line(ScottPlot.Plottables.LinePlot line)
    {
        line.LineWidth = 0.5f;
        line.LineColor = Color.FromHex("#cccccc");
    }

    private static void Ticks(IAxis axis, string[] labels)
    {
        axis.TickGenerator = new ScottPlot.TickGenerators.NumericManual([.. Enumerable.Range(0, labels.Length).Select(index => index + 0.5)], labels);
        axis.MajorTickStyle.Length = 0;
    }
}
