using System.CommandLine;
using Unroll.Benchmarks.Classification;
using Unroll.Benchmarks.Examinations;
using Unroll.Benchmarks.Measurement;
using Unroll.Tensors;

namespace Unroll.Benchmarks.Commands;

/// <summary><c>classification</c>: classifiers of sequences on public data, beside the most frequent label, logistic regression and published results.</summary>
internal static class ClassificationCommand
{
    private const string FileName = "classification.json";

    private static readonly Option<DirectoryInfo?> data = new("--data")
    {
        Description = "Folder with a folder for each data set: names_18_languages, rotten_tomatoes, …; a task whose folder is not there is skipped.",
    };

    private static readonly Option<string[]> tasks = new("--task")
    {
        Description = $"Only these: {string.Join(", ", ClassificationCatalogue.Names)}.",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<int> seeds = new("--seeds") { Description = "How many runs of each task, with the seeds 1, 2, ….", DefaultValueFactory = _ => 3 };

    private static readonly Option<int> threads = new("--threads") { Description = "Threads to use.", DefaultValueFactory = _ => 2 };

    private static readonly Option<FileInfo?> page = new("--page")
    {
        Description = "A page, such as docs/classification.md, whose table between <!-- classification --> and <!-- /classification --> is made anew.",
    };

    private static readonly Option<DirectoryInfo> results = ResultsFolder.Option("rows of classification.md and .json");

    public static Command Create()
    {
        tasks.AcceptOnlyFromAmong([.. ClassificationCatalogue.Names]);
        Positive(seeds, "There is at least one seed.");
        Positive(threads, "There is at least one thread.");
        var command = new Command("classification", "Trains classifiers of names, reviews, movements, speakers and digits, and measures them on their tests.")
        {
            data, tasks, seeds, threads, page, results,
        };
        command.SetAction(Run);
        return command;
    }

    private static void Run(ParseResult parse)
    {
        Parallelism.ThreadCount = parse.GetValue(threads);
        var file = Path.Combine(parse.GetRequiredValue(results).FullName, FileName);
        var origin = ExaminationOrigin.Now(parse.GetValue(threads));
        foreach (var task in ClassificationCatalogue.All.Where(task => parse.GetValue(tasks) is not { Length: > 0 } chosen || chosen.Contains(task.Name)))
        {
            if (parse.GetValue(data) is not { } root)
            {
                Console.WriteLine($"{task.Name}: skipped, no folder was given with --data");
                continue;
            }

            var folder = Path.Combine(root.FullName, task.Folder);
            if (!Directory.Exists(folder))
            {
                Console.WriteLine($"{task.Name}: skipped, there is no folder {folder}");
                continue;
            }

            Write(file, ClassificationMeasurement.Of(task, folder, parse.GetValue(seeds), origin));
        }

        var table = ClassificationMarkdown.Table(ResultsJson.ReadList<ClassificationResult>(file));
        Console.WriteLine(table);
        if (parse.GetValue(page) is { } target)
            ClassificationMarkdown.WriteInto(target.FullName, table);
    }

    /// <summary>Puts a row in the place of the one of its task, and writes both files.</summary>
    private static void Write(string file, ClassificationResult result)
    {
        var rows = ResultsJson.ReadList<ClassificationResult>(file).Where(row => row.Task != result.Task).Append(result);
        ClassificationResult[] all = [.. from task in ClassificationCatalogue.All from row in rows where row.Task == task.Name select row];
        ResultsJson.WriteList(file, all);
        File.WriteAllText(Path.ChangeExtension(file, ".md"), ClassificationMarkdown.Of(all));
    }

    private static void Positive(Option<int> option, string rule) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < 1)
            result.AddError($"{option.Name}: {rule}");
    });
}
