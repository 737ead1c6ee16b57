using Unroll.Cli.Runs;
using Unroll.Models;

namespace Unroll.Cli.Views;

/// <summary>What a view says after the last update.</summary>
/// <param name="Paths">Where the run left what it made.</param>
/// <param name="Checkpoint">The checkpoint it left, or null.</param>
/// <param name="Validation">The figures of the saved model on the validation part.</param>
/// <param name="Updates">Optimiser steps.</param>
/// <param name="TokensPerSecond">Tokens learned from in a second, over the whole training.</param>
/// <param name="Parameters">How many numbers were trained.</param>
/// <param name="Seconds">How long the run took.</param>
/// <param name="TokenName">What one token is: character, byte or word.</param>
internal sealed record RunResult(
    RunPaths Paths, string? Checkpoint, Evaluation Validation, long Updates, double TokensPerSecond, long Parameters, double Seconds,
    string TokenName);
