using System.Text;

namespace Unroll.Data;

/// <summary>The fields of a line of an ARFF file: commas between them, single or double quotes around what holds a comma, a backslash before a quote inside.</summary>
internal static class ArffFields
{
    /// <summary>Cuts a line into its fields, without quotes and outer blanks.</summary>
    /// <exception cref="InvalidDataException">A quote has no end, or something follows it.</exception>
    public static List<string> Split(string line, string source)
    {
        var fields = new List<string>();
        var position = 0;
        while (true)
        {
            fields.Add(Next(line, ref position, source, ','));
            if (position >= line.Length)
                return fields;
            if (line[position] != ',')
                throw new InvalidDataException($"{source}, column {position + 1}: '{line[position]}' follows a field in quotes; expected a comma.");
            position++;
        }
    }

    /// <summary>The field that begins at a position, which moves behind it and the blanks after it.</summary>
    /// <param name="line">The line.</param>
    /// <param name="position">Where it begins.</param>
    /// <param name="source">The file and line, for messages.</param>
    /// <param name="end">What ends a field that is not in quotes: a comma, or a blank for any white space.</param>
    public static string Next(string line, ref int position, string source, char end)
    {
        while (position < line.Length && char.IsWhiteSpace(line[position]))
            position++;
        if (position == line.Length || line[position] is not ('\'' or '"'))
        {
            var start = position;
            while (position < line.Length && !(end == ' ' ? char.IsWhiteSpace(line[position]) : line[position] == end))
                position++;
            return line[start..position].Trim();
        }

        var quote = line[position];
        var (opened, text) = (position++, new StringBuilder());
        while (position < line.Length && line[position] != quote)
        {
            // The two letters \n, which separate the channels of a relational value, stay what they are.
            if (line[position] == '\\' && position + 1 < line.Length && line[position + 1] is ('\'' or '"' or '\\'))
                position++;
            text.Append(line[position++]);
        }

        if (position >= line.Length)
            throw new InvalidDataException($"{source}, column {opened + 1}: the quote {quote} has no end on its line.");
        position++;
        while (position < line.Length && char.IsWhiteSpace(line[position]))
            position++;
        return text.ToString();
    }
}
