namespace Unroll.Models;

/// <summary>What a forecaster was trained on, how, and what came of it; kept in its file.</summary>
public sealed record ForecasterTrainingRecord
{
    /// <summary>The name of the data: their file, without the path.</summary>
    public required string Data { get; init; }

    /// <summary>Steps of all series in the training part.</summary>
    public long TrainingSteps { get; init; }

    /// <summary>Steps of all series in the validation part.</summary>
    public long ValidationSteps { get; init; }

    /// <summary>Steps of all series in the test part.</summary>
    public long TestSteps { get; init; }

    /// <summary>The share that was kept for validation.</summary>
    public double ValidationShare { get; init; }

    /// <summary>The share that was kept for the test.</summary>
    public double TestShare { get; init; }

    /// <summary>Optimiser steps.</summary>
    public long Updates { get; init; }

    /// <summary>Passes over the windows, with the fraction of the last one.</summary>
    public double Epochs { get; init; }

    /// <summary>Time spent training, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>The last training loss, or null.</summary>
    public double? TrainingLoss { get; init; }

    /// <summary>The validation loss of these weights, or null.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>The mean absolute error on the test part, or null.</summary>
    public double? TestMeanAbsoluteError { get; init; }

    /// <summary>The optimiser and its options in words.</summary>
    public string Settings { get; init; } = "";

    /// <summary>All choices of the training as its program writes them, so that it can be repeated on other parts of the data; empty where nobody wrote any.</summary>
    public string Recipe { get; init; } = "";

    /// <summary>The version of Unroll that trained it.</summary>
    public string Version { get; init; } = "";
}
