using System.Globalization;
using System.Text;

namespace Unroll.Data;

/// <summary>
/// Reads <c>.ts</c> files of time series with labels, as the archives of UCR and UEA have them: lines <c>@name value</c>, then <c>@data</c> and one series a line,
/// its channels with <c>:</c> between them, the values of a channel with <c>,</c>, the label last. Read line by line.
/// </summary>
/// <remarks>Every number is finite: files with missing values (<c>?</c>) or time stamps are refused, since what to fill in is not for a reader to decide.</remarks>
public static class TimeSeriesFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no such file; the message names line and column.</exception>
    public static SequenceSet Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such file; expected a .ts file of time series. Check the path.", path);
        using var reader = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            return Read(reader, Path.GetFileName(path));
        }
        catch (DecoderFallbackException failure)
        {
            throw new InvalidDataException($"{path}: the file is not in UTF-8. Convert it to UTF-8.", failure);
        }
    }

    /// <summary>Reads what stands in a file.</summary>
    /// <param name="reader">Its text.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="InvalidDataException">It is no such text; the message names line and column.</exception>
    public static SequenceSet Read(TextReader reader, string name)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(name);
        var header = new Header(name);
        var items = new List<LabelledSequence>();
        var number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            line = line.Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (header.IsComplete)
                items.Add(ReadSeries(line, $"{name} line {number}", header, items.Count == 0 ? null : items[0]));
            else
                header.Read(line, number);
        }

        if (!header.IsComplete)
            throw new InvalidDataException($"{name}: there is no line '@data' in the file; is it a .ts file of time series?");
        return new(name, items);
    }

    private static LabelledSequence ReadSeries(string line, string source, Header header, LabelledSequence? first)
    {
        var end = line.LastIndexOf(':');
        var label = line[(end + 1)..].Trim();
        if (end < 0 || label.Length == 0)
            throw new InvalidDataException($"{source}: the line ends without a label after its last ':'.");
        header.CheckLabel(label, source);
        var channels = line[..end].Split(':');
        if (first is not null && channels.Length != first.Channels)
            throw new InvalidDataException($"{source}: the series has {channels.Length} channels; that of {first.Source} has {first.Channels}.");
        var steps = CountOf(channels[0], ',');
        var values = new float[checked(steps * channels.Length)];
        var column = 1;
        for (var channel = 0; channel < channels.Length; channel++)
        {
            var count = CountOf(channels[channel], ',');
            if (count != steps)
                throw new InvalidDataException($"{source}: channel {channel + 1} has {count} values; channel 1 has {steps}. The channels of a series are of one length.");
            var step = 0;
            foreach (var range in channels[channel].AsSpan().Split(','))
            {
                values[(step * channels.Length) + channel] = ReadNumber(channels[channel].AsSpan()[range], source, column + range.Start.Value);
                step++;
            }

            column += channels[channel].Length + 1;
        }

        return LabelledSequence.OfValues(values, channels.Length, label, source);
    }

    private static float ReadNumber(ReadOnlySpan<char> text, string source, int column)
    {
        text = text.Trim();
        if (text is "?")
            throw new InvalidDataException($"{source}, column {column}: the value is missing ('?'); fill the gap or leave the series out.");
        if (!float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !float.IsFinite(value))
            throw new InvalidDataException($"{source}, column {column}: '{Shown(text)}' is no finite number.");
        return value;
    }

    private static string Shown(ReadOnlySpan<char> text) => text.Length <= 40 ? text.ToString() : string.Concat(text[..40], "…");

    private static int CountOf(string text, char separator) => text.AsSpan().Count(separator) + 1;

    /// <summary>What stands before the data.</summary>
    private sealed class Header(string name)
    {
        private HashSet<string>? labels;

        public bool IsComplete { get; private set; }

        public void Read(string line, int number)
        {
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            switch (words[0].ToLowerInvariant())
            {
                case "@data":
                    IsComplete = true;
                    break;
                case "@timestamps" when IsTrue(words):
                    throw new InvalidDataException($"{name} line {number}: the values have time stamps; only series of values without them are read. Remove the stamps.");
                case "@targetlabel" when IsTrue(words):
                    throw new InvalidDataException($"{name} line {number}: the series have a number for a label; only named classes are read.");
                case "@classlabel" when !IsTrue(words):
                    throw new InvalidDataException($"{name} line {number}: the series have no labels ('{line}').");
                case "@classlabel":
                    labels = new(words.Skip(2), StringComparer.Ordinal);
                    break;
                case var word when word[0] != '@':
                    throw new InvalidDataException($"{name} line {number}: '{Shown(line)}' stands before '@data'; expected a line that begins with '@' or '#'. Is it a .ts file?");
                default:
                    // Whatever else a header says, the data say themselves.
                    break;
            }
        }

        public void CheckLabel(string label, string source)
        {
            if (labels is { Count: > 0 } && !labels.Contains(label))
                throw new InvalidDataException($"{source}: the label '{Shown(label)}' is none of those that the header names ({string.Join(", ", labels)}).");
        }

        private static bool IsTrue(string[] words) => words.Length > 1 && words[1].Equals("true", StringComparison.OrdinalIgnoreCase);
    }
}
