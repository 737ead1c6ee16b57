using System.Globalization;
using Unroll.Data;

namespace Unroll.Benchmarks.Forecasting;

/// <summary>Reads the files of the tasks.</summary>
internal static class SeriesFiles
{
    private static readonly CultureInfo culture = CultureInfo.InvariantCulture;

    /// <summary>A line of names, then rows of a date and a value, with or without quotes.</summary>
    public static TimeSeriesSet ReadDated(string path, string format, Frequency frequency)
    {
        var builder = new TimeSeriesBuilder(Path.GetFileName(path), [new("value")]) { Frequency = frequency };
        foreach (var (index, row) in File.ReadLines(path).Index().Skip(1))
        {
            var cells = row.Replace("\"", "", StringComparison.Ordinal).Split(',');
            if (cells.Length != 2)
                continue;
            if (!DateTime.TryParseExact(cells[0], format, culture, DateTimeStyles.None, out var time) || !float.TryParse(cells[1], culture, out var value))
                throw new InvalidDataException($"{path} line {index + 1}: '{row}' is no date and value.");
            builder.Add("", time, [value], index + 1);
        }

        return builder.Build();
    }

    /// <summary>Rows of numbers without names or dates, each column a series.</summary>
    public static TimeSeriesSet ReadColumns(string path, string[] names)
    {
        var columns = Array.ConvertAll(names, _ => new List<float>());
        foreach (var (index, row) in File.ReadLines(path).Index())
        {
            var cells = row.Split(',');
            for (var column = 0; column < names.Length; column++)
            {
                if (cells.Length != names.Length || !float.TryParse(cells[column], culture, out var value))
                    throw new InvalidDataException($"{path} line {index + 1}: expected {names.Length} numbers.");
                columns[column].Add(value);
            }
        }

        return new(Path.GetFileName(path), [new("rate")], Frequency.Steps, [.. names.Zip(columns, (name, values) => TimeSeries.Of(values.ToArray(), name: name))]);
    }
}
