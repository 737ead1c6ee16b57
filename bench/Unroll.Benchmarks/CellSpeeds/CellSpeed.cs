using Unroll.Benchmarks.Measurement;

namespace Unroll.Benchmarks.CellSpeeds;

/// <summary>How fast a cell of the library is: an entry of <c>cells.json</c>.</summary>
internal sealed record CellSpeed
{
    /// <summary>The cell.</summary>
    public required string Cell { get; init; }

    /// <summary>Whether the loop over time holds a product.</summary>
    public required bool HasRecurrentMatrix { get; init; }

    /// <summary>Weights and biases of the layer that was trained.</summary>
    public required long Parameters { get; init; }

    /// <summary>The median time of a training step, for one step of one sequence.</summary>
    public required double TrainingSecondsPerToken { get; init; }

    /// <summary>That time as a share of the LSTM's.</summary>
    public required double TrainingShare { get; init; }

    /// <summary>The share to stay below, of cells without a recurrent matrix.</summary>
    public double? TrainingGoal { get; init; }

    /// <summary>The median time of a step of one stream.</summary>
    public required double StepSeconds { get; init; }

    /// <summary>That time as a share of the LSTM's.</summary>
    public required double StepShare { get; init; }

    /// <summary>When, where and with what.</summary>
    public required Circumstances Run { get; init; }
}
