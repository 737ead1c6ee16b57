namespace Unroll.Models;

/// <summary>A label and how probable a model finds it.</summary>
/// <param name="Label">The label.</param>
/// <param name="Probability">0 to 1; those of all labels add up to 1.</param>
public readonly record struct LabelProbability(string Label, double Probability);

/// <summary>What a classifier says of one sequence.</summary>
/// <param name="Ranked">All labels, the most probable first; of two equal ones the first in ordinal order.</param>
public sealed record Classification(IReadOnlyList<LabelProbability> Ranked)
{
    /// <summary>The most probable label.</summary>
    public string Label => Ranked[0].Label;

    /// <summary>How probable it is.</summary>
    public double Probability => Ranked[0].Probability;

    /// <summary>The most probable labels.</summary>
    /// <param name="count">How many, at least 1; all where there are fewer.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public IReadOnlyList<LabelProbability> Top(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return [.. Ranked.Take(count)];
    }

    internal static Classification Of(IReadOnlyList<string> labels, ReadOnlySpan<double> probabilities)
    {
        var ranked = new LabelProbability[labels.Count];
        for (var label = 0; label < ranked.Length; label++)
            ranked[label] = new(labels[label], probabilities[label]);
        // LINQ's order is stable.
        return new([.. ranked.OrderByDescending(entry => entry.Probability)]);
    }
}
