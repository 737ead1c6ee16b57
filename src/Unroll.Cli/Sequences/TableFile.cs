using System.Text;
using CsvHelper;
using Unroll.Data;

namespace Unroll.Cli.Sequences;

/// <summary>
/// A table with the names of its columns in the first line (RFC 4180; commas, semicolons or tabs, whichever the first line has most of), read row by row: a text a
/// row, or a time step a row, those of one group making a sequence in the order of the file.
/// </summary>
internal sealed class TableFile(string path, SequenceColumns columns)
{
    private readonly string name = Path.GetFileName(path);

    public SequenceSet Read()
    {
        try
        {
            var delimiter = DelimitedText.FindDelimiter(path);
            using var reader = DelimitedText.Open(path);
            using var parser = new CsvParser(reader, DelimitedText.Configuration(name, delimiter));
            if (!parser.Read())
                throw new InvalidDataException($"{name}: the file is empty; expected the names of its columns in the first line.");
            string[] names = [.. parser.Record!.Select(column => column.Trim())];
            var roles = new ColumnRoles($"{name} line {DelimitedText.LineOf(parser)}", names, columns);
            return new(name, roles.Group < 0 ? ReadTexts(parser, roles, names.Length, delimiter) : new GroupedRows(name, names, roles, columns.PerStep).Read(Rows(parser, names.Length, delimiter)));
        }
        catch (DecoderFallbackException failure)
        {
            throw new InvalidDataException($"{path}: the file is not in UTF-8. Convert it to UTF-8.", failure);
        }
    }

    private List<LabelledSequence> ReadTexts(CsvParser parser, ColumnRoles roles, int width, char delimiter)
    {
        var items = new List<LabelledSequence>();
        foreach (var (line, row) in Rows(parser, width, delimiter))
            items.Add(LabelledSequence.OfText(row[roles.Text], roles.Label < 0 ? "" : row[roles.Label].Trim(), $"{name} line {line}"));
        return items;
    }

    private IEnumerable<(int Line, string[] Row)> Rows(CsvParser parser, int width, char delimiter)
    {
        while (parser.Read())
        {
            var row = parser.Record!;
            if (row.Length != width)
            {
                var mixed = row.Length < width && DelimitedText.Delimiters.FirstOrDefault(other => other != delimiter && row.Any(field => field.Contains(other))) is var found and not '\0'
                    ? $" It has {DelimitedText.Word(found)} in it: does the file mix delimiters?"
                    : " A field that holds a delimiter stands in double quotes.";
                throw new InvalidDataException($"{name} line {DelimitedText.LineOf(parser)}: the row has {row.Length} columns; the first line has {width}, with {DelimitedText.Word(delimiter)} between them.{mixed}");
            }

            yield return (DelimitedText.LineOf(parser), row);
        }
    }
}
