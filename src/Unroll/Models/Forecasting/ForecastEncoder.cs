using Unroll.Data;

namespace Unroll.Models;

/// <summary>
/// How the series of a forecaster become what its network reads, and its outputs become values again. Fitted to the training part alone; immutable.
/// </summary>
internal sealed class ForecastEncoder
{
    private readonly Dictionary<string, int> numbers;
    private readonly SeriesStatistics unknown;
    private readonly bool[] isTarget;

    /// <summary>An encoder of given numbers.</summary>
    /// <param name="options">The shape of the model.</param>
    /// <param name="channels">The columns.</param>
    /// <param name="frequency">How far apart steps are.</param>
    /// <param name="names">The series of the training part.</param>
    /// <param name="statistics">What each of them is scaled by at first.</param>
    /// <param name="hasGaps">Which channels had gaps in the training part; the network is told of those.</param>
    /// <param name="calendar">The periods that the training part has seen often enough.</param>
    public ForecastEncoder(
        ForecasterOptions options, IReadOnlyList<SeriesChannel> channels, Frequency frequency, IReadOnlyList<string> names, IReadOnlyList<SeriesStatistics> statistics,
        IReadOnlyList<bool> hasGaps, CalendarPeriods calendar)
    {
        (Options, Channels, Frequency, Names, Statistics, HasGaps) = (options, channels, frequency, names, statistics, hasGaps);
        Calendar = options.Calendar ? calendar : CalendarPeriods.None;
        numbers = names.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        unknown = SeriesStatistics.MeanOf(statistics);
        Targets = [.. Range(ChannelRole.Target)];
        Past = [.. Range(ChannelRole.Past)];
        Known = [.. Range(ChannelRole.Known)];
        isTarget = [.. channels.Select(channel => channel.Role == ChannelRole.Target)];
        DynamicSize = (Targets.Length * (options.Season is null ? 2 : 3)) + Past.Length + Targets.Concat(Past).Count(channel => hasGaps[channel]);
        CalendarSize = CalendarFeatures.CountOf(frequency, Calendar);
        PhaseSize = options.Season is null ? 0 : 2;
        KnownSize = Known.Length + CalendarSize + PhaseSize;
    }

    public ForecasterOptions Options { get; }

    public IReadOnlyList<SeriesChannel> Channels { get; }

    public Frequency Frequency { get; }

    /// <summary>The series of the training part.</summary>
    public IReadOnlyList<string> Names { get; }

    public IReadOnlyList<SeriesStatistics> Statistics { get; }

    public IReadOnlyList<bool> HasGaps { get; }

    /// <summary>The periods of the calendar that are read.</summary>
    public CalendarPeriods Calendar { get; }

    /// <summary>The numbers of the channels that are forecast.</summary>
    public int[] Targets { get; }

    public int[] Past { get; }

    public int[] Known { get; }

    /// <summary>How many numbers the network reads of the past of a step: for each target its level, its change and its change over a season, other channels, marks of gaps.</summary>
    public int DynamicSize { get; }

    /// <summary>How many it reads of what is known ahead.</summary>
    public int KnownSize { get; }

    public int CalendarSize { get; }

    public int PhaseSize { get; }

    /// <summary>Whether what is known of a step depends on its date.</summary>
    public bool ReadsDates => CalendarSize + PhaseSize > 0;

    /// <summary>All that it reads at a step, besides the vector of the series.</summary>
    public int InputSize => DynamicSize + KnownSize;

    public bool IsTarget(int channel) => isTarget[channel];

    /// <summary>The row of the table of series; the one after the last for a series that was not there in training.</summary>
    public int NumberOf(string name) => numbers.GetValueOrDefault(name, Names.Count);

    /// <summary>What a series is scaled by at first.</summary>
    public SeriesStatistics StatisticsOf(string name) => numbers.TryGetValue(name, out var number) ? Statistics[number] : unknown;

