using Unroll.Cli.Runs;

namespace Unroll.Cli.Views;

/// <summary>What a view says before the first update of a classifier.</summary>
/// <param name="Paths">Where the run leaves what it makes.</param>
/// <param name="Data">The name of the data.</param>
/// <param name="Training">Examples to learn from.</param>
/// <param name="Validation">Examples kept for validation.</param>
/// <param name="Test">Examples the finished model is measured on.</param>
/// <param name="Labels">The labels.</param>
/// <param name="Input">What the model reads, in words.</param>
/// <param name="Model">The model in words.</param>
/// <param name="Parameters">How many numbers training changes.</param>
/// <param name="Budget">How long it trains, in words.</param>
/// <param name="ResumedFrom">The update a checkpoint stood at, or null for a new run.</param>
internal sealed record ClassifyPlan(
    RunPaths Paths, string Data, int Training, int Validation, int Test, IReadOnlyList<string> Labels, string Input, string Model, long Parameters, string Budget,
    long? ResumedFrom);
