namespace Unroll.Data;

/// <summary>Series of one kind: the same channels at the same frequency, one or many. Immutable.</summary>
public sealed class TimeSeriesSet
{
    /// <summary>A set.</summary>
    /// <param name="name">What to call it in messages and records.</param>
    /// <param name="channels">The columns, in the order of the values; at least one target.</param>
    /// <param name="frequency">How far apart steps are; all series have dates, or none where it is <see cref="Frequency.Steps"/>.</param>
    /// <param name="items">The series; their names are unique.</param>
    /// <exception cref="InvalidDataException">There is no series or no target, or something of the above does not hold; the message says what.</exception>
    public TimeSeriesSet(string name, IReadOnlyList<SeriesChannel> channels, Frequency frequency, IReadOnlyList<TimeSeries> items)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(channels);
        ArgumentNullException.ThrowIfNull(items);
        if (items.Count == 0)
            throw new InvalidDataException($"{name}: there is no series.");
        if (channels.GroupBy(channel => channel.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InvalidDataException($"{name}: two channels are called '{twice.Key}'; names have to differ.");
        if (channels.All(channel => channel.Role != ChannelRole.Target))
            throw new InvalidDataException($"{name}: none of the {channels.Count} channels is a target; at least one has to be forecast.");
        if (items.GroupBy(item => item.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } repeated)
            throw new InvalidDataException($"{name}: two series are called '{repeated.Key}'; names have to differ.");
        foreach (var item in items)
        {
            if (item.Channels != channels.Count)
                throw new InvalidDataException($"{name}: the series '{item.Name}' has {item.Channels} channels; the set has {channels.Count}.");
            if (item.Start is null == frequency.HasCalendar)
                throw new InvalidDataException($"{name}: the series '{item.Name}' has {(item.Start is null ? "no date of its first step" : "a date")}; the frequency is {frequency}.");
        }

        (Name, Channels, Frequency, Items) = (name, channels, frequency, items);
    }

    /// <summary>What to call it in messages and records.</summary>
    public string Name { get; }

    /// <summary>The columns, in the order of the values.</summary>
    public IReadOnlyList<SeriesChannel> Channels { get; }

    /// <summary>How far apart steps are.</summary>
    public Frequency Frequency { get; }

    /// <summary>The series.</summary>
    public IReadOnlyList<TimeSeries> Items { get; }

    /// <summary>The numbers of the channels that are forecast.</summary>
    public IReadOnlyList<int> Targets => [.. Enumerable.Range(0, Channels.Count).Where(index => Channels[index].Role == ChannelRole.Target)];

    /// <summary>Steps of all series together.</summary>
    public long Steps => Items.Sum(item => (long)item.Length);

    /// <summary>A set of one series of one channel, which is forecast.</summary>
    /// <param name="name">What to call it and its channel.</param>
    /// <param name="values">[T]; NaN where a value is missing.</param>
    /// <param name="start">The time of the first step, or null for numbered steps.</param>
    /// <param name="frequency">How far apart steps are; not looked at without a start.</param>
    /// <exception cref="InvalidDataException">There is no value, or one is infinite.</exception>
    public static TimeSeriesSet Of(string name, ReadOnlyMemory<float> values, DateTime? start = null, Frequency frequency = default) =>
        new(name, [new(name)], start is null ? Frequency.Steps : frequency, [TimeSeries.Of(values, start: start)]);

    /// <summary>The time of a step, or null for numbered steps.</summary>
    /// <param name="series">One of the series.</param>
    /// <param name="step">Its number; those after the last are in the future.</param>
    public DateTime? TimeOf(TimeSeries series, long step)
    {
        ArgumentNullException.ThrowIfNull(series);
        return series.Start is { } start ? Frequency.Add(start, step) : null;
    }
}
