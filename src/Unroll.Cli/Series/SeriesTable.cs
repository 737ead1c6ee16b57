using System.Globalization;
using System.Text;
using CsvHelper;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Sequences;
using Unroll.Data;

namespace Unroll.Cli.Series;

/// <summary>
/// A table of series, a time step a row, read row by row: with or without names in its first line, many series under each other (a column names them) or beside each
/// other (each column is one).
/// </summary>
/// <param name="path">The file.</param>
/// <param name="columns">Which columns are what.</param>
internal sealed class SeriesTable(string path, SeriesColumns columns)
{
    private static readonly string[] MissingWords = ["", "NA", "N/A", "NaN", "null", "?", "-"];

    private readonly string name = Path.GetFileName(path);
    private readonly SeriesTime times = new(columns.DateFormat);
    private string[] names = [];

    /// <summary>Reads all of it.</summary>
    /// <exception cref="InvalidDataException">What is read is no such table; the message names line and column.</exception>
    public SeriesData Read()
    {
        if (Directory.Exists(path) || !File.Exists(path))
            throw CommandFailure.Failed($"{path}: there is no such file; expected a table with a time step a row. Check the path.");
        try
        {
            using var reader = DelimitedText.Open(path);
            return Read(reader, DelimitedText.FindDelimiter(path, columns.DecimalComma));
        }
        catch (DecoderFallbackException failure)
        {
            throw new InvalidDataException($"{path}: the file is not in UTF-8. Convert it to UTF-8.", failure);
        }
    }

    /// <summary>Reads what stands in a text with commas.</summary>
    public SeriesData Read(TextReader reader, char delimiter = ',')
    {
        using var parser = new CsvParser(reader, DelimitedText.Configuration(name, delimiter));
        if (!parser.Read())
            throw new InvalidDataException($"{name}: the file is empty; expected a time step a row.");
        var firstLine = DelimitedText.LineOf(parser);
        string[] header = [.. parser.Record!.Select(cell => cell.Trim())];
        string[]? first = null;
        // A first line of nothing but numbers, times and gaps is data.
        if (header.All(cell => IsNumber(cell) || times.TryRead(cell, out _)) && header.Any(cell => cell.Length > 0))
            (first, header) = (header, [.. Enumerable.Range(1, header.Length).Select(number => string.Create(CultureInfo.InvariantCulture, $"column {number}"))]);
        names = header;
        if (first is null && !parser.Read())
            throw new InvalidDataException($"{name}: there is no row of data below the names of the columns.");
        var roles = new SeriesRoles($"{name} line {firstLine}", names, first ?? Cells(parser, delimiter), columns, times, IsNumber);
        return columns.Each ? Each(parser, roles, first, delimiter) : Together(parser, roles, first, delimiter);
    }

    private SeriesData Together(CsvParser parser, SeriesRoles roles, string[]? first, char delimiter)
    {
        var builder = new TimeSeriesBuilder(name, roles.Channels) { Frequency = columns.Frequency, Duplicates = columns.Duplicates };
        var (values, gaps) = (new float[roles.Numbers.Length], new long[roles.Numbers.Length]);
        foreach (var (line, row) in Rows(parser, first, delimiter))
        {
            for (var index = 0; index < values.Length; index++)
            {
                values[index] = Number(row[roles.Numbers[index]], line, roles.Numbers[index]);
                gaps[index] += float.IsNaN(values[index]) ? 1 : 0;
            }

            builder.Add(SeriesOf(row, line, roles), TimeOf(row, line, roles), values, line);
        }

        return new(builder.Build(), [.. roles.TimeNote is { } note ? [note] : Array.Empty<string>(), .. builder.Notes, .. Gaps(roles, gaps)], roles.LeftOut, columns.Each);
    }

    /// <summary>Each target column a series of its own.</summary>
    private SeriesData Each(CsvParser parser, SeriesRoles roles, string[]? first, char delimiter)
    {
        if (roles.Series >= 0 || roles.Channels.Any(channel => channel.Role != ChannelRole.Target))
            throw CommandFailure.Usage("--each makes a series of each target column; leave --series, --past and --known out.");
        var builder = new TimeSeriesBuilder(name, [new("value")]) { Frequency = columns.Frequency, Duplicates = columns.Duplicates };
        var gaps = new long[roles.Numbers.Length];
        foreach (var (line, row) in Rows(parser, first, delimiter))
        {
            for (var index = 0; index < roles.Numbers.Length; index++)
            {
                var value = Number(row[roles.Numbers[index]], line, roles.Numbers[index]);
                gaps[index] += float.IsNaN(value) ? 1 : 0;
                builder.Add(names[roles.Numbers[index]], TimeOf(row, line, roles), [value], line);
            }
        }

        return new(builder.Build(), [.. roles.TimeNote is { } note ? [note] : Array.Empty<string>(), .. builder.Notes, .. Gaps(roles, gaps)], roles.LeftOut, columns.Each);
    }

