using System.CommandLine;
using System.Globalization;
using Unroll.Benchmarks.Examinations;
using Unroll.Benchmarks.Measurement;
using Unroll.Cells;

namespace Unroll.Benchmarks.Commands;

/// <summary><c>examinations</c>: every cell on the classic tasks of the literature, with the same parameters and budget.</summary>
internal static class ExaminationsCommand
{
    private static readonly string[] cellNames = [.. Cell.BuiltIn.Select(cell => cell.Name)];

    private static readonly Option<string[]> tasks = new("--task")
    {
        Description = $"Only these: {string.Join(", ", ExaminationCatalogue.Names)}.",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string[]> cells = new("--cell") { Description = $"Only these: {string.Join(", ", cellNames)}.", AllowMultipleArgumentsPerToken = true };

    private static readonly Option<int?> parameters = new("--parameters") { Description = "The most parameters of a network; without it, what the task is usually given with." };

    private static readonly Option<long?> updates = new("--updates") { Description = "How many updates a cell makes on a task; without it, the task's. A text is read in whole passes." };

    private static readonly Option<double?> seconds = new("--seconds") { Description = "How long a cell trains instead, whatever the updates; tests come on top." };

    private static readonly Option<double?> speed = new("--speed") { Description = "Measures only how fast the networks of the rows that are there train, for so many seconds each, and puts it into them." };

    private static readonly Option<float?> rate = new("--rate") { Description = "The learning rate at the start; without it, the task's." };

    private static readonly Option<float?> forgetBias = new("--forget-bias") { Description = "What the biases of an LSTM's forget gate add up to at the start; without it, as drawn. Makes a row of its own." };

    private static readonly Option<ulong> seed = new("--seed") { Description = "Where weights and sequences come from.", DefaultValueFactory = _ => 1 };

    private static readonly Option<int> threads = new("--threads") { Description = "Threads to use.", DefaultValueFactory = _ => 2 };

    private static readonly Option<bool> missing = new("--missing") { Description = "Only cells that have no row for a task yet." };

    private static readonly Option<DirectoryInfo?> digits = new("--mnist") { Description = "Folder with the four files of MNIST, such as train-images-idx3-ubyte.gz." };

    private static readonly Option<FileInfo?> text = new("--text") { Description = "Tiny Shakespeare's input.txt." };

    private static readonly Option<FileInfo?> page = new("--page") { Description = "A page, such as docs/cells.md, whose table between <!-- examinations --> and <!-- /examinations --> is made anew." };

    private static readonly Option<DirectoryInfo> results = ResultsFolder.Option("rows of examinations.md and .json");

    public static Command Create()
    {
        tasks.AcceptOnlyFromAmong([.. ExaminationCatalogue.Names]);
        cells.AcceptOnlyFromAmong(cellNames);
        Require(seconds, value => value is null or > 0, "A time is over 0 seconds.");
        Require(speed, value => value is null or > 0, "A time is over 0 seconds.");
        Require(updates, value => value is null or > 0, "There is at least one update.");
        Require(rate, value => value is null or > 0, "A learning rate is over 0.");
        Require(threads, value => value > 0, "There is at least one thread.");
        var command = new Command("examinations", "Examines cells on the classic tasks: adding, copying, order, parity, brackets, digits by pixels, a text.")
        {
            tasks, cells, parameters, updates, seconds, speed, rate, forgetBias, seed, threads, missing, digits, text, page, results,
        };
        command.SetAction(Run);
        return command;
    }

    private static void Run(ParseResult parse)
    {
        var settings = new ExaminationSettings
        {
            Updates = parse.GetValue(updates),
            Seconds = parse.GetValue(speed) ?? parse.GetValue(seconds),
            Parameters = parse.GetValue(parameters),
            LearningRate = parse.GetValue(rate),
            ForgetBias = parse.GetValue(forgetBias),
            Seed = parse.GetValue(seed),
            Threads = parse.GetValue(threads),
        };
        var file = new ExaminationFile(parse.GetRequiredValue(results));
        var origin = ExaminationOrigin.Now(settings.Threads);
        var catalogue = ExaminationCatalogue.All(parse.GetValue(digits), parse.GetValue(text));
        foreach (var examination in catalogue.Where(examination => IsChosen(parse.GetValue(tasks), examination.Name)))
        {
            if (examination.Missing is { } reason)
            {
                Console.WriteLine($"{examination.Name}: skipped, {reason}\n");
                continue;
            }

            foreach (var cell in Cell.BuiltIn.Where(cell => IsChosen(parse.GetValue(cells), cell.Name)))
            {
                if (parse.GetValue(speed) is not null)
                {
                    MeasureSpeed(file, examination, cell, settings, catalogue);
                    continue;
                }

                if (parse.GetValue(missing) && file.Has(examination, cell, settings))
                    continue;
                var result = examination.Examine(cell, settings);
                Console.WriteLine($"{ExaminationMarkdown.Header(examination)}\n{ExaminationMarkdown.Row(examination, result)}\n");
                file.Replace(result, origin, catalogue);
            }
        }

        if (parse.GetValue(page) is { } target)
            file.WriteGrid(target.FullName, catalogue);
    }

    private static void MeasureSpeed(
        ExaminationFile file, Examination examination, Cell cell, ExaminationSettings settings, IReadOnlyList<Examination> catalogue)
    {
        if (!file.Has(examination, cell, settings))
            return;
        var tokens = examination.Speed(cell, settings);
        if (!(tokens > 0))
        {
            Console.WriteLine($"{examination.Name}, {cell}: diverges before anything can be measured; its row stays as it is");
            return;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{examination.Name}, {cell}: {tokens:N0} tokens/s"));
        file.SetSpeed(examination, cell, settings, tokens, catalogue);
    }

    private static bool IsChosen(string[]? chosen, string name) => chosen is null or [] || chosen.Contains(name);

    private static void Require<T>(Option<T> option, Func<T?, bool> isGood, string rule) => option.Validators.Add(result =>
    {
        if (!isGood(result.GetValueOrDefault<T>()))
            result.AddError($"{option.Name}: {rule}");
    });
}