    /// <summary>Measures the training part of a set.</summary>
    /// <exception cref="InvalidDataException">A series has no value in its training part, or one that cannot be transformed.</exception>
    public static ForecastEncoder Fit(TimeSplit split, ForecasterOptions options)
    {
        var set = split.Set;
        var (statistics, hasGaps) = (new List<SeriesStatistics>(), new bool[set.Channels.Count]);
        for (var index = 0; index < set.Items.Count; index++)
        {
            var values = Transformed(set.Items[index], set.Channels, options, 0, split.TrainingEnd(index));
            for (var channel = 0; channel < hasGaps.Length; channel++)
            {
                var missing = 0;
                for (var place = channel; place < values.Length; place += hasGaps.Length)
                    missing += float.IsNaN(values[place]) ? 1 : 0;
                hasGaps[channel] |= missing > 0;
                if (missing == values.Length / hasGaps.Length && values.Length > 0 && set.Channels[channel].Role == ChannelRole.Target)
                    throw new InvalidDataException($"{set.Name}{Of(set.Items[index])}: '{set.Channels[channel].Name}' has no value in the training part, the first {split.TrainingEnd(index)} steps. Leave the series out, or give it more history.");
            }

            statistics.Add(SeriesStatistics.Of(values, set.Channels.Count));
        }

        // A series that begins after the training part is met like one that nobody knows.
        if (statistics.Where((_, index) => split.TrainingEnd(index) > 0).ToList() is { Count: > 0 } measured && measured.Count < statistics.Count)
        {
            var mean = SeriesStatistics.MeanOf(measured);
            statistics = [.. statistics.Select((own, index) => split.TrainingEnd(index) > 0 ? own : mean)];
        }

        return new(options, set.Channels, set.Frequency, [.. set.Items.Select(item => item.Name)], statistics, hasGaps, CalendarFeatures.Of(set.Frequency, Seen(split)));
    }

    /// <summary>Fails unless a set has the channels and the frequency of this model.</summary>
    public void Check(TimeSeriesSet set)
    {
        var (wanted, given) = (Channels.Select(channel => channel.Name), set.Channels.Select(channel => channel.Name));
        if (!wanted.SequenceEqual(given, StringComparer.Ordinal))
            throw new InvalidDataException($"{set.Name}: the columns are {string.Join(", ", given)}; this model reads {string.Join(", ", wanted)}, in this order.");
        if (set.Frequency != Frequency)
            throw new InvalidDataException($"{set.Name}: the steps are {set.Frequency} apart; this model was trained on steps of a {Frequency}.");
    }

    /// <summary>Values of a series with its targets transformed, [T, C].</summary>
    /// <exception cref="InvalidDataException">A target is outside what the transform takes, or a channel that is known ahead has a gap.</exception>
    public float[] Transformed(TimeSeries series, int start, int count) => Transformed(series, Channels, Options, start, count);

    /// <summary>What a target has to be and a value is not, in words; null for one that fits or is missing.</summary>
    public static string? Misfit(ForecasterOptions options, float value)
    {
        if (options.Output == ForecastOutput.NegativeBinomial)
            return float.IsNaN(value) || (value >= 0 && float.IsInteger(value)) ? null : "the negative binomial takes counts, whole numbers of 0 or more. Choose another output.";
        if (Takes(options.Transform, value))
            return null;
        return $"the {(options.Transform == ValueTransform.Logarithm ? "logarithm takes values above 0" : "square root takes values of 0 or more")}. Choose another transform.";
    }

    /// <summary>Whether a value can be transformed; one that is missing can.</summary>
    public static bool Takes(ValueTransform transform, float value) => transform switch
    {
        _ when float.IsNaN(value) => true,
        ValueTransform.Logarithm => value > 0,
        ValueTransform.SquareRoot => value >= 0,
        _ => true,
    };

    /// <summary>A target as the network sees it.</summary>
    public static float Forward(ValueTransform transform, float value) => transform switch
    {
        ValueTransform.Logarithm => (float)Math.Log(value),
        ValueTransform.SquareRoot => MathF.Sqrt(value),
        _ => value,
    };

    /// <summary>A target in its own unit again.</summary>
    public static double Inverse(ValueTransform transform, double value) => transform switch
    {
        ValueTransform.Logarithm => Math.Exp(value),
        ValueTransform.SquareRoot => value <= 0 ? 0 : value * value,
        _ => value,
    };

