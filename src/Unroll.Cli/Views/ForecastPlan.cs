using Unroll.Cli.Runs;
using Unroll.Cli.Series;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.Cli.Views;

/// <summary>What a view says before the first update of a forecaster.</summary>
/// <param name="Paths">Where the run leaves what it makes.</param>
/// <param name="Data">The series, and what was done to read them.</param>
/// <param name="Split">Where their parts end.</param>
/// <param name="Model">The model in words.</param>
/// <param name="Parameters">How many numbers training changes.</param>
/// <param name="Windows">Windows to learn from.</param>
/// <param name="Budget">How long it trains, in words.</param>
/// <param name="ResumedFrom">The update a checkpoint stood at, or null for a new run.</param>
internal sealed record ForecastPlan(
    RunPaths Paths, SeriesData Data, TimeSplit Split, string Model, long Parameters, int Windows, string Budget, long? ResumedFrom);

/// <summary>What a view says after the last update of a forecaster.</summary>
/// <param name="Paths">Where the run left what it made.</param>
/// <param name="Checkpoint">The checkpoint it left, or null.</param>
/// <param name="Files">Picture, table and page.</param>
/// <param name="Test">The figures of the saved model on the test part, or null.</param>
/// <param name="Next">How the first series goes on, or null.</param>
/// <param name="ValidationLoss">The best validation loss, or null.</param>
/// <param name="IsCalibrated">Whether the intervals were calibrated.</param>
/// <param name="CalibrationValues">For each step ahead, how many values they were calibrated on.</param>
/// <param name="Updates">Optimiser steps.</param>
/// <param name="Parameters">How many numbers were trained.</param>
/// <param name="Seconds">How long the run took.</param>
internal sealed record ForecastResult(
    RunPaths Paths, string? Checkpoint, ForecastFiles Files, ForecastReport? Test, Forecast? Next, double? ValidationLoss, bool IsCalibrated, long CalibrationValues, long Updates, long Parameters,
    double Seconds);
