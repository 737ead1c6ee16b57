using System.CommandLine;
using Unroll.Benchmarks.CellSpeeds;
using Unroll.Benchmarks.Measurement;
using Unroll.Cells;

namespace Unroll.Benchmarks.Commands;

/// <summary><c>cells</c>: how fast every cell of the library trains and steps, beside the LSTM.</summary>
internal static class CellsCommand
{
    public static Command Create()
    {
        string[] names = [.. Cell.BuiltInNames];
        var cells = new Option<string[]>("--cell") { Description = $"Only these, to look at them; nothing is written then: {string.Join(", ", names)}.", AllowMultipleArgumentsPerToken = true };
        cells.AcceptOnlyFromAmong(names);
        var rounds = new Option<int>("--rounds") { Description = "How often each has its turn.", DefaultValueFactory = _ => 11 };
        var threads = new Option<int>("--threads") { Description = "Threads to use.", DefaultValueFactory = _ => 2 };
        var results = ResultsFolder.Option("cells.md and cells.json");
        var command = new Command("cells", "Times every cell of the library beside the LSTM: training and streaming.") { cells, rounds, threads, results };
        command.SetAction(parse =>
        {
            var run = Circumstances.Now(parse.GetValue(threads), parse.GetValue(rounds));
            var chosen = parse.GetValue(cells) ?? [];
            Console.WriteLine(CellSpeedMarkdown.Header);
            var figures = new List<CellSpeed>();
            foreach (var figure in CellSpeedMeasurement.Of([.. Cell.BuiltIn.Where(cell => chosen is [] || chosen.Contains(cell.Name))], run))
            {
                figures.Add(figure);
                Console.WriteLine(CellSpeedMarkdown.Row(figure));
            }

            Console.WriteLine($"\n{run}");
            if (chosen is not [])
                return;
            var path = Path.Combine(parse.GetRequiredValue(results).FullName, "cells.json");
            ResultsJson.WriteList(path, figures);
            File.WriteAllText(Path.ChangeExtension(path, ".md"), CellSpeedMarkdown.Of(figures));
        });
        return command;
    }
}
