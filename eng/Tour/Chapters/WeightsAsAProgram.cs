using System.Globalization;
using ScottPlot;
using Tour.Automata;
using Unroll.Automata;
using Unroll.Cells;
using Unroll.Cli.Plots;

namespace Tour.Chapters;

/// <summary>
/// Chapter 10: the weights of a compiled automaton and its units over a text; how many states patterns need; and how often training finds weights that are right
/// for 10,000 symbols, having seen 20.
/// </summary>
internal sealed class WeightsAsAProgram : IChapter
{
    private const int Seeds = 20;
    private const int ShortTexts = 2000;
    private const int LongTexts = 40;
    private const int LongText = 10_000;

    /// <summary>The line of the compiled networks, behind those of the cells.</summary>
    private const int CompiledSeries = 3;

    private static readonly (string Name, Automaton Automaton)[] languages =
    [
        ("even number of a", Automaton.FromRegex("(b*ab*a)*b*")),
        ("no 000", Automaton.FromRegex("(1|01|001)*0{0,2}")),
        ("fourth from the end is a", Automaton.FromRegex("[ab]*a[ab]{3}")),
        ("brackets, at most 4 deep", Automaton.Brackets(4)),
        ("binary multiples of 5", new("01", [[0, 1], [2, 3], [4, 0], [1, 2], [3, 4]], accepting: [0])),
    ];

    private static readonly (string Name, Cell Cell)[] cells = [("tanh", Cell.RnnTanh), ("ReLU", Cell.RnnRelu), ("LSTM", Cell.Lstm)];

    /// <inheritdoc/>
    public int Number => 10;

    /// <inheritdoc/>
    public string Page => "10-weights-as-a-program.md";

    /// <inheritdoc/>
    public void Make(TourPage page)
    {
        var network = Automaton.FromRegex("(ab|c)*d").Compile();
        TransitionPictures.Weights(page, "10-weights.png", network);
        TransitionPictures.Run(page, "10-units.png", network, "abcabdab");
        page.Write("sizes", Sizes());
        var results = languages.ToDictionary(language => language.Name, language => cells.Select(cell => Learn(language, cell)).ToArray());
        page.Write("learned", Table(results));
        Draw(page, results);
    }

    /// <summary>What is compiled of some patterns.</summary>
    private static string Sizes()
    {
        var table = new MarkdownTable("pattern", ">states", ">units", ">weights and biases");
        foreach (var pattern in (string[])["(b*ab*a)*b*", "(ab|c)*d", "(a|b)*a(a|b){3}", "(a|b)*a(a|b){6}", "(a|b)*a(a|b){9}", "hello"])
        {
            var network = Automaton.FromRegex(pattern).Compile();
            table.Add(
                $"`{pattern.Replace("|", "\\|", StringComparison.Ordinal)}`", Number(network.Automaton.StateCount), Number(network.UnitCount),
                Number(network.Recurrent.ParameterCount + network.Readout.ParameterCount));
        }

        return table.ToString();

        static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
    }

    /// <summary>For each seed, up to which length every answer is right; 0 where texts of 20 symbols are not learned.</summary>
    private static int[] Learn((string Name, Automaton Automaton) language, (string Name, Cell Cell) cell)
    {
        var texts = new LanguageTexts(language.Automaton);
        var right = new int[Seeds];
        for (var seed = 0; seed < Seeds; seed++)
        {
            var network = new LearnedNetwork(texts, cell.Cell, (ulong)seed + 1);
            network.Train();
            if (network.RightUpTo(LearnedNetwork.TimeSteps, ShortTexts) == LearnedNetwork.TimeSteps)
                right[seed] = network.RightUpTo(LongText, LongTexts);
        }

        Console.WriteLine($"  {language.Name}, {cell.Name}: {string.Join(' ', right.Order())}");
        return right;
    }

    private static string Table(Dictionary<string, int[][]> results)
    {
        var table = new MarkdownTable("language", ">states", ">compiled units", "cell", ">right at 20", ">at 100", ">at 1,000", ">at 10,000");
        foreach (var (name, automaton) in languages)
        {
            for (var cell = 0; cell < cells.Length; cell++)
            {
                var right = results[name][cell];
                string Share(int length) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * right.Count(reached => reached >= length) / Seeds:F0} %");
                table.Add(
                    cell == 0 ? name : "", cell == 0 ? $"{automaton.StateCount}" : "", cell == 0 ? $"{automaton.StateCount * automaton.Alphabet.Length}" : "",
                    cells[cell].Name, Share(1), Share(100), Share(1000), Share(LongText));
            }
        }

        return table.ToString();
    }

    private static void Draw(TourPage page, Dictionary<string, int[][]> results)
    {
        const int Width = 380, Height = 300;
        using var panels = new Panels();
        double[] lengths = [.. Enumerable.Range(0, 55).Select(step => Math.Min(20 * Math.Pow(10, step / 20.0), LongText))];
        for (var index = 0; index < languages.Length; index++)
        {
            var plot = TourStyle.Dress(
                panels.Add(index % 3 * Width, index / 3 * Height, Width, Height), languages[index].Name, "length of the texts (symbols)", "networks without an error (%)");
            for (var cell = 0; cell < cells.Length; cell++)
            {
                var right = results[languages[index].Name][cell];
                double[] shares = [.. lengths.Select(length => 100.0 * right.Count(reached => reached >= Math.Max(1, length <= 20 ? 1 : length)) / Seeds)];
                plot.Line(cell, cells[cell].Name, [.. lengths.Select(Math.Log10)], shares);
            }

            plot.Line(CompiledSeries, "compiled", [Math.Log10(20), 4], [100, 100]);
            plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual([Math.Log10(20), 2, 3, 4], ["20", "100", "1,000", "10,000"]);
            plot.Axes.SetLimits(1.25, 4.2, -3, 105);
            plot.HideLegend();
        }

        var legend = panels.Add(languages.Length % 3 * Width, languages.Length / 3 * Height, Width, Height);
        legend.Layout.Frameless();
        legend.HideGrid();
        for (var cell = 0; cell < cells.Length; cell++)
            legend.Line(cell, $"{cells[cell].Name}, learned", [0], [0]);
        legend.Line(CompiledSeries, "compiled", [0], [0]);
        legend.Axes.SetLimits(1, 2, 1, 2);
        legend.Legend.FontSize = 14;
        legend.ShowLegend(Alignment.MiddleCenter);

        page.Save("10-learned.png", panels, 3 * Width, 2 * Height);
    }
}
