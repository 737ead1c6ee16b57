using System.Globalization;
using System.Text;
using CsvHelper;
using Unroll.Files;
using Unroll.Models;

namespace Unroll.Cli.Series;

/// <summary>Forecasts as a table: a line for each series, target and step ahead.</summary>
internal static class ForecastTable
{
    /// <summary>Writes a file.</summary>
    public static void Write(string path, IEnumerable<Forecast> forecasts) => DurableFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
        Write(writer, forecasts);
    });

    /// <summary>Writes the lines, the names of the columns first.</summary>
    public static void Write(TextWriter output, IEnumerable<Forecast> forecasts)
    {
        using var writer = new CsvWriter(output, CultureInfo.InvariantCulture, leaveOpen: true);
        var isFirst = true;
        foreach (var forecast in forecasts)
        {
            if (isFirst)
                WriteRow(writer, ["series", "target", "time", "ahead", "value", .. forecast.HasIntervals ? Bounds() : []]);
            isFirst = false;
            for (var target = 0; target < forecast.Targets.Count; target++)
            {
                for (var ahead = 1; ahead <= forecast.Horizon; ahead++)
                    WriteRow(writer, [forecast.SeriesName, forecast.Targets[target], Time(forecast, ahead), Number(ahead), Number(forecast.Value(ahead, target)), .. Bounds(forecast, ahead, target)]);
            }
        }
    }

    /// <summary>The time of a step ahead, or its number.</summary>
    public static string Time(Forecast forecast, int ahead) => forecast.TimeOf(ahead) is { } time ? SeriesTime.Write(time) : (forecast.Steps + ahead).ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<string> Bounds() => Forecaster.IntervalLevels.SelectMany(level => new[] { Named("low", level), Named("high", level) });

    private static string Named(string bound, double level) => string.Create(CultureInfo.InvariantCulture, $"{bound}{100 * level:F0}");

    private static IEnumerable<string> Bounds(Forecast forecast, int ahead, int target)
    {
        if (!forecast.HasIntervals)
            yield break;
        foreach (var level in Forecaster.IntervalLevels)
        {
            var (low, high) = forecast.Interval(level, ahead, target);
            yield return Number(low);
            yield return Number(high);
        }
    }

    private static string Number(double value) => ((float)value).ToString("G7", CultureInfo.InvariantCulture);

    private static void WriteRow(CsvWriter writer, IEnumerable<string> cells)
    {
        foreach (var cell in cells)
            writer.WriteField(cell);
        writer.NextRecord();
    }
}
