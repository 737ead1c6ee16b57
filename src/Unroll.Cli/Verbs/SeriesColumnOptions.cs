using System.CommandLine;
using System.CommandLine.Parsing;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Series;
using Unroll.Data;

namespace Unroll.Cli.Verbs;

/// <summary>The options that say which columns of a table of series are what, for all verbs that read one.</summary>
internal sealed class SeriesColumnOptions
{
    private readonly Option<string?> target = Opt.Text("--target", "C,C,…", "The columns to forecast, or all (default: the only one that holds numbers)", "names of columns with commas between them");

    private readonly Option<string?> time = Opt.Text("--time", "COLUMN", "The column of the times (default: found by its name or its cells; without one, rows are numbered)", "the name of a column");

    private readonly Option<string?> series = Opt.Text("--series", "COLUMN", "The column that names the series a row belongs to, where there are many", "the name of a column");

    private readonly Option<bool> each = Opt.Flag("--each", "Each target column is a series of its own; one model learns from all of them");

    private readonly Option<string?> past = Opt.Text("--past", "C,C,…", "Columns that are read up to the present", "names of columns with commas between them");

    private readonly Option<string?> known = Opt.Text("--known", "C,C,…", "Columns that are known ahead as well, as a plan is", "names of columns with commas between them");

    private readonly Option<string?> dateFormat = Opt.Text("--date-format", "FORMAT", "How times are written, such as dd/MM/yyyy (default: ISO 8601)", "a format");

    private readonly Option<string?> decimalSign = Opt.OneOf("--decimal", "Whether numbers have a decimal point or comma (default point)", "point", "comma");

    private readonly Option<string?> frequency = Opt.Text("--frequency", "F", "How far apart steps are: 15min, hour, day, business-day, week, month … (default: found from the times)", "a frequency");

    private readonly Option<string?> aggregate = Opt.OneOf("--aggregate", "What becomes of several rows of one step (default refuse)", "refuse", "mean", "sum", "last");

    /// <summary>All of them, in the order that help shows.</summary>
    public IReadOnlyList<Option> All => [target, time, series, each, past, known, dateFormat, decimalSign, frequency, aggregate];

    /// <summary>What the user says.</summary>
    public SeriesColumns Of(ParseResult line)
    {
        if (line.GetValue(frequency) is { } text && !Frequency.TryParse(text, out _))
            throw CommandFailure.Usage($"--frequency {text}: expected one such as 15min, hour, day, business-day, week, month, quarter or year.");
        return new()
        {
            Targets = Names(line.GetValue(target)),
            Time = line.GetValue(time),
            Series = line.GetValue(series),
            Each = line.GetValue(each),
            Past = Names(line.GetValue(past)) ?? [],
            Known = Names(line.GetValue(known)) ?? [],
            DateFormat = line.GetValue(dateFormat),
            DecimalComma = line.GetValue(decimalSign) == "comma",
            Frequency = line.GetValue(frequency) is { } given && Frequency.TryParse(given, out var parsed) ? parsed : null,
            Duplicates = line.GetValue(aggregate) switch { "mean" => DuplicatePolicy.Mean, "sum" => DuplicatePolicy.Sum, "last" => DuplicatePolicy.Last, _ => DuplicatePolicy.Refuse },
        };
    }

    /// <summary>Whether the user says anything.</summary>
    public bool IsGiven(ParseResult line) => All.Any(option => line.GetResult(option) is OptionResult { Implicit: false });

    private static string[]? Names(string? text) => text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
