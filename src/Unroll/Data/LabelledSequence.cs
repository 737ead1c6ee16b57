namespace Unroll.Data;

/// <summary>A text, or time steps of some channels, with the label that stands for the whole of it, or with a label for each token or step. Immutable.</summary>
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

    private LabelledSequence(LabelledSequence unlabelled, IReadOnlyList<string>? tokens, IReadOnlyList<string> stepLabels)
        : this(unlabelled.Text, unlabelled.Values, unlabelled.Channels, "", unlabelled.Source)
    {
        Tokens = tokens;
        StepLabels = stepLabels;
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

    /// <summary>The tokens of a text that came in tokens, each read as a word; null for every other sequence.</summary>
    public IReadOnlyList<string>? Tokens { get; }

    /// <summary>One label for each token or time step, empty ones where they are not known; null where one label stands for the whole sequence.</summary>
    public IReadOnlyList<string>? StepLabels { get; }

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

    /// <summary>Tokens with a label each: the words of a sentence and their parts of speech.</summary>
    /// <param name="tokens">At least one; none is blank.</param>
    /// <param name="labels">As many; empty ones where they are not known.</param>
    /// <param name="source">What to call it in a message.</param>
    /// <exception cref="InvalidDataException">There is no token, one is blank, or there are more or fewer labels.</exception>
    public static LabelledSequence OfTokens(IReadOnlyList<string> tokens, IReadOnlyList<string> labels, string source = "tokens")
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(source);
        if (tokens.Count == 0)
            throw new InvalidDataException($"{source}: there is no token; at least one is needed.");
        if (tokens.Index().FirstOrDefault(token => string.IsNullOrWhiteSpace(token.Item)) is { Item: not null } blank)
            throw new InvalidDataException($"{source}: token {blank.Index + 1} is blank.");
        if (labels.Count != tokens.Count)
            throw new InvalidDataException($"{source}: there are {labels.Count} labels for {tokens.Count} tokens; each needs one.");
        return new(OfText(string.Join(' ', tokens), source: source), [.. tokens], [.. labels]);
    }

    /// <summary>Numbers with a label for each time step.</summary>
    /// <param name="values">[T, C], time step after time step; all finite.</param>
    /// <param name="channels">C, at least 1.</param>
    /// <param name="labels">T labels; empty ones where they are not known.</param>
    /// <param name="source">What to call it in a message.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than one channel.</exception>
    /// <exception cref="InvalidDataException">The values are not those of a series, or there are more or fewer labels than time steps.</exception>
    public static LabelledSequence OfSteps(ReadOnlyMemory<float> values, int channels, IReadOnlyList<string> labels, string source = "values")
    {
        ArgumentNullException.ThrowIfNull(labels);
        var series = OfValues(values, channels, source: source);
        if (labels.Count != series.TimeSteps)
            throw new InvalidDataException($"{source}: there are {labels.Count} labels for {series.TimeSteps} time steps; each needs one.");
        return new(series, null, [.. labels]);
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
