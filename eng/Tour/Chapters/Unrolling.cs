using System.Globalization;
using Unroll.Cells;
using Unroll.Data;
using Unroll.Models;
using Unroll.Tensors;
using Unroll.Training;

namespace Tour.Chapters;

/// <summary>Chapter 3: the network unrolled, and what truncated windows cost: the share of the gradient that is lost, and what is learned in the end.</summary>
internal sealed class Unrolling : IChapter
{
    private const int TimeSteps = 256;
    private const int MeasuredStreams = 16;
    private const int HiddenSize = 96;

    private static readonly int[] recallWindows = [1, 4, 8, 16];

    private static readonly int[] windows = [1, 2, 4, 8, 16, 32, 64, 128];

    /// <inheritdoc/>
    public int Number => 3;

    /// <inheritdoc/>
    public string Page => "03-unrolling.md";

    /// <inheritdoc/>
    public void Make(TourPage page)
    {
        page.Save("03-unrolled.png", Unrolled(), 720, 300);
        var (training, heldOut) = RepositoryText.Load();
        var lost = TourStyle.Plot("The part of the gradient that truncated windows lose", "steps in a window", "length of the lost part ÷ length of the whole");
        var table = new MarkdownTable(["steps in a window", .. windows.Select(window => $">{window}")]);
        var series = 0;
        foreach (var (cell, name) in new[] { (Cell.RnnTanh, "vanilla"), (Cell.Lstm, "LSTM") })
        {
            foreach (var trained in new[] { false, true })
            {
                var model = LanguageModel.Create(training.Vocabulary, new() { Cell = cell, HiddenSize = HiddenSize, Layers = 1, Seed = 1 });
                if (trained)
                    new TextTraining(64, 32, 600_000, 5e-3f).Run(model, training);
                var shares = LostShares(model, heldOut);
                lost.MarkedLine(series++, $"{name}, {(trained ? "trained" : "untrained")}", [.. windows.Select(window => Math.Log2(window))], shares);
                table.Add([$"{name}, {(trained ? "trained" : "untrained")}", .. shares.Select(share => share.ToString("P0", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal))]);
            }
        }

        lost.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. windows.Select(window => Math.Log2(window))], [.. windows.Select(window => window.ToString(CultureInfo.InvariantCulture))]);
        lost.Axes.SetLimitsY(0, 1);
        lost.ShowLegend(ScottPlot.Alignment.UpperRight);
        page.Save("03-lost-gradient.png", lost);
        page.Write("lost", table.ToString());
        Learned(page, training, heldOut);
        var recall = new MarkdownTable(["steps in a window", .. recallWindows.Select(window => $">{window}")]);
        foreach (var (cell, bias, name) in new (Cell, float?, string)[] { (Cell.RnnTanh, null, "vanilla"), (Cell.Lstm, null, "LSTM"), (Cell.Lstm, 3, "LSTM, forget bias 3"), (Cell.Gru, null, "GRU") })
            recall.Add([name, .. recallWindows.Select(window => $"{100 * RecallTask.Learn(cell, window, bias):F0}%")]);
        page.Write("recall", recall.ToString());
    }

    /// <summary>For each window length the norm of what is missing, relative to that of the gradient over all steps.</summary>
    private static double[] LostShares(LanguageModel model, TextCorpus text)
    {
        var whole = Gradient(model, text, TimeSteps);
        return [.. windows.Select(window => Norm([.. whole.Zip(Gradient(model, text, window), (w, g) => w - g)]) / Norm(whole))];
    }

    /// <summary>
    /// The gradient of the mean loss of the same steps by the recurrent matrix, back through so many steps at a time; the state goes on from window to window.
    /// </summary>
    private static double[] Gradient(LanguageModel model, TextCorpus text, int windowLength)
    {
        var reader = TokenWindows.ForEvaluation(text.Tokens[..((TimeSteps * MeasuredStreams) + 1)], MeasuredStreams, windowLength);
        var (tape, window, state) = (new Tape(), new TokenWindow(), model.CreateState(MeasuredStreams));
        foreach (var parameter in model.Parameters)
            parameter.ClearGradient();
        while (reader.TryNext(window))
        {
            tape.Reset();
            tape.Backward(tape.Scale(model.Loss(tape, window, state, new TrainingStep(IsTraining: false, 0, 0)), window.TimeSteps / (float)TimeSteps));
        }

        var gradient = model.Parameters.Single(parameter => parameter.Name == "rnn.weight_hh_l0").Gradient;
        var result = new double[gradient.Length];
        for (var index = 0; index < result.Length; index++)
            result[index] = gradient[index];
        return result;
    }

    /// <summary>The same number of characters read in windows of different lengths: what is learned.</summary>
    private static void Learned(TourPage page, TextCorpus training, TextCorpus heldOut)
    {
        var table = new MarkdownTable("steps in a window", ">vanilla, bits a character", ">LSTM, bits a character");
        foreach (var window in (int[])[1, 4, 16, 64])
        {
            var row = new List<string> { window.ToString(CultureInfo.InvariantCulture) };
            foreach (var cell in new[] { Cell.RnnTanh, Cell.Lstm })
            {
                var model = LanguageModel.Create(training.Vocabulary, new() { Cell = cell, HiddenSize = HiddenSize, Layers = 1, Seed = 1 });
                // The same number of updates and of characters: shorter windows of more streams.
                new TextTraining(window, 2048 / window, 1_200_000, 5e-3f).Run(model, training);
                row.Add(model.Evaluate(heldOut).BitsPerCharacter.ToString("F2", CultureInfo.InvariantCulture));
            }

            table.Add([.. row]);
        }

        page.Write("learned", table.ToString());
    }

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(value => value * value));

    private static Diagram Unrolled()
    {
        var diagram = new Diagram(-1.2, 8.6, -0.5, 3.6);
        diagram.Text(0.2, 3.3, "folded", 14, bold: true);
        diagram.Input(0.2, 0);
        diagram.State(0.2, 1.2);
        diagram.Output(0.2, 2.4);
        diagram.Arrow(0.2, 0, 0.2, 1.2, "Wxh");
        diagram.Arrow(0.2, 1.2, 0.2, 2.4, "Why");
        diagram.Way(1, (-0.14, 1.3), (-0.6, 1.3), (-0.6, 0.72), (0.02, 0.72), (0.02, 0.93));
        diagram.Text(-0.88, 1.0, "Whh", 12);
        diagram.Text(5, 3.3, "unrolled over four steps: the same three matrices at each", 14, bold: true);
        diagram.State(2.2, 1.2, "0");
        for (var step = 1; step <= 4; step++)
        {
            var x = 2.2 + (1.4 * step);
            diagram.Input(x, 0, $"x{step}");
            diagram.State(x, 1.2, $"h{step}");
            diagram.Output(x, 2.4, $"y{step}");
            diagram.Arrow(x, 0, x, 1.2, "Wxh");
            diagram.Arrow(x, 1.2, x, 2.4, "Why");
            diagram.Arrow(x - 1.4, 1.2, x, 1.2, "Whh", series: 1);
        }

        return diagram;
    }
}
