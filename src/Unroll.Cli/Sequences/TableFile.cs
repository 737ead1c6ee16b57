using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Unroll.Data;

namespace Unroll.Cli.Sequences;

/// <summary>
/// A table with the names of its columns in the first line (RFC 4180; commas, semicolons or tabs, whichever the first line has most of), read row by row: a text a
/// row, or a time step a row, those of one group making a sequence in the order of the file.
/// </summary>
internal sealed class TableFile(string path, SequenceColumns columns)
{
    /// <summary>What may stand between two columns.</summary>
    internal static readonly char[] Delimiters = [',', ';', '\t'];

    private readonly string name = Path.GetFileName(path);

    public SequenceSet Read()
    {
        try
        {
            var delimiter = FindDelimiter(path);
            using var reader = Open(path);
            using var parser = new CsvParser(reader, Configuration(delimiter));
            if (!parser.Read())
                throw new InvalidDataException($"{name}: the file is empty; expected the names of its columns in the first line.");
            string[] names = [.. parser.Record!.Select(column => column.Trim())];
            var roles = new ColumnRoles($"{name} line {LineOf(parser)}", names, columns);
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
                var mixed = row.Length < width && Delimiters.FirstOrDefault(other => other != delimiter && row.Any(field => field.Contains(other))) is var found and not '\0'
                    ? $" It has {Word(found)} in it: does the file mix delimiters?"
                    : " A field that holds a delimiter stands in double quotes.";
                throw new InvalidDataException($"{name} line {LineOf(parser)}: the row has {row.Length} columns; the first line has {width}, with {Word(delimiter)} between them.{mixed}");
            }

            yield return (LineOf(parser), row);
        }
    }

    private CsvConfiguration Configuration(char delimiter) => new(CultureInfo.InvariantCulture)
    {
        Delimiter = delimiter.ToString(),
        HasHeaderRecord = false,
        IgnoreBlankLines = true,
        BadDataFound = bad => throw new InvalidDataException($"{name} line {bad.Context.Parser!.RawRow}: a double quote stands inside a field; put the whole field in double quotes and double those in it."),
    };

    /// <summary>Tabs in a .tsv; else the delimiter that the first line has most of.</summary>
    internal static char FindDelimiter(string path)
    {
        if (Path.GetExtension(path).Equals(".tsv", StringComparison.OrdinalIgnoreCase))
            return '\t';
        using var reader = Open(path);
        var line = reader.ReadLine() ?? "";
        return Delimiters.MaxBy(delimiter => line.Count(letter => letter == delimiter));
    }

    /// <summary>A byte-order mark is skipped; anything that is not UTF-8 throws.</summary>
    internal static StreamReader Open(string path) => new(path, new UTF8Encoding(false, throwOnInvalidBytes: true));

    /// <summary>The line on which a row begins: fields in quotes may hold line ends.</summary>
    internal static int LineOf(CsvParser parser) => parser.RawRow - parser.RawRecord.AsSpan().TrimEnd("\r\n").Count('\n');

    internal static string Word(char delimiter) => delimiter switch { ',' => "commas", ';' => "semicolons", _ => "tabs" };
}
