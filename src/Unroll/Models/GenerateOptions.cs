namespace Unroll.Models;

/// <summary>How a language model chooses what it writes.</summary>
public sealed record GenerateOptions
{
    /// <summary>How many tokens to write, 0 or more.</summary>
    public int Length { get; init; } = 500;

    /// <summary>
    /// Divides the logits before the softmax: below 1 the model prefers what is likely, above 1 it dares more; 0 always takes the likeliest token
    /// (the one with the lowest number among equals).
    /// </summary>
    public float Temperature { get; init; } = 1;

    /// <summary>Only the so many likeliest tokens are drawn from; null for all.</summary>
    public int? TopK { get; init; }

    /// <summary>
    /// Only the likeliest tokens that together reach this probability are drawn from (Holtzman and others, 2020: nucleus sampling); null for all.
    /// </summary>
    public float? TopP { get; init; }

    /// <summary>The start of the random numbers: the same seed writes the same text.</summary>
    public ulong Seed { get; init; }

    /// <summary>Fails unless every value is in its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    internal void Validate()
    {
        if (Length < 0)
            throw new ArgumentOutOfRangeException(nameof(Length), $"The length is {Length}; expected 0 or more tokens.");
        if (!float.IsFinite(Temperature) || Temperature < 0)
            throw new ArgumentOutOfRangeException(nameof(Temperature), FormattableString.Invariant($"The temperature is {Temperature}; expected 0 or more, such as 0.8."));
        if (TopK < 1)
            throw new ArgumentOutOfRangeException(nameof(TopK), $"Top-k is {TopK}; expected at least 1 token.");
        if (TopP is { } p && p is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(TopP), FormattableString.Invariant($"Top-p is {p}; expected a probability above 0, at most 1."));
    }
}
