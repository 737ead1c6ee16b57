using Unroll.Data;
using Unroll.Models;

namespace Unroll.Cli.Series;

/// <summary>Series as they looked at an earlier time.</summary>
internal static class SeriesCuts
{
    /// <summary>The first steps of a series; the next ones too where some channels are known ahead, without their targets.</summary>
    /// <param name="set">The set of the series.</param>
    /// <param name="series">The series.</param>
    /// <param name="length">How many steps are known.</param>
    /// <param name="horizon">How many steps ahead follow.</param>
    public static TimeSeries At(TimeSeriesSet set, TimeSeries series, int length, int horizon)
    {
        var channels = set.Channels.Count;
        if (set.Channels.All(channel => channel.Role != ChannelRole.Known))
            return TimeSeries.Of(series.Values[..(length * channels)], channels, series.Name, series.Start);
        var values = series.Values[..(Math.Min(series.Length, length + horizon) * channels)].ToArray();
        for (var place = length * channels; place < values.Length; place++)
        {
            if (set.Channels[place % channels].Role != ChannelRole.Known)
                values[place] = float.NaN;
        }

        return TimeSeries.Of(values, channels, series.Name, series.Start);
    }

    /// <summary>How many steps there are to the last one with a target.</summary>
    public static int KnownLength(TimeSeriesSet set, TimeSeries series)
    {
        var channels = set.Channels.Count;
        var values = series.Values.Span;
        for (var step = series.Length; step > 0; step--)
        {
            foreach (var target in set.Targets)
            {
                if (!float.IsNaN(values[((step - 1) * channels) + target]))
                    return step;
            }
        }

        return 0;
    }

    /// <summary>How a series goes on after its last step, or null where channels that are known ahead end with it.</summary>
    public static Forecast? Next(Forecaster model, TimeSeriesSet set, TimeSeries series)
    {
        var length = KnownLength(set, series);
        var hasKnown = set.Channels.Any(channel => channel.Role == ChannelRole.Known);
        return hasKnown && series.Length < length + model.Options.Horizon ? null : model.Forecast(hasKnown ? At(set, series, length, model.Options.Horizon) : series);
    }
}
