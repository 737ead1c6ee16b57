using System.Globalization;
using System.Text;

namespace Unroll.Data;

/// <summary>
/// Reads ARFF files (Weka) of time series with labels, as the archives of UCR and UEA have them: numeric attributes are the time steps of one channel, or one relational
/// attribute holds a row for each channel; the last attribute is the class. Read line by line.
/// </summary>
/// <remarks>
/// Missing values (<c>?</c>) at the end of a series mean that it is shorter; anywhere else they are refused, since what to fill in is not for a reader to decide.
/// So are sparse rows, dates and attributes of text before the last.
/// </remarks>
public static class ArffFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no such file; the message names the line.</exception>
    public static SequenceSet Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such file; expected an .arff file of time series. Check the path.", path);
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
    /// <exception cref="InvalidDataException">It is no such text; the message names the line.</exception>
    public static SequenceSet Read(TextReader reader, string name)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(name);
        var header = new ArffHeader();
        var items = new List<LabelledSequence>();
        var number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            line = line.Trim();
            if (line.Length == 0 || line[0] == '%')
                continue;
            var source = $"{name} line {number}";
            if (header.IsComplete)
                items.Add(ReadRow(line, source, header));
            else
                header.Read(line, source);
        }

        if (!header.IsComplete)
            throw new InvalidDataException($"{name}: there is no line '@data' in the file; is it an .arff file?");
        return new(name, items);
    }

    private static LabelledSequence ReadRow(string line, string source, ArffHeader header)
    {
        if (line[0] == '{')
            throw new InvalidDataException($"{source}: the row is sparse; only rows with all their values are read.");
        var fields = ArffFields.Split(line, source);
        var expected = header.IsRelational ? 2 : header.StepCount + 1;
        if (fields.Count != expected)
            throw new InvalidDataException($"{source}: the row has {fields.Count} fields; the header names {expected} attributes.");
        var label = fields[^1];
        if (label.Length == 0 || label == "?")
            throw new InvalidDataException($"{source}: the series has no label.");
        header.CheckLabel(label, source);
        string[][] channels = header.IsRelational
            ? [.. fields[0].Split("\\n").Select(row => row.Split(','))]
            : [[.. fields.Take(header.StepCount)]];
        for (var channel = 0; channel < channels.Length; channel++)
        {
            if (channels[channel].Length != header.StepCount)
                throw new InvalidDataException($"{source}: channel {channel + 1} has {channels[channel].Length} values; the header names {header.StepCount}.");
        }

        var steps = header.StepCount;
        while (steps > 0 && channels.All(channel => channel[steps - 1].Trim() == "?"))
            steps--;
        var values = new float[steps * channels.Length];
        for (var index = 0; index < values.Length; index++)
            values[index] = ReadNumber(channels[index % channels.Length][index / channels.Length].Trim(), source, (index % channels.Length) + 1, (index / channels.Length) + 1);
        return LabelledSequence.OfValues(values, channels.Length, label, source);
    }

    private static float ReadNumber(string text, string source, int channel, int step)
    {
        if (text == "?")
            throw new InvalidDataException($"{source}: the value of step {step} of channel {channel} is missing ('?'); fill the gap or leave the series out.");
        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value)
            ? value
            : throw new InvalidDataException($"{source}: step {step} of channel {channel}, '{(text.Length <= 40 ? text : text[..40] + "…")}', is no finite number.");
    }
}
