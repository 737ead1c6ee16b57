namespace Unroll.Models;

/// <summary>What a model was trained on, how, and what came of it; kept in its file.</summary>
public sealed record TrainingRecord
{
    /// <summary>The name of the text: its file or folder, without the path.</summary>
    public required string Text { get; init; }

    /// <summary>Tokens in the part that was learned from.</summary>
    public long TrainingTokens { get; init; }

    /// <summary>Tokens in the part kept for validation.</summary>
    public long ValidationTokens { get; init; }

    /// <summary>Optimiser steps.</summary>
    public long Updates { get; init; }

    /// <summary>Passes over the text, with the fraction of the last one.</summary>
    public double Epochs { get; init; }

    /// <summary>Time spent training, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>The last training loss in mean nats per token, or null.</summary>
    public double? TrainingLoss { get; init; }

    /// <summary>The validation loss of these weights in mean nats per token, or null.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>The optimiser and its options in words.</summary>
    public string Settings { get; init; } = "";

    /// <summary>The version of Unroll that trained it.</summary>
    public string Version { get; init; } = "";

    /// <summary>
    /// How often each token of the vocabulary stands in the training part: what <see cref="LanguageModel.Evaluate"/> makes its baseline from. Empty
    /// when it was not counted.
    /// </summary>
    public IReadOnlyList<long> TokenCounts { get; init; } = [];
}
