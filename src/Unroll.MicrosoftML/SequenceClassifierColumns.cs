namespace Unroll.MicrosoftML;

/// <summary>What the columns are called that a classifier reads and adds.</summary>
public sealed record SequenceClassifierColumns
{
    /// <summary>The sequences: a text, or a vector of <see cref="float"/> with the time steps one after another. <c>Features</c> by default.</summary>
    public string Input { get; init; } = "Features";

    /// <summary>The labels that training reads, text or key. <c>Label</c> by default.</summary>
    public string Label { get; init; } = "Label";

    /// <summary>The most probable label, a key with the labels as its values. <c>PredictedLabel</c> by default.</summary>
    public string PredictedLabel { get; init; } = "PredictedLabel";

    /// <summary>How probable it is, a <see cref="float"/>. <c>Probability</c> by default.</summary>
    public string Probability { get; init; } = "Probability";

    /// <summary>The probability of each label in the order of the key, a vector of <see cref="float"/> whose slots have the names of the labels. <c>Score</c> by default.</summary>
    public string Score { get; init; } = "Score";

    /// <summary>Fails unless every name is there, and all are different.</summary>
    internal void Validate()
    {
        string[] names = [Input, Label, PredictedLabel, Probability, Score];
        if (names.Any(string.IsNullOrEmpty))
            throw new ArgumentException("A name of a column is empty; each of Input, Label, PredictedLabel, Probability and Score needs one.");
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"Two columns are called '{twice.Key}'; Input, Label, PredictedLabel, Probability and Score need different names.");
    }
}
