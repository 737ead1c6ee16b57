using Unroll.Models;
using Unroll.Training;

namespace Unroll.MicrosoftML;

/// <summary>What a pipeline trains, and how.</summary>
public sealed record SequenceClassifierEstimatorOptions
{
    /// <summary>What the columns are called.</summary>
    public SequenceClassifierColumns Columns { get; init; } = new();

    /// <summary>How many numbers a time step has, where the input is a vector: its length is a multiple of it. At least 1; texts ignore it.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>The shape of the model.</summary>
    public SequenceClassifierOptions Model { get; init; } = new();

    /// <summary>
    /// Makes the options of a training. A function, since an optimiser serves one model and a pipeline may be fitted many times, as in cross-validation.
    /// </summary>
    public Func<ExampleTrainerOptions> Training { get; init; } = () => new() { ClipNorm = 1 };

    /// <summary>Passes over the examples, at least 1.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>
    /// The part of every label's examples that is kept for validation, 0 to below 1: it picks the best model and calibrates its probabilities. 0 for none.
    /// </summary>
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
        if (Channels < 1)
            throw new ArgumentOutOfRangeException(nameof(Channels), Channels, "A time step has at least 1 channel.");
        if (Epochs < 1)
            throw new ArgumentOutOfRangeException(nameof(Epochs), Epochs, "There has to be at least 1 pass over the examples.");
        if (ValidationFraction is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(ValidationFraction), ValidationFraction, "The part kept for validation is 0 to below 1, such as 0.1.");
    }
}
