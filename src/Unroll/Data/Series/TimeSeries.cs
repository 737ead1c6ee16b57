namespace Unroll.Data;

/// <summary>Numbers of some channels at equal distances in time. Immutable.</summary>
public sealed class TimeSeries
{
    private TimeSeries(string name, ReadOnlyMemory<float> values, int channels, DateTime? start)
    {
        Name = name;
        Values = values;
        Channels = channels;
        Start = start;
    }

    /// <summary>What tells it from others of its set; may be empty for the only one.</summary>
    public string Name { get; }

    /// <summary>[T, C], time step after time step; NaN where a value is missing.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>C.</summary>
    public int Channels { get; }

    /// <summary>The time of the first step, or null for numbered steps.</summary>
    public DateTime? Start { get; }

    /// <summary>T.</summary>
    public int Length => Values.Length / Channels;

    /// <summary>A series.</summary>
    /// <param name="values">[T, C], time step after time step; NaN where a value is missing.</param>
    /// <param name="channels">C, at least 1.</param>
    /// <param name="name">What tells it from others of its set.</param>
    /// <param name="start">The time of the first step, or null for numbered steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than one channel.</exception>
    /// <exception cref="InvalidDataException">There is no step, the last one is not whole, or a number is infinite.</exception>
    public static TimeSeries Of(ReadOnlyMemory<float> values, int channels = 1, string name = "", DateTime? start = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentNullException.ThrowIfNull(name);
        var shown = name.Length == 0 ? "the series" : $"the series '{name}'";
        if (values.Length == 0)
            throw new InvalidDataException($"{shown} has no time step; at least one is needed.");
        if (values.Length % channels != 0)
            throw new InvalidDataException($"{shown} has {values.Length} values, which are no whole number of time steps of {channels} channels.");
        var infinite = values.Span.IndexOfAny(float.PositiveInfinity, float.NegativeInfinity);
        return infinite < 0
            ? new(name, values, channels, start)
            : throw new InvalidDataException($"{shown}: channel {(infinite % channels) + 1} of time step {(infinite / channels) + 1} is infinite; expected a finite number, or NaN where one is missing.");
    }
}
