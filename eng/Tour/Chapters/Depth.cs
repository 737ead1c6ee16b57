using System.Globalization;
using Unroll.Cells;
using Unroll.Models;

namespace Tour.Chapters;

/// <summary>Chapter 5: one, two and three layers with the same number of parameters on the repository's own source code.</summary>
internal sealed class Depth : IChapter
{
    // What one layer of this many units has; the deeper stacks get the size that comes nearest.
    private const int OneLayerUnits = 128;
    private const int EmbeddingSize = 32;
    private const int Seeds = 2;
    private const int Tokens = 5_000_000;
    private const int WindowLength = 64;
    private const int BatchSize = 16;
    private const int Measurements = 10;

    /// <inheritdoc/>
    public int Number => 5;

    /// <inheritdoc/>
    public string Page => "05-depth.md";

    /// <inheritdoc/>
    public void Make(TourPage page)
    {
        page.Save("05-stack.png", Stack(), 720, 330);
        var (training, heldOut) = RepositoryText.Load();
        var plan = new TextTraining(WindowLength, BatchSize, Tokens, 3e-3f);
        var plot = TourStyle.Plot("What the same number of parameters learns in one, two and three layers", "characters read (thousands)", "held-out text, bits a character");
        var table = new MarkdownTable(">layers", ">units a layer", ">parameters", ">bits a character, mean", ">lowest to highest");
        var budget = Create(training.Vocabulary, 1, OneLayerUnits, 0).ParameterCount;
        for (var layers = 1; layers <= 3; layers++)
        {
            var units = Enumerable.Range(16, OneLayerUnits).MinBy(size => Math.Abs(Create(training.Vocabulary, layers, size, 0).ParameterCount - budget));
            var (curves, finals) = (new double[Seeds][], new double[Seeds]);
            var parameters = 0L;
            for (var seed = 0; seed < Seeds; seed++)
            {
                var model = Create(training.Vocabulary, layers, units, (ulong)seed + 1);
                parameters = model.ParameterCount;
                var curve = new List<double>();
                plan.Run(model, training, update =>
                {
                    if (update > 0 && update % (plan.Updates / Measurements) == 0)
                        curve.Add(model.Evaluate(heldOut).BitsPerCharacter);
                });
                curves[seed] = [.. curve];
                finals[seed] = model.Evaluate(heldOut).BitsPerCharacter;
            }

            double[] mean = [.. Enumerable.Range(0, curves[0].Length).Select(index => curves.Average(curve => curve[index]))];
            double[] read = [.. Enumerable.Range(1, mean.Length).Select(index => index * (plan.Updates / Measurements) * WindowLength * BatchSize / 1000.0)];
            plot.MarkedLine(layers - 1, $"{layers} layer{(layers == 1 ? "" : "s")} of {units} units", read, mean);
            table.Add($"{layers}", $"{units}", parameters.ToString("N0", CultureInfo.InvariantCulture), Two(finals.Average()), $"{Two(finals.Min())} to {Two(finals.Max())}");
        }

        plot.Axes.SetLimitsY(1.6, 2.6);
        plot.ShowLegend(ScottPlot.Alignment.UpperRight);
        page.Save("05-depth.png", plot);
        page.Write("depth", table.ToString());
    }

    private static LanguageModel Create(Unroll.Data.Vocabulary vocabulary, int layers, int units, ulong seed) =>
        LanguageModel.Create(vocabulary, new() { Cell = Cell.Gru, HiddenSize = units, Layers = layers, EmbeddingSize = EmbeddingSize, Seed = seed, Initialization = RecurrentInitialization.Orthogonal });

    private static string Two(double bits) => bits.ToString("F3", CultureInfo.InvariantCulture);

    private static Diagram Stack()
    {
        var diagram = new Diagram(-0.9, 7.3, -0.5, 4.6);
        for (var step = 1; step <= 4; step++)
        {
            var x = 0.6 + (1.5 * step);
            diagram.Input(x, 0, $"x{step}");
            diagram.State(x, 1.35, $"h¹ {step}");
            diagram.State(x, 2.7, $"h² {step}");
            diagram.Output(x, 4.05, $"y{step}");
            diagram.Arrow(x, 0, x, 1.35);
            diagram.Arrow(x, 1.35, x, 2.7);
            diagram.Arrow(x, 2.7, x, 4.05);
            if (step > 1)
            {
                diagram.Arrow(x - 1.5, 1.35, x, 1.35, series: 1);
                diagram.Arrow(x - 1.5, 2.7, x, 2.7, series: 1);
            }
        }

        diagram.Text(0.35, 0, "inputs");
        diagram.Text(0.35, 1.35, "layer 1");
        diagram.Text(0.35, 2.7, "layer 2");
        diagram.Text(0.35, 4.05, "outputs");
        return diagram;
    }
}
