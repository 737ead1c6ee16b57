using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace Unroll.Cli.Sequences;

/// <summary>Tables as text, whatever stands in them: RFC 4180 in UTF-8, with commas, semicolons or tabs between the columns.</summary>
internal static class DelimitedText
{
    /// <summary>What may stand between two columns.</summary>
    public static readonly char[] Delimiters = [',', ';', '\t'];

    /// <summary>How a table is parsed.</summary>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="delimiter">What stands between two columns.</param>
    public static CsvConfiguration Configuration(string name, char delimiter) => new(CultureInfo.InvariantCulture)
    {
        Delimiter = delimiter.ToString(),
        HasHeaderRecord = false,
        IgnoreBlankLines = true,
        BadDataFound = bad => throw new InvalidDataException($"{name} line {bad.Context.Parser!.RawRow}: a double quote stands inside a field; put the whole field in double quotes and double those in it."),
    };

    /// <summary>Tabs in a .tsv; else the delimiter that the first line has most of, which commas are not where they may be decimal.</summary>
    /// <param name="path">The file.</param>
    /// <param name="decimalComma">Whether numbers have a decimal comma.</param>
    public static char FindDelimiter(string path, bool decimalComma = false)
    {
        if (Path.GetExtension(path).Equals(".tsv", StringComparison.OrdinalIgnoreCase))
            return '\t';
        using var reader = Open(path);
        var line = reader.ReadLine() ?? "";
        return decimalComma && line.Contains(';') ? ';' : Delimiters.MaxBy(delimiter => line.Count(letter => letter == delimiter));
    }

    /// <summary>A byte-order mark is skipped; anything that is not UTF-8 throws.</summary>
    public static StreamReader Open(string path) => new(path, new UTF8Encoding(false, throwOnInvalidBytes: true));

    /// <summary>The line on which a row begins: fields in quotes may hold line ends.</summary>
    public static int LineOf(CsvParser parser) => parser.RawRow - parser.RawRecord.AsSpan().TrimEnd("\r\n").Count('\n');

    /// <summary>A delimiter in words.</summary>
    public static string Word(char delimiter) => delimiter switch { ',' => "commas", ';' => "semicolons", _ => "tabs" };
}
