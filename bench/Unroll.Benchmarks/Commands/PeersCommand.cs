using System.CommandLine;
using Unroll.Benchmarks.LanguageModels;
using Unroll.Benchmarks.Measurement;
using Unroll.Benchmarks.Peers;

namespace Unroll.Benchmarks.Commands;

/// <summary><c>peers</c>: Unroll, libtorch and ONNX Runtime side by side.</summary>
internal static class PeersCommand
{
    private const int LayerRounds = 5;
    private const int ModelRounds = 3;

    private static readonly Option<string?> table = new("--table") { Description = $"Only this table: {string.Join(", ", PeerTables.All)}." };

    private static readonly Option<int?> rounds = new("--rounds")
    {
        Description = $"How often each has its turn; the tables show the median. Without it {LayerRounds}, and {ModelRounds} for the language models.",
    };

    private static readonly Option<int> threads = new("--threads") { Description = "Threads each may use.", DefaultValueFactory = _ => 2 };

    private static readonly Option<PeerCell?> cell = new("--cell") { Description = "Only this cell: rnn, lstm or gru. Prints, and writes no files." };

    private static readonly Option<int?> hidden = new("--hidden") { Description = "Only the shapes with this hidden size. Prints, and writes no files." };

    private static readonly Option<double> seconds = new("--seconds")
    {
        Description = "How long each has the machine in a round of the language models.",
        DefaultValueFactory = _ => 10,
    };

    private static readonly Option<FileInfo?> text = new("--text")
    {
        Description = "What the language models read, such as tiny Shakespeare's input.txt; without it, made-up tokens.",
    };

    private static readonly Option<DirectoryInfo> results = ResultsFolder.Option("peers.md, peers.json and peers.png");

    public static Command Create()
    {
        table.AcceptOnlyFromAmong([.. PeerTables.All]);
        var command = new Command("peers", "Times Unroll, libtorch and ONNX Runtime side by side, after checking that they agree.")
        {
            table, rounds, threads, cell, hidden, seconds, text, results,
        };
        command.SetAction(Run);
        return command;
    }

    private static void Run(ParseResult parse)
    {
        var file = new PeersFile(parse.GetRequiredValue(results));
        var isWhole = parse.GetValue(cell) is null && parse.GetValue(hidden) is null;
        foreach (var name in parse.GetValue(table) is { } only ? [only] : PeerTables.All)
        {
            Console.WriteLine($"{PeersMarkdown.Heading(name)}\n");
            var figures = new List<PeerFigure>();
            foreach (var workload in Measure(name, parse))
            {
                if (figures.Count == 0)
                    Console.WriteLine(PeerTableText.Header(workload));
                Console.WriteLine(PeerTableText.Row(workload));
                figures.AddRange(workload);
            }

            if (figures.Count == 0)
                continue;
            Console.WriteLine($"\n{PeersMarkdown.Footer(figures)}\n");
            if (isWhole)
                file.Replace(name, figures);
        }
    }

    /// <summary>The figures of a table, workload by workload as they are measured.</summary>
    private static IEnumerable<IReadOnlyList<PeerFigure>> Measure(string name, ParseResult parse)
    {
        var isLayer = name != PeerTables.LanguageModels;
        var run = Circumstances.Now(parse.GetValue(threads), parse.GetValue(rounds) ?? (isLayer ? LayerRounds : ModelRounds));
        var size = parse.GetValue(hidden);
        if (isLayer)
        {
            return from workload in Workloads.Of(PeerTables.JobOf(name))
                   where workload.Cell == (parse.GetValue(cell) ?? workload.Cell) && workload.HiddenSize == (size ?? workload.HiddenSize)
                   select PeerMeasurement.Measure(workload, run);
        }

        if (parse.GetValue(cell) is not (null or PeerCell.Lstm))
            return [];
        var texts = new LanguageModelTexts(parse.GetValue(text)?.FullName);
        var race = new LanguageModelRace(texts, TimeSpan.FromSeconds(parse.GetValue(seconds)), run with { Text = texts.Description });
        return LanguageModelRow.All.Where(row => row.HiddenSize == (size ?? row.HiddenSize)).Select(race.Measure);
    }
}
