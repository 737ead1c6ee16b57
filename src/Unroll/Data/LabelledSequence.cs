namespace Unroll.Data;

/// <summary>A text, or time steps of some channels, with the label that stands for the whole of it. Immutable.</summary>
public sealed class LabelledSequence
{
    private LabelledSequence(string? text, ReadOnlyMemory<float> values, int channels, string label, string source)
    {
        Text = text;
        Values = values;
        Channels = channels;
        Label = label;
        Source = source;
    }

    /// <summary>The text, or null where the sequence is one of numbers.</summary>
    public string? Text { get; }

    /// <summary>The numbers [T, C], time step after time step; empty for a text.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>C: how many numbers a time step has; 0 for a text.</summary>
    public int Channels { get; }

    /// <summary>T: how many time steps there are; 0 for a text.</summary>
    public int TimeSteps => Channels == 0 ? 0 : Values.Length / Channels;

    /// <summary>The label; empty where it is not known.</summary>
    public string Label { get; }

    /// <summary>Where it comes from, for messages: a file and a line.</summary>
    public string Source { get; }

    /// <summary>A text with its label.</summary>
    /// <param name="text">The text; not blank.</param>
    /// <param name="label">The label, or an empty text where it is not known.</param>
    /// <param name="source">What to call it in a message.</param>
    /// <exception cref="InvalidDataException">The text is blank.</exception>
    public static LabelledSequence OfText(string text, string label = "", string source = "text")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(label);
        ArgumentNullException.ThrowIfNull(source);
        if (string.IsNullOrWhiteSpace(text))
            throw new InvalidDataException($"{source}: the text is empty; a text of at least one character is needed. Leave the example out, or fill it in.");
        return new(text, default, 0, label, source);
    }

    /// <summary>Numbers with their label.</summary>
    /// <param name="values">[T, C], time step after time step; all finite.</param>
    /// <param name="channels">C, at least 1.</param>
    /// <param name="label">The label, or an empty text where it is not known.</param>
    /// <param name="source">What to call it in a message.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than one channel.</exception>
    /// <exception cref="InvalidDataException">There is no time step, the last one is not whole, or a number is NaN or infinite.</exception>
    public static LabelledSequence OfValues(ReadOnlyMemory<float> values, int channels, string label = "", string source = "values")
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentNullException.ThrowIfNull(label);
        ArgumentNullException.ThrowIfNull(source);
        if (values.Length == 0)
            throw new InvalidDataException($"{source}: the sequence has no time step; at least one is needed.");
        if (values.Length % channels != 0)
            throw new InvalidDataException($"{source}: {values.Length} values are no whole number of time steps of {channels} channels.");
        var span = values.Span;
        for (var index = 0; index < span.Length; index++)
        {
            if (!float.IsFinite(span[index]))
                throw new InvalidDataException(FormattableString.Invariant($"{source}: channel {(index % channels) + 1} of time step {(index / channels) + 1} is {span[index]}; expected a finite number. Fill the gap or leave the sequence out."));
        }

        return new(null, values, channels, label, source);
    }
}
