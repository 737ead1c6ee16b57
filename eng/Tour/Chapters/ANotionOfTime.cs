using System.Globalization;
using ScottPlot;
using Unroll.Cells;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Optimizers;
using Unroll.Tensors;

namespace Tour.Chapters;

/// <summary>
/// Chapter 1: sine waves of unknown phase and period. One value does not say whether the wave rises or falls; a feed-forward network guesses for ever, a
/// recurrent one knows after a few steps.
/// </summary>
internal sealed class ANotionOfTime : IChapter
{
    private const int TimeSteps = 20;
    private const int BatchSize = 64;
    private const int TestSize = 2000;
    private const int HiddenSize = 32;
    private const int Updates = 3000;

    /// <inheritdoc/>
    public int Number => 1;

    /// <inheritdoc/>
    public string Page => "01-a-notion-of-time.md";

    /// <inheritdoc/>
    public void Make(TourPage page)
    {
        page.Save("01-loop.png", Loop(), 560, 250);
        var feedForward = FeedForwardErrors();
        var recurrent = RecurrentErrors();
        double[] steps = [.. Enumerable.Range(1, TimeSteps).Select(step => (double)step)];
        var plot = TourStyle.Plot("How far the guess of the next value is off", "value of the sequence that was read last, t", "root mean squared error (waves reach from −1 to 1)");
        plot.MarkedLine(0, "feed-forward: sees x_t alone", steps, feedForward);
        plot.MarkedLine(1, "recurrent: sees x_t and its own state", steps, recurrent);
        plot.Axes.SetLimits(0.5, TimeSteps + 0.5, 0, 0.6);
        plot.ShowLegend(Alignment.MiddleRight);
        page.Save("01-notion-of-time.png", plot);

        var table = new MarkdownTable("after reading", ">feed-forward", ">recurrent");
        foreach (var step in (int[])[1, 2, 3, 5, 10, 20])
            table.Add($"{step} value{(step == 1 ? "" : "s")}", Figure(feedForward[step - 1]), Figure(recurrent[step - 1]));
        page.Write("errors", table.ToString());
    }

    private static Diagram Loop()
    {
        var diagram = new Diagram(-1.2, 4.8, -0.5, 3.5);
        foreach (var (x, name) in new[] { (0.4, "feed-forward"), (3.2, "recurrent") })
        {
            diagram.Text(x, 3.2, name, 14, bold: true);
            diagram.Input(x, 0);
            diagram.State(x, 1.2);
            diagram.Output(x, 2.4);
            diagram.Arrow(x, 0, x, 1.2, "Wxh");
            diagram.Arrow(x, 1.2, x, 2.4, "Why");
        }

        diagram.Way(1, (2.86, 1.3), (2.35, 1.3), (2.35, 0.72), (3.02, 0.72), (3.02, 0.93));
        diagram.Text(2.1, 1.0, "Whh", 12);
        return diagram;
    }

    private static string Figure(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    private static double[] FeedForwardErrors()
    {
        var (below, above) = (new Linear(1, HiddenSize), new Linear(HiddenSize, 1));
        return Errors([.. below.Parameters, .. above.Parameters], (tape, x) => above.Forward(tape, tape.Tanh(below.Forward(tape, x))));
    }

    private static double[] RecurrentErrors()
    {
        var (layer, head) = (new Recurrent(Cell.RnnTanh, 1, HiddenSize), new Linear(HiddenSize, 1));
        return Errors([.. layer.Parameters, .. head.Parameters], (tape, x) => head.Forward(tape, layer.Forward(tape, x).Output));
    }

    /// <summary>Trains a network to name the next value, and gives the error on new waves after each step.</summary>
    private static double[] Errors(Parameter[] parameters, Func<Tape, Tensor, Tensor> forward)
    {
        var random = new CounterRandom(seed: 1);
        foreach (var parameter in parameters)
            Initializer.TorchUniform(parameter, HiddenSize, ref random);
        var optimizer = new Adam(3e-3f);
        var tape = new Tape();
        for (var update = 0; update < Updates; update++)
        {
            var (x, y) = Waves(BatchSize, ref random);
            tape.Reset();
            var loss = tape.MeanSquaredError(forward(tape, x), y);
            foreach (var parameter in parameters)
                parameter.ClearGradient();
            tape.Backward(loss);
            GradientClipping.ByGlobalNorm(parameters, 1);
            optimizer.LearningRate = 3e-3f * (1 - (update / (float)Updates));
            optimizer.Step(parameters);
        }

        var test = new CounterRandom(seed: 2);
        var (input, next) = Waves(TestSize, ref test);
        var guess = forward(new(recording: false), input);
        return [.. Enumerable.Range(0, TimeSteps).Select(step => RootMeanSquare(guess, next, step))];
    }

    private static double RootMeanSquare(Tensor guess, Tensor right, int step)
    {
        var sum = 0.0;
        for (var row = step * TestSize; row < (step + 1) * TestSize; row++)
            sum += Math.Pow(guess.Values[row] - right.Values[row], 2);
        return Math.Sqrt(sum / TestSize);
    }

    /// <summary>Waves with periods of 6 to 18 steps: their values [T, B, 1] and the values one step later.</summary>
    private static (Tensor X, Tensor Y) Waves(int count, ref CounterRandom random)
    {
        var (x, y) = (new Tensor(new(TimeSteps, count, 1)), new Tensor(new(TimeSteps, count, 1)));
        for (var row = 0; row < count; row++)
        {
            var speed = MathF.Tau / (6 + (12 * random.NextSingle()));
            var phase = MathF.Tau * random.NextSingle();
            for (var step = 0; step < TimeSteps; step++)
            {
                x.Values[(step * count) + row] = MathF.Sin(phase + (speed * step));
                y.Values[(step * count) + row] = MathF.Sin(phase + (speed * (step + 1)));
            }
        }

        return (x, y);
    }
}
