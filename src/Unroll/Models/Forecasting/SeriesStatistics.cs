namespace Unroll.Models;

/// <summary>Mean and deviation of each channel of a series in its training part, targets transformed.</summary>
/// <param name="Means">[C].</param>
/// <param name="Deviations">[C], above 0; 1 for a channel that stands still.</param>
internal sealed record SeriesStatistics(float[] Means, float[] Deviations)
{
    /// <summary>Measures the first steps of a series.</summary>
    /// <param name="values">[T, C], targets transformed; NaN where a value is missing.</param>
    /// <param name="channels">C.</param>
    public static SeriesStatistics Of(ReadOnlySpan<float> values, int channels)
    {
        var (means, deviations) = (new float[channels], new float[channels]);
        for (var channel = 0; channel < channels; channel++)
        {
            // Welford's updates, so that a large mean costs no digits.
            var (mean, squares, count) = (0.0, 0.0, 0L);
            for (var place = channel; place < values.Length; place += channels)
            {
                if (float.IsNaN(values[place]))
                    continue;
                var difference = values[place] - mean;
                mean += difference / ++count;
                squares += difference * (values[place] - mean);
            }

            var deviation = count == 0 ? 0 : (float)Math.Sqrt(squares / count);
            (means[channel], deviations[channel]) = ((float)mean, deviation > 0 ? deviation : 1);
        }

        return new(means, deviations);
    }

    /// <summary>What is taken for a series that was not there in training: the mean of all.</summary>
    public static SeriesStatistics MeanOf(IReadOnlyList<SeriesStatistics> all)
    {
        var channels = all[0].Means.Length;
        return new(
            [.. Enumerable.Range(0, channels).Select(channel => all.Average(one => one.Means[channel]))],
            [.. Enumerable.Range(0, channels).Select(channel => all.Average(one => one.Deviations[channel]))]);
    }
}
