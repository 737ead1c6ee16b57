using Unroll.Cli.Runs;
using Unroll.Cli.Sequences;
using Unroll.Models;

namespace Unroll.Cli.Views;

/// <summary>The files of a measurement.</summary>
/// <param name="Confusion">The picture of the confusion matrix.</param>
/// <param name="Mistakes">The table of the misclassified examples.</param>
internal sealed record ClassifyFiles(string Confusion, string Mistakes);

/// <summary>What a view says after the last update of a classifier.</summary>
/// <param name="Paths">Where the run left what it made.</param>
/// <param name="Checkpoint">The checkpoint it left, or null.</param>
/// <param name="Files">Picture and table of the measurement, or null where there was none.</param>
/// <param name="Validation">The figures of the saved model on the validation part, or null.</param>
/// <param name="Test">Those on the test set, or null.</param>
/// <param name="Mistakes">The misclassified examples, the surest first.</param>
/// <param name="Updates">Optimiser steps.</param>
/// <param name="Parameters">How many numbers were trained.</param>
/// <param name="Temperature">What calibration divides logits by.</param>
/// <param name="Seconds">How long the run took.</param>
internal sealed record ClassifyResult(
    RunPaths Paths, string? Checkpoint, ClassifyFiles? Files, ClassificationReport? Validation, ClassificationReport? Test, IReadOnlyList<Mistake> Mistakes,
    long Updates, long Parameters, double Temperature, double Seconds);
