using Unroll.Data;
using Unroll.Models;

namespace Unroll.Benchmarks.Forecasting;

/// <summary>Series with the way a forecaster is trained on them. The options are those of the least pinball loss on the validation part, the mean over three seeds.</summary>
internal sealed record ForecastingTask
{
    /// <summary>What the command line and the results call it.</summary>
    public required string Name { get; init; }

    /// <summary>What is forecast, and where it comes from.</summary>
    public required string Question { get; init; }

    /// <summary>The file in the folder of the data.</summary>
    public required string File { get; init; }

    /// <summary>Reads it.</summary>
    public required Func<string, TimeSeriesSet> Read { get; init; }

    /// <summary>The model.</summary>
    public required ForecasterOptions Options { get; init; }

    /// <summary>Passes over the windows.</summary>
    public required int Epochs { get; init; }

    /// <summary>Windows of an update.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The learning rate at the start.</summary>
    public required float LearningRate { get; init; }

    /// <summary>Numbers of steps ahead that get a row of their own, by relative squared error and correlation; empty for none.</summary>
    public IReadOnlyList<int> Horizons { get; init; } = [];

    /// <summary>What others report, with where it comes from and whether anybody checked it.</summary>
    public IReadOnlyList<string> Published { get; init; } = [];
}
