using Unroll.Models;
using Unroll.Training;

namespace Unroll.MicrosoftML;

/// <summary>What a pipeline trains to forecast, and how.</summary>
public sealed record ForecasterEstimatorOptions
{
    /// <summary>What the columns are called.</summary>
    public ForecasterColumns Columns { get; init; } = new();

    /// <summary>The shape of the model; its horizon is the length of the forecasts.</summary>
    public ForecasterOptions Model { get; init; } = new();

    /// <summary>The probability that intervals hold, one of <see cref="Forecaster.IntervalLevels"/>.</summary>
    public double Level { get; init; } = 0.9;

    /// <summary>Makes the options of a training. A function, since an optimiser serves one model and a pipeline may be fitted many times.</summary>
    public Func<ExampleTrainerOptions> Training { get; init; } = () => new() { ClipNorm = 1 };

    /// <summary>Passes over the windows, at least 1.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>The last part of the series that is kept for validation, 0 to below 1: it picks the best model and calibrates the intervals. 0 for none.</summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Gets the progress of the training, or null.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Fails unless every value is in its range; the model and the training check their own.</summary>
    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Columns);
        ArgumentNullException.ThrowIfNull(Model);
        ArgumentNullException.ThrowIfNull(Training);
        Columns.Validate();
        CheckLevel(Level);
        if (Epochs < 1)
            throw new ArgumentOutOfRangeException(nameof(Epochs), Epochs, "There has to be at least 1 pass over the windows.");
        if (ValidationFraction is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(ValidationFraction), ValidationFraction, "The part kept for validation is 0 to below 1, such as 0.1.");
    }

    /// <summary>Fails unless intervals have the level.</summary>
    internal static void CheckLevel(double level)
    {
        if (!Forecaster.IntervalLevels.Contains(level))
            throw new ArgumentOutOfRangeException(nameof(level), FormattableString.Invariant($"The level is {level}; expected {string.Join(", ", Forecaster.IntervalLevels.Select(known => FormattableString.Invariant($"{known}")))}."));
    }
}
