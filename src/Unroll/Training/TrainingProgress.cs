using System.Globalization;

namespace Unroll.Training;

/// <summary>How training stands after an update.</summary>
public sealed record TrainingProgress
{
    /// <summary>How many updates are done.</summary>
    public required long Update { get; init; }

    /// <summary>How many passes over the text or the examples are done, with fractions.</summary>
    public required double Epoch { get; init; }

    /// <summary>Mean training loss since the last report, in nats per token of a text.</summary>
    public required double Loss { get; init; }

    /// <summary>Mean validation loss, in nats per token of a text, if it was measured after this update, otherwise null.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>The lowest validation loss so far; null before the first.</summary>
    public double? BestValidationLoss { get; init; }

    /// <summary>Whether the validation loss of this update is the lowest so far.</summary>
    public bool IsBest { get; init; }

    /// <summary>Tokens, or time steps of examples, trained on in a second, since the last report; measuring and saving do not count.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>Examples trained on in a second, since the last report; null where a text is trained on.</summary>
    public double? ExamplesPerSecond { get; init; }

    /// <summary>The norm of all gradients of this update, before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>The learning rate of this update.</summary>
    public required float LearningRate { get; init; }

    /// <summary>The time spent so far, runs that this one resumed included.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>An estimate of the time left; early stopping may come before.</summary>
    public required TimeSpan Remaining { get; init; }

    /// <summary>One line for people.</summary>
    public override string ToString()
    {
        var validation = ValidationLoss is { } loss ? string.Create(CultureInfo.InvariantCulture, $", validation {loss:F4}{(IsBest ? " (best)" : "")}") : "";
        var speed = ExamplesPerSecond is { } examples
            ? string.Create(CultureInfo.InvariantCulture, $"{examples:N0} examples/s")
            : string.Create(CultureInfo.InvariantCulture, $"{TokensPerSecond:N0} tokens/s");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"update {Update}, epoch {Epoch:F2}: loss {Loss:F4}{validation}, gradient norm {GradientNorm:F2}, rate {LearningRate:G3}, {speed}, {Remaining:hh\\:mm\\:ss} left");
    }
}
