using Unroll.Data;

namespace Unroll.Models;

/// <summary>
/// Cuts series into windows. A window of training looks at no step of a later part, neither to read nor to forecast; one of validation reads back into the part before, as
/// forecasts do in use.
/// </summary>
internal static class ForecastWindows
{
    /// <summary>Windows with a single origin overlap by all but one step up to about so many; of longer series fewer are taken.</summary>
    private const int MaximumSingles = 10_000;

    public static List<ForecastWindow> OfTraining(ForecastEncoder encoder, TimeSplit split, Func<TimeSeries, int, EncodedSeries> encode)
    {
        var windows = new List<ForecastWindow>();
        for (var index = 0; index < split.Set.Items.Count; index++)
        {
            var end = split.TrainingEnd(index);
            if (end >= 2)
                Add(windows, encoder.Options, encode(split.Set.Items[index], end), 0, end, StrideOf(encoder.Options, split));
        }

        return windows;
    }

    public static List<ForecastWindow> OfValidation(ForecastEncoder encoder, TimeSplit split, Func<TimeSeries, int, EncodedSeries> encode)
    {
        var windows = new List<ForecastWindow>();
        for (var index = 0; index < split.Set.Items.Count; index++)
        {
            var (start, end) = (split.TrainingEnd(index), split.ValidationEnd(index));
            if (end > start && end >= 2)
                Add(windows, encoder.Options, encode(split.Set.Items[index], end), start, end, encoder.Options.OriginCount);
        }

        return windows;
    }

    /// <summary>Each origin of training is seen twice, after different beginnings.</summary>
    private static int StrideOf(ForecasterOptions options, TimeSplit split)
    {
        if (options.OriginCount > 1)
            return Math.Max(1, options.OriginCount / 2);
        var steps = Enumerable.Range(0, split.Set.Items.Count).Sum(index => (long)split.TrainingEnd(index));
        return (int)Math.Max(1, steps / MaximumSingles);
    }

    private static void Add(List<ForecastWindow> windows, ForecasterOptions options, EncodedSeries series, int targetStart, int targetEnd, int stride)
    {
        // The first origin whose forecast reaches the part, and the last with something of it left.
        var (first, last) = (Math.Max(0, targetStart - options.Horizon), targetEnd - 2);
        if (targetStart == 0)
            first = Math.Min(options.Context - 1, last / 2);
        for (var origin = first; origin <= last; origin += stride)
        {
            var start = Math.Max(0, origin - options.Context + 1);
            var lastOrigin = Math.Min(last, origin + options.OriginCount - 1);
            windows.Add(new(series, start, lastOrigin - start + 1, origin - start, targetStart, targetEnd));
        }
    }
}
