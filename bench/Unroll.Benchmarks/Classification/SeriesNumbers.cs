using Unroll.Data;

namespace Unroll.Benchmarks.Classification;

/// <summary>A series as so many numbers, for a model that knows no time.</summary>
internal static class SeriesNumbers
{
    /// <summary>All values, step after step.</summary>
    public static float[] Values(LabelledSequence series) => series.Values.ToArray();

    /// <summary>Of each channel mean, deviation, minimum, maximum, first and last value.</summary>
    public static float[] Summary(LabelledSequence series)
    {
        var values = series.Values.ToArray();
        return [.. Enumerable.Range(0, series.Channels).SelectMany(channel =>
        {
            var own = values.Where((_, index) => index % series.Channels == channel).ToArray();
            var mean = own.Average();
            return new[] { mean, MathF.Sqrt(own.Average(value => (value - mean) * (value - mean))), own.Min(), own.Max(), own[0], own[^1] };
        })];
    }
}
