namespace Unroll.Data;

/// <summary>
/// Brings each channel to mean 0 and deviation 1, as measured on the sequences it was fitted to: those of the training part, never others. Immutable.
/// </summary>
public sealed class SeriesScaler
{
    private readonly float[] means;
    private readonly float[] deviations;

    /// <summary>A scaler of given numbers.</summary>
    /// <param name="means">One for each channel; finite.</param>
    /// <param name="deviations">One for each channel; finite and over 0.</param>
    /// <exception cref="ArgumentException">There is no channel, the lists differ in length, or a number is outside its range.</exception>
    public SeriesScaler(IReadOnlyList<float> means, IReadOnlyList<float> deviations)
    {
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(deviations);
        if (means.Count == 0 || means.Count != deviations.Count)
            throw new ArgumentException($"There are {means.Count} means and {deviations.Count} deviations; expected one of each for every channel.", nameof(deviations));
        for (var channel = 0; channel < means.Count; channel++)
        {
            if (!float.IsFinite(means[channel]) || !float.IsFinite(deviations[channel]) || deviations[channel] <= 0)
                throw new ArgumentException(FormattableString.Invariant($"Channel {channel + 1} has the mean {means[channel]} and the deviation {deviations[channel]}; expected finite numbers, the deviation over 0."), nameof(deviations));
        }

        this.means = [.. means];
        this.deviations = [.. deviations];
    }

    /// <summary>C.</summary>
    public int Channels => means.Length;

    /// <summary>The mean of each channel.</summary>
    public IReadOnlyList<float> Means => means;

    /// <summary>The standard deviation of each channel; 1 for one that is constant.</summary>
    public IReadOnlyList<float> Deviations => deviations;

    /// <summary>Measures all time steps of a set together.</summary>
    /// <param name="sequences">Series, not texts.</param>
    /// <exception cref="ArgumentException">They are texts.</exception>
    public static SeriesScaler Fit(SequenceSet sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        if (sequences.IsText)
            throw new ArgumentException($"{sequences.Name}: texts have no channels to be scaled.", nameof(sequences));
        var channels = sequences.Channels;
        var (means, deviations) = (new double[channels], new double[channels]);
        long steps = 0;
        foreach (var item in sequences.Items)
        {
            steps += item.TimeSteps;
            AddEach(item, means, static (value, _) => value);
        }

        for (var channel = 0; channel < channels; channel++)
            means[channel] /= steps;
        foreach (var item in sequences.Items)
            AddEach(item, deviations, (value, channel) => (value - means[channel]) * (value - means[channel]));
        return new(
            [.. means.Select(mean => (float)mean)],
            [.. deviations.Select(sum => (float)Math.Sqrt(sum / steps)).Select(deviation => deviation > 0 ? deviation : 1)]);
    }

    /// <summary>Scales time steps.</summary>
    /// <param name="values">[T, C].</param>
    /// <param name="scaled">[T, C], overwritten; may be the same memory.</param>
    /// <exception cref="ArgumentException">The values are no whole time steps, or the lengths differ.</exception>
    public void Apply(ReadOnlySpan<float> values, Span<float> scaled)
    {
        if (values.Length % means.Length != 0 || scaled.Length != values.Length)
            throw new ArgumentException($"{values.Length} values into room for {scaled.Length}: expected whole time steps of {means.Length} channels, and as much room.", nameof(values));
        for (var index = 0; index < values.Length; index++)
            scaled[index] = (values[index] - means[index % means.Length]) / deviations[index % means.Length];
    }

    private static void AddEach(LabelledSequence item, double[] sums, Func<double, int, double> term)
    {
        var values = item.Values.Span;
        for (var index = 0; index < values.Length; index++)
            sums[index % sums.Length] += term(values[index], index % sums.Length);
    }
}
