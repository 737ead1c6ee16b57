using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Unroll.Cli.Sequences;

namespace Unroll.Cli.Checks.Classification;

/// <summary>Reads a table as <see cref="TableFile"/> does, row by row, and goes on where that stops.</summary>
internal sealed class TableExamples(string path, SequenceColumns columns, PartTally part, Findings findings)
{
    private readonly Places wrongWidths = new();
    private readonly Places wrongQuotes = new();

    /// <summary>Reads it all.</summary>
    /// <returns>Its form.</returns>
    public DataForm Read(FileBytes bytes)
    {
        var delimiter = DelimitedText.FindDelimiter(path);
        var form = new DataForm("table") { Delimiter = delimiter, Bytes = bytes };
        using var reader = DelimitedText.Open(path);
        using var parser = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = delimiter.ToString(),
            HasHeaderRecord = false,
            IgnoreBlankLines = true,
            BadDataFound = bad => wrongQuotes.Add(FormattableString.Invariant($"line {bad.Context.Parser!.RawRow}")),
        });
        if (!parser.Read())
        {
            findings.Problem("empty", $"{part.Name}: the file is empty; expected the names of its columns in the first line.");
            return form;
        }

        string[] names = [.. parser.Record!.Select(column => column.Trim())];
        try
        {
            var roles = new ColumnRoles($"{part.Name} line {DelimitedText.LineOf(parser)}", names, columns);
            ReadRows(parser, names, roles);
            AddFindings(names.Length, delimiter);
            return form with { Columns = DataForm.RolesOf(names, roles) };
        }
        catch (InvalidDataException failure)
        {
            findings.Problem("columns", failure.Message);
            return form with { Columns = DataForm.RolesOf(names, null) };
        }
    }

    private void ReadRows(CsvParser parser, string[] names, ColumnRoles roles)
    {
        var groups = roles.Group < 0 ? null : new GroupedExamples(names, roles, part);
        while (parser.Read())
        {
            var row = parser.Record!;
            var line = DelimitedText.LineOf(parser);
            if (row.Length != names.Length)
                wrongWidths.Add(FormattableString.Invariant($"line {line} ({row.Length})"));
            else if (groups is null)
                part.AddText(row[roles.Text], roles.Label < 0 ? "" : row[roles.Label].Trim(), line);
            else
                groups.Add(line, row);
        }

        groups?.Finish(findings);
    }

    private void AddFindings(int width, char delimiter)
    {
        if (wrongWidths.Count > 0)
        {
            findings.Problem("row-width", $"{part.Name}: the first line has {width} columns, with {DelimitedText.Word(delimiter)} between them; other rows have another number of them: {wrongWidths}. A field that holds a delimiter stands in double quotes.");
        }

        if (wrongQuotes.Count > 0)
            findings.Problem("quotes", $"{part.Name}: a double quote stands inside a field: {wrongQuotes}. Put the whole field in double quotes and double those in it.");
    }
}
