using System.Text;

namespace Unroll.Data;

/// <summary>
/// Reads files with a token and its label on each line, and a blank line between two sequences, as those of the CoNLL tasks: a tab between the two, or, on lines without
/// one, white space. The label is what stands last on the line; what stands between the two
/// is passed over, as are lines that begin with <c>-DOCSTART-</c>. Read line by line.
/// </summary>
public static class TokenLabelFile
{
    private const string DocumentMark = "-DOCSTART-";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="needsLabels">Whether a line without a label is refused; otherwise its label is empty.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no such file; the message names the line.</exception>
    public static SequenceSet Read(string path, bool needsLabels = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such file; expected one of tokens with their labels. Check the path.", path);
        using var reader = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            return Read(reader, Path.GetFileName(path), needsLabels);
        }
        catch (DecoderFallbackException failure)
        {
            throw new InvalidDataException($"{path}: the file is not in UTF-8. Convert it to UTF-8.", failure);
        }
    }

    /// <summary>Reads what stands in a file.</summary>
    /// <param name="reader">Its text.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="needsLabels">Whether a line without a label is refused; otherwise its label is empty.</param>
    /// <exception cref="InvalidDataException">It is no such text; the message names the line.</exception>
    public static SequenceSet Read(TextReader reader, string name, bool needsLabels = true)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(name);
        var items = new List<LabelledSequence>();
        var (tokens, labels) = (new List<string>(), new List<string>());
        var (number, first) = (0, 0);
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.StartsWith(DocumentMark, StringComparison.Ordinal))
            {
                Finish();
                continue;
            }

            first = tokens.Count == 0 ? number : first;
            var (token, label) = ReadLine(line, $"{name} line {number}", needsLabels);
            tokens.Add(token);
            labels.Add(label);
        }

        Finish();
        return new(name, items);

        void Finish()
        {
            if (tokens.Count > 0)
                items.Add(LabelledSequence.OfTokens(tokens, labels, $"{name} line {first}"));
            tokens.Clear();
            labels.Clear();
        }
    }

    private static (string Token, string Label) ReadLine(string line, string source, bool needsLabels)
    {
        var fields = line.Contains('\t') ? line.Split('\t', StringSplitOptions.TrimEntries) : line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields[0].Length == 0)
            throw new InvalidDataException($"{source}: the token is blank; a sequence ends with an empty line.");
        var label = fields.Length > 1 ? fields[^1] : "";
        if (needsLabels && label.Length == 0)
            throw new InvalidDataException($"{source}: '{(line.Length <= 40 ? line.Trim() : line[..40] + "…")}' has no label; expected a token, a tab and its label.");
        return (fields[0], label);
    }
}
