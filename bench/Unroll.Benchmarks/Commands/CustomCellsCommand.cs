using System.CommandLine;
using Unroll.Benchmarks.CustomCells;
using Unroll.Benchmarks.Measurement;

namespace Unroll.Benchmarks.Commands;

/// <summary><c>custom-cells</c>: an LSTM written as a custom cell, without and with a backward by hand, beside the built-in one.</summary>
internal static class CustomCellsCommand
{
    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "How often each has its turn.", DefaultValueFactory = _ => 21 };
        var threads = new Option<int>("--threads") { Description = "Threads to use.", DefaultValueFactory = _ => 2 };
        var results = ResultsFolder.Option("custom-cells.md and custom-cells.json");
        var command = new Command("custom-cells", "Times an LSTM written as a custom cell, without and with a backward by hand, beside the built-in one: training and streaming.") { rounds, threads, results };
        command.SetAction(parse =>
        {
            var run = Circumstances.Now(parse.GetValue(threads), parse.GetValue(rounds));
            Console.WriteLine(CustomCellMarkdown.Header);
            var figures = new List<CustomCellFigure>();
            foreach (var figure in CustomCellMeasurement.Of(run))
            {
                figures.Add(figure);
                Console.WriteLine(CustomCellMarkdown.Row(figure));
            }

            Console.WriteLine($"\n{run}");
            var path = Path.Combine(parse.GetRequiredValue(results).FullName, "custom-cells.json");
            ResultsJson.WriteList(path, figures);
            File.WriteAllText(Path.ChangeExtension(path, ".md"), CustomCellMarkdown.Of(figures));
        });
        return command;
    }
}