    private static IEnumerable<string> Gaps(SeriesRoles roles, long[] gaps) => gaps.Index().Where(entry => entry.Item > 0)
        .Select(entry => string.Create(CultureInfo.InvariantCulture, $"'{roles.Channels[entry.Index].Name}': {entry.Item} cells are empty and count as missing"));

    private IEnumerable<(int Line, string[] Row)> Rows(CsvParser parser, string[]? first, char delimiter)
    {
        // The parser stands on the first row of data, or on the line of names and data in one.
        yield return (DelimitedText.LineOf(parser), first ?? Cells(parser, delimiter));
        while (parser.Read())
            yield return (DelimitedText.LineOf(parser), Cells(parser, delimiter));
    }

    private string[] Cells(CsvParser parser, char delimiter)
    {
        var row = parser.Record!;
        if (row.Length == names.Length)
            return row;
        var mixed = row.Length < names.Length && DelimitedText.Delimiters.FirstOrDefault(other => other != delimiter && row.Any(cell => cell.Contains(other))) is var found and not '\0'
            ? $" It has {DelimitedText.Word(found)} in it: does the file mix delimiters?"
            : delimiter == ',' && row.Length > names.Length ? " Numbers with a decimal comma need another delimiter, such as semicolons." : "";
        throw new InvalidDataException($"{name} line {DelimitedText.LineOf(parser)}: the row has {row.Length} columns; the first line has {names.Length}, with {DelimitedText.Word(delimiter)} between them.{mixed}");
    }

    private string SeriesOf(string[] row, int line, SeriesRoles roles)
    {
        if (roles.Series < 0)
            return "";
        var series = row[roles.Series].Trim();
        return series.Length > 0 ? series : throw new InvalidDataException($"{name} line {line}, column '{names[roles.Series]}': the name of the series is empty; every row belongs to one.");
    }

    private DateTime? TimeOf(string[] row, int line, SeriesRoles roles)
    {
        if (roles.Time < 0)
            return null;
        var text = row[roles.Time].Trim();
        if (times.TryReadNamed(text, out var time))
            return time;
        var remedy = columns.DateFormat is { } format ? $"expected a time written as '{format}'" : "expected one such as 2024-01-31 or 2024-01-31 13:00; name another way of writing with --date-format, for example --date-format dd/MM/yyyy";
        throw new InvalidDataException($"{name} line {line}, column '{names[roles.Time]}': '{Shown(text)}' is no time; {remedy}.");
    }

    private bool IsNumber(string cell) => MissingWords.Contains(cell.Trim(), StringComparer.OrdinalIgnoreCase) || TryNumber(cell, columns.DecimalComma, out _);

    private float Number(string cell, int line, int column)
    {
        if (MissingWords.Contains(cell.Trim(), StringComparer.OrdinalIgnoreCase))
            return float.NaN;
        if (TryNumber(cell, columns.DecimalComma, out var value) && float.IsFinite(value))
            return value;
        var place = $"{name} line {line}, column '{names[column]}': '{Shown(cell.Trim())}'";
        if (TryNumber(cell, columns.DecimalComma, out _))
            throw new InvalidDataException($"{place} is not finite; leave the cell empty where a value is missing.");
        if (TryNumber(cell, !columns.DecimalComma, out _))
            throw new InvalidDataException($"{place} has a decimal {(columns.DecimalComma ? "point" : "comma")}; numbers of this file are read with a decimal {(columns.DecimalComma ? "comma" : "point")}. {(columns.DecimalComma ? "Leave --decimal comma out" : "Say so with --decimal comma")}, if that is so on every line.");
        throw new InvalidDataException($"{place} is no number; leave the cell empty where a value is missing, or name the columns to read with --target, --past and --known.");
    }

    private static bool TryNumber(string cell, bool decimalComma, out float value)
    {
        value = 0;
        if (decimalComma)
        {
            if (cell.Contains('.'))
                return false;
            cell = cell.Replace(',', '.');
        }

        return float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private static string Shown(string text) => text.Length <= 40 ? text : text[..40] + "…";
}

/// <summary>What a table holds.</summary>
/// <param name="Set">The series.</param>
/// <param name="Notes">What was done to its rows, and what is missing, in words.</param>
/// <param name="LeftOut">Columns that nobody reads.</param>
/// <param name="IsEach">Whether each column is a series of its own.</param>
internal sealed record SeriesData(TimeSeriesSet Set, IReadOnlyList<string> Notes, IReadOnlyList<string> LeftOut, bool IsEach);
