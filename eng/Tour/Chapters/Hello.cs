using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ScottPlot;
using Unroll.Cli.Plots;

namespace Tour.Chapters;

/// <summary>Chapter 6: what <c>unroll hello</c> prints, and its answers as pictures.</summary>
internal sealed class Hello : IChapter
{
    private const int Width = 760;
    private const int Height = 330;

    private static readonly (string Event, string Title)[] phases = [("before", "before training"), ("after", "after training"), ("withoutState", "after training, state emptied")];

    /// <inheritdoc/>
    public int Number => 6;

    /// <inheritdoc/>
    public string Page => "06-hello.md";

    /// <inheritdoc/>
    public void Make(TourPage page)
    {
        page.Write("hello", $"```text\n{Run().TrimEnd()}\n```");
        var lines = Run("--json").TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        using var panels = new Panels();
        for (var index = 0; index < phases.Length; index++)
        {
            var steps = lines.Single(line => line.GetProperty("event").GetString() == phases[index].Event).GetProperty("steps").EnumerateArray().ToArray();
            Draw(panels.Add(index * (Width / phases.Length), 0, Width / phases.Length, Height), phases[index].Title, steps, isFirst: index == 0);
        }

        page.Save("06-hello.png", panels, Width, Height);
    }

    /// <summary>The probability of every letter at every step, as a shade and a number; the right letter has a frame.</summary>
    private static void Draw(Plot plot, string title, JsonElement[] steps, bool isFirst)
    {
        const string Letters = "ehlo";
        TourStyle.Dress(plot, title, "letter that is read, in order", isFirst ? "probability of each answer" : "");
        plot.HideGrid();
        for (var step = 0; step < steps.Length; step++)
        {
            double[] scores = [.. Letters.Select(letter => steps[step].GetProperty("scores").GetProperty(letter.ToString()).GetDouble())];
            var sum = scores.Sum(Math.Exp);
            for (var letter = 0; letter < Letters.Length; letter++)
            {
                var probability = Math.Exp(scores[letter]) / sum;
                var box = plot.Add.Rectangle(step - 0.5, step + 0.5, letter - 0.5, letter + 0.5);
                box.FillColor = TourStyle.Colour(0).WithAlpha(0.9 * probability);
                box.LineWidth = 0;
                var text = plot.Add.Text(probability.ToString("F2", CultureInfo.InvariantCulture), step, letter);
                text.LabelAlignment = Alignment.MiddleCenter;
                text.LabelFontColor = probability > 0.5 ? Colors.White : Colors.Black;
            }
        }

        for (var step = 0; step < steps.Length; step++)
        {
            var right = Letters.IndexOf(steps[step].GetProperty("right").GetString()![0]);
            var frame = plot.Add.Rectangle(step - 0.47, step + 0.47, right - 0.47, right + 0.47);
            frame.FillColor = Colors.Transparent;
            frame.LineColor = TourStyle.Colour(1);
            frame.LineWidth = 3;
        }

        plot.Axes.SetLimits(-0.5, 3.5, 3.5, -0.5);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual([0, 1, 2, 3], [.. steps.Select(step => step.GetProperty("reads").GetString()!)]);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual([0, 1, 2, 3], [.. Letters.Select(letter => letter.ToString())]);
    }

    private static string Run(params string[] options)
    {
        string[] arguments = ["run", "-c", "Release", "--project", Path.Combine(TourPage.FindRoot(), "src", "Unroll.Cli"), "--", "hello", .. options];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"unroll hello ended with exit code {process.ExitCode}.");
    }
}
