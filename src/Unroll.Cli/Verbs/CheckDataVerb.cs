using System.CommandLine;
using System.CommandLine.Parsing;
using Unroll.Cli.Checks;
using Unroll.Cli.Checks.Classification;
using Unroll.Cli.Checks.Forecasting;
using Unroll.Cli.CommandLine;

namespace Unroll.Cli.Verbs;

/// <summary><c>unroll check data</c>: what is in data, and what is wrong with them.</summary>
internal static class CheckDataVerb
{
    private static readonly Argument<string> Data = new("FILE|FOLDER")
    {
        Description = "What is to be learned from, in one of the forms that 'unroll train classify' reads: a table, JSON lines, a .ts file, a folder of texts",
    };

    private static readonly Option<string?> Test = Opt.Text("--test", "FILE", "What the model is to be measured on: looked for labels that training never sees, and for copies", "a file or folder");

    private static readonly Option<string?> Text = Opt.Text("--text", "COLUMN", "The column of the texts (default: the one that is called so, or the other one of two)", "the name of a column");

    private static readonly Option<string?> Label = Opt.Text("--label", "COLUMN", "The column of the labels (default: label, class, target, category or y)", "the name of a column");

    private static readonly Option<string?> Group = Opt.Text("--group", "COLUMN", "Rows are time steps of numbers; this column says which sequence a row belongs to", "the name of a column");

    private static readonly Option<string?> Channels = Opt.Text("--channels", "C,C,…", "With --group, the columns of numbers (default: all others)", "names of columns with commas between them");

    private static readonly Option<bool> Forecast = Opt.Flag("--forecast", "The rows are steps of series, for 'unroll train forecast'; so they are where one of the following options is there");

    private static readonly SeriesColumnOptions Columns = new();

    private static readonly Option<bool> Json = Opt.Flag("--json", "Print one JSON object and nothing else");

    public static Command Create()
    {
        var command = new Command("data", "Say what is in data, what training would refuse, and what would mislead; the exit code is 0 where they are usable, else 1")
        {
            Data, Test, Text, Label, Group, Channels, Forecast,
        };
        foreach (var option in Columns.All)
            command.Add(option);
        command.Add(Json);
        command.SetAction(Run);
        return command.WithExamples(
            "unroll check data reviews.csv --text review --label sentiment --test later.csv",
            "unroll check data sensors.csv --group recording --label activity --channels x,y,z --json",
            "unroll check data GunPoint_TRAIN.ts --test GunPoint_TEST.ts",
            "unroll check data sales.csv --forecast --target sold --known price,holiday");
    }

    private static int Run(ParseResult line)
    {
        var path = line.GetValue(Data)!;
        if (ParseErrors.LooksLikeOption(path))
            throw CommandFailure.Usage(ParseErrors.UnknownOption(path, line.CommandResult.Command));
        if (line.GetValue(Forecast) || Columns.IsGiven(line))
            return RunForecast(line, path);
        if (line.GetValue(Text) is not null && line.GetValue(Group) is not null)
            throw CommandFailure.Usage("--text and --group contradict each other: a row is a text or a time step of numbers. Leave one of them out.");
        if (line.GetValue(Channels) is not null && line.GetValue(Group) is null)
            throw CommandFailure.Usage("--channels names columns of time steps; say with --group which column names the sequence a step belongs to.");
        var report = ClassificationCheck.Run(path, line.GetValue(Test), new()
        {
            Text = line.GetValue(Text),
            Label = line.GetValue(Label),
            Group = line.GetValue(Group),
            Channels = line.GetValue(Channels)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        });
        return DataReportView.Write(line.InvocationConfiguration.Output, report, line.GetValue(Json));
    }

    private static int RunForecast(ParseResult line, string path)
    {
        if (new Option[] { Test, Text, Label, Group, Channels }.FirstOrDefault(option => line.GetResult(option) is OptionResult { Implicit: false }) is { } other)
            throw CommandFailure.Usage($"{other.Name} is for examples with labels; with --forecast, or options for series, the rows are steps of series, whose last part is the test. Leave one of them out.");
        var words = new List<string> { ShellWord.Program(), "train", "forecast", ShellWord.Quote(path) };
        foreach (var option in Columns.All)
        {
            if (line.GetResult(option) is OptionResult { Implicit: false } given)
                words.AddRange([option.Name, .. given.Tokens.Select(token => ShellWord.Quote(token.Value))]);
        }

        return DataReportView.Write(line.InvocationConfiguration.Output, ForecastCheck.Run(path, Columns.Of(line), string.Join(' ', words)), line.GetValue(Json));
    }
}
