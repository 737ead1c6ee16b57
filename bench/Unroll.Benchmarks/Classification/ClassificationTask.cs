using Unroll.Data;
using Unroll.Models;

namespace Unroll.Benchmarks.Classification;

/// <summary>Data with labels, the options a classifier is trained with on them, and what is known of them.</summary>
internal sealed record ClassificationTask
{
    /// <summary>Its name in tables.</summary>
    public required string Name { get; init; }

    /// <summary>The folder of its data, below the one that <c>--data</c> names.</summary>
    public required string Folder { get; init; }

    /// <summary>What is to be told, from what, and how training and test part are made, in words.</summary>
    public required string Question { get; init; }

    /// <summary>What was published, marked as the README of the data marks it, or null.</summary>
    public string? Published { get; init; }

    /// <summary>Whether the parts are drawn with the seed, so that they differ from run to run.</summary>
    public bool IsDrawn { get; init; }

    /// <summary>How many runs belong to it where that is not for the command line to say: as many as there are folds.</summary>
    public int? Runs { get; init; }

    /// <summary>Reads both parts, given the folder and the seed.</summary>
    public required Func<string, ulong, (SequenceSet Training, SequenceSet Test)> Read { get; init; }

    /// <summary>The shape of the network; the seed is set by each run.</summary>
    public required SequenceClassifierOptions Model { get; init; }

    /// <summary>Passes over the training part.</summary>
    public required int Epochs { get; init; }

    /// <summary>Examples of an update.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The learning rate at the start; it falls along a cosine.</summary>
    public float LearningRate { get; init; } = 2e-3f;

    /// <summary>The decay of the running mean of the weights, which is then what is measured; null for none.</summary>
    public float? AverageDecay { get; init; }

    /// <summary>How the options were chosen, in words.</summary>
    public required string Choice { get; init; }
}
