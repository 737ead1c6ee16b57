using System.CommandLine;
using Unroll.Benchmarks.Measurement;
using Unroll.Benchmarks.Scale;

namespace Unroll.Benchmarks.Commands;

/// <summary><c>scale</c>: what a training step costs as sequences grow longer and batches larger.</summary>
internal static class ScaleCommand
{
    public static Command Create()
    {
        var names = ScaleSeries.All.Select(series => series.Name).ToArray();
        var only = new Option<string?>("--series") { Description = $"Only this series: {string.Join(", ", names)}." };
        only.AcceptOnlyFromAmong(names);
        var rounds = new Option<int>("--rounds") { Description = "How often each shape has its turn.", DefaultValueFactory = _ => 5 };
        var threads = new Option<int>("--threads") { Description = "Threads to use.", DefaultValueFactory = _ => 2 };
        var results = ResultsFolder.Option("scale.md, scale.json and scale.png");
        var command = new Command("scale", "Measures time and memory a token of a training step as sequences and batches grow.")
        {
            only, rounds, threads, results,
        };
        command.SetAction(parse =>
        {
            var file = new ScaleFile(parse.GetRequiredValue(results));
            foreach (var series in ScaleSeries.All.Where(series => series.Name == (parse.GetValue(only) ?? series.Name)))
            {
                Console.WriteLine($"{series.Heading}\n\n{ScaleMarkdown.Header(series)}");
                var figures = new List<ScaleFigure>();
                foreach (var figure in series.Measure(Circumstances.Now(parse.GetValue(threads), parse.GetValue(rounds))))
                {
                    Console.WriteLine(ScaleMarkdown.Row(series, figure));
                    figures.Add(figure);
                }

                Console.WriteLine($"\n{ScaleMarkdown.Footer(series, figures)}\n");
                file.Replace(series.Name, figures);
            }
        });
        return command;
    }
}
