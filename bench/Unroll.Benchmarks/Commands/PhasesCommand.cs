using System.CommandLine;
using Unroll.Benchmarks.LanguageModels;
using Unroll.Benchmarks.Measurement;
using Unroll.Benchmarks.Peers;
using Unroll.Benchmarks.Phases;

namespace Unroll.Benchmarks.Commands;

/// <summary><c>phases</c>: where the time of an update and of serving goes, and how near each phase comes to the machine's limit.</summary>
internal static class PhasesCommand
{
    private static readonly (PeerCell Cell, int BatchSize, int TimeSteps, int HiddenSize)[] steps =
    [
        (PeerCell.Lstm, 20, 35, 200), (PeerCell.Lstm, 32, 50, 128), (PeerCell.Lstm, 64, 50, 256), (PeerCell.Lstm, 64, 50, 512), (PeerCell.Lstm, 64, 100, 1024),
        (PeerCell.Gru, 64, 50, 256), (PeerCell.Rnn, 64, 50, 256), (PeerCell.Lstm, 1, 100, 256),
    ];

    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "How often each phase has its turn.", DefaultValueFactory = _ => 7 };
        var threads = new Option<int>("--threads") { Description = "Threads to use.", DefaultValueFactory = _ => 2 };
        var hidden = new Option<int?>("--hidden") { Description = "Only training steps with this hidden size. Prints, and writes no files." };
        var text = new Option<FileInfo?>("--text") { Description = "What the language models read, such as tiny Shakespeare's input.txt; without it, made-up tokens." };
        var results = ResultsFolder.Option("phases.md and phases.json");
        var command = new Command("phases", "Measures the phases of training steps, of updates of language models and of serving against the machine's limits.")
        {
            rounds, threads, hidden, text, results,
        };
        command.SetAction(parse =>
        {
            var texts = new LanguageModelTexts(parse.GetValue(text)?.FullName);
            var run = Circumstances.Now(parse.GetValue(threads), parse.GetValue(rounds)) with { Text = texts.Description };
            var size = parse.GetValue(hidden);
            var works = steps.Where(step => step.HiddenSize == (size ?? step.HiddenSize))
                .SelectMany(step => LayerPhases.Measure(new(Job.Training, step.Cell, step.BatchSize, step.TimeSteps, step.HiddenSize), run));
            if (size is null)
            {
                works = works
                    .Concat(LanguageModelRow.All.Where(row => row.HiddenSize != 512).DistinctBy(row => row.Name).SelectMany(row => ModelPhases.Measure(row, texts, run)))
                    .Concat(ServingPhases.Measure(run));
            }

            var figures = Print(works);
            Console.WriteLine($"\n{run}");
            if (size is not null)
                return;
            var path = Path.Combine(parse.GetRequiredValue(results).FullName, "phases.json");
            ResultsJson.WriteList(path, figures);
            File.WriteAllText(Path.ChangeExtension(path, ".md"), PhaseMarkdown.Of(figures));
        });
        return command;
    }

    private static List<PhaseFigure> Print(IEnumerable<PhaseFigure> measured)
    {
        var figures = new List<PhaseFigure>();
        foreach (var figure in measured)
        {
            if (figures.Count == 0 || figures[^1].Work != figure.Work)
                Console.WriteLine($"\n{PhaseMarkdown.Header(figure.Work)}");
            figures.Add(figure);
            Console.WriteLine(PhaseMarkdown.Row(figure));
        }

        return figures;
    }
}