    /// <summary>Writes what the network reads of the past of the last step.</summary>
    /// <param name="scale">How the series is seen.</param>
    /// <param name="input">[<see cref="DynamicSize"/>], overwritten.</param>
    public void WriteDynamic(ForecastScale scale, Span<float> input)
    {
        var place = 0;
        for (var target = 0; target < Targets.Length; target++)
        {
            var channel = Targets[target];
            input[place++] = (scale.Last[channel] - scale.Center[channel]) / scale.Deviation[channel];
            input[place++] = (scale.Last[channel] - scale.Previous[channel]) / scale.Deviation[channel];
            if (Options.Season is not null)
                input[place++] = (scale.Last[channel] - scale.SeasonBefore[target]) / scale.Deviation[channel];
        }

        foreach (var channel in Past)
            input[place++] = (scale.Last[channel] - scale.Center[channel]) / scale.Deviation[channel];
        foreach (var channel in Targets)
            Mark(channel, scale, input, ref place);
        foreach (var channel in Past)
            Mark(channel, scale, input, ref place);
    }

    /// <summary>Writes what is known of a step ahead of time.</summary>
    /// <param name="statistics">What channels that are known ahead are scaled by.</param>
    /// <param name="known">Those channels, in their order.</param>
    /// <param name="time">The time of the step, or null.</param>
    /// <param name="step">Its number in its series.</param>
    /// <param name="input">[<see cref="KnownSize"/>], overwritten.</param>
    public void WriteKnown(SeriesStatistics statistics, ReadOnlySpan<float> known, DateTime? time, long step, Span<float> input)
    {
        for (var index = 0; index < Known.Length; index++)
            input[index] = (known[index] - statistics.Means[Known[index]]) / statistics.Deviations[Known[index]];
        if (CalendarSize > 0 && time is { } moment)
            CalendarFeatures.Write(Frequency, Calendar, moment, input.Slice(Known.Length, CalendarSize));
        if (Options.Season is { } season)
        {
            // Counted by the calendar where there is one, so that a history that begins later than that of training has the same phases.
            if (time is { } at)
                Frequency.TryIndexOf(DateTime.MinValue, at, out step);
            var (sine, cosine) = Math.SinCos(2 * Math.PI * (step % season) / season);
            (input[^2], input[^1]) = ((float)sine, (float)cosine);
        }
    }

    private void Mark(int channel, ForecastScale scale, Span<float> input, ref int place)
    {
        if (HasGaps[channel])
            input[place++] = scale.IsMissing[channel] ? 1 : 0;
    }

    /// <summary>From the first time of all to the last of the training part.</summary>
    private static TimeSpan Seen(TimeSplit split)
    {
        var set = split.Set;
        if (!set.Frequency.HasCalendar)
            return TimeSpan.Zero;
        var last = set.Items.Index().Where(entry => split.TrainingEnd(entry.Index) > 0).Max(entry => set.TimeOf(entry.Item, split.TrainingEnd(entry.Index)));
        return last - set.Items.Min(item => item.Start!.Value) ?? TimeSpan.Zero;
    }

    private static string Of(TimeSeries series) => series.Name.Length == 0 ? "" : $", series '{series.Name}'";

    private static float[] Transformed(TimeSeries series, IReadOnlyList<SeriesChannel> channels, ForecasterOptions options, int start, int count)
    {
        var values = series.Values.Span.Slice(start * channels.Count, count * channels.Count).ToArray();
        for (var place = 0; place < values.Length; place++)
        {
            var channel = channels[place % channels.Count];
            if (channel.Role == ChannelRole.Target)
            {
                values[place] = Misfit(options, values[place]) is { } misfit
                    ? throw new InvalidDataException(FormattableString.Invariant($"'{channel.Name}'{Of(series)} is {values[place]} at step {start + (place / channels.Count) + 1}; {misfit}"))
                    : Forward(options.Transform, values[place]);
            }
            else if (channel.Role == ChannelRole.Known && float.IsNaN(values[place]))
                throw new InvalidDataException($"'{channel.Name}'{Of(series)} is to be known ahead and has no value at step {start + (place / channels.Count) + 1}; fill the gap, or let the column be one that is read only up to the present.");
        }

        return values;
    }

    private IEnumerable<int> Range(ChannelRole role) => Enumerable.Range(0, Channels.Count).Where(index => Channels[index].Role == role);
}
