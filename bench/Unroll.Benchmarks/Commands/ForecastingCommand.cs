using System.CommandLine;
using Unroll.Benchmarks.Forecasting;
using Unroll.Benchmarks.Measurement;

namespace Unroll.Benchmarks.Commands;

/// <summary><c>forecasting</c>: forecasters on public series, over some seeds, beside naive forecasts and published figures.</summary>
internal static class ForecastingCommand
{
    private static readonly Option<string[]> tasks = new("--series")
    {
        Description = $"Only these: {string.Join(", ", ForecastingCatalogue.Names)}.",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<DirectoryInfo> data = new("--data") { Description = "Folder with small_series and exchange_rate.", Required = true };

    private static readonly Option<int> seeds = new("--seeds") { Description = "How many models of each, from seed 1.", DefaultValueFactory = _ => 3 };

    private static readonly Option<int> threads = new("--threads") { Description = "Threads to use.", DefaultValueFactory = _ => 2 };

    private static readonly Option<FileInfo?> page = new("--page") { Description = "A page, such as docs/forecasting.md, whose table between <!-- forecasting --> and <!-- /forecasting --> is made anew." };

    private static readonly Option<DirectoryInfo> results = ResultsFolder.Option("rows of forecasting.md and .json");

    public static Command Create()
    {
        tasks.AcceptOnlyFromAmong([.. ForecastingCatalogue.Names]);
        Require(seeds, "There is at least one seed.");
        Require(threads, "There is at least one thread.");
        var command = new Command("forecasting", "Trains forecasters on public series and measures them beside naive forecasts.") { tasks, data, seeds, threads, page, results };
        command.SetAction(Run);
        return command;
    }

    private static void Run(ParseResult parse)
    {
        var (chosen, folder) = (parse.GetValue(tasks), parse.GetRequiredValue(data).FullName);
        var path = Path.Combine(parse.GetRequiredValue(results).FullName, "forecasting.json");
        foreach (var task in ForecastingCatalogue.All.Where(task => chosen is null or [] || chosen.Contains(task.Name)))
        {
            if (!File.Exists(Path.Combine(folder, task.File)))
            {
                Console.WriteLine($"{task.Name}: skipped, {Path.Combine(folder, task.File)} is not there");
                continue;
            }

            Replace(path, ForecastingRun.Run(task, folder, parse.GetValue(seeds), parse.GetValue(threads)));
        }

        if (parse.GetValue(page) is { } target)
            ForecastingMarkdown.WriteInto(target.FullName, ForecastingMarkdown.Table(ResultsJson.ReadList<ForecastingResult>(path)));
    }

    /// <summary>A row takes the place of the last one of its task.</summary>
    private static void Replace(string path, ForecastingResult result)
    {
        ForecastingResult[] all =
        [
            .. ResultsJson.ReadList<ForecastingResult>(path).Where(known => known.Task != result.Task).Append(result)
                .OrderBy(row => ForecastingCatalogue.All.Index().Single(entry => entry.Item.Name == row.Task).Index),
        ];
        ResultsJson.WriteList(path, all);
        File.WriteAllText(Path.ChangeExtension(path, ".md"), ForecastingMarkdown.Of(all));
    }

    private static void Require(Option<int> option, string rule) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < 1)
            result.AddError($"{option.Name}: {rule}");
    });
}
