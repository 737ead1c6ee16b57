namespace Unroll.Models;

/// <summary>What a classifier was trained on, how, and what came of it; kept in its file.</summary>
public sealed record ClassifierTrainingRecord
{
    /// <summary>The name of the data: their file or folder, without the path.</summary>
    public required string Data { get; init; }

    /// <summary>Examples in the part that was learned from.</summary>
    public long TrainingExamples { get; init; }

    /// <summary>Examples in the part kept for validation.</summary>
    public long ValidationExamples { get; init; }

    /// <summary>Optimiser steps.</summary>
    public long Updates { get; init; }

    /// <summary>Passes over the examples, with the fraction of the last one.</summary>
    public double Epochs { get; init; }

    /// <summary>Time spent training, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>The last training loss in mean nats per example, or null.</summary>
    public double? TrainingLoss { get; init; }

    /// <summary>The validation loss of these weights in mean nats per example, or null.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>The share of validation examples that were given their label, or null.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>The optimiser and its options in words.</summary>
    public string Settings { get; init; } = "";

    /// <summary>The version of Unroll that trained it.</summary>
    public string Version { get; init; } = "";

    /// <summary>How many examples of the training part each label has: what the baseline of a report is made from. Empty when they were not counted.</summary>
    public IReadOnlyList<long> LabelCounts { get; init; } = [];
}
