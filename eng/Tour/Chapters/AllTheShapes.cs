using System.Diagnostics;

namespace Tour.Chapters;

/// <summary>Chapter 4: the five shapes as a drawing, and what the samples print.</summary>
internal sealed class AllTheShapes : IChapter
{
    private static readonly string[] samples = ["one-to-one", "one-to-many", "many-to-one", "many-to-many", "encoder-decoder"];

    /// <inheritdoc/>
    public int Number => 4;

    /// <inheritdoc/>
    public string Page => "04-shapes.md";

    /// <inheritdoc/>
    public void Make(TourPage page)
    {
        page.Save("04-shapes.png", Drawing(), 960, 250);
        foreach (var sample in samples)
            page.Write(sample, $"```text\n{string.Join('\n', Run(sample).TrimEnd().Split('\n').Where(line => !line.StartsWith("update ", StringComparison.Ordinal)))}\n```");
    }

    private static string Run(string sample)
    {
        string[] arguments = ["run", "-c", "Release", "--project", Path.Combine(TourPage.FindRoot(), "samples", "Shapes"), "--", sample];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"The sample '{sample}' ended with exit code {process.ExitCode}.");
    }

    private static Diagram Drawing()
    {
        var diagram = new Diagram(-1, 19.1, -1.1, 3.4);
        Shape(diagram, 0, "one to one", 1, [0], [0]);
        Shape(diagram, 2, "one to many", 3, [], [0, 1, 2]);
        Shape(diagram, 6.8, "many to one", 3, [0, 1, 2], [2]);
        Shape(diagram, 10.5, "many to many", 3, [0, 1, 2], [0, 1, 2]);
        Shape(diagram, 14.2, "encoder and decoder", 5, [0, 1, 2], [3, 4]);
        // What the one gives to the many is the state before the first step; the decoder reads what it wrote.
        diagram.Input(2, 1.2);
        diagram.Arrow(2, 1.2, 3, 1.2, series: 1);
        diagram.Text(9, -0.8, "x input    h state    y output    each column is a step", 12);
        return diagram;
    }

    private static void Shape(Diagram diagram, double left, string name, int steps, int[] inputs, int[] outputs)
    {
        var shift = inputs.Length == 0 ? 1 : 0;
        diagram.Text(left + ((steps - 1 + shift) / 2.0), 3.1, name, 13, bold: true);
        for (var step = 0; step < steps; step++)
        {
            var x = left + shift + step;
            diagram.State(x, 1.2);
            if (step > 0)
                diagram.Arrow(x - 1, 1.2, x, 1.2, series: 1);
            if (inputs.Contains(step))
            {
                diagram.Input(x, 0);
                diagram.Arrow(x, 0, x, 1.2);
            }

            if (outputs.Contains(step))
            {
                diagram.Output(x, 2.4);
                diagram.Arrow(x, 1.2, x, 2.4);
            }
        }
    }
}
