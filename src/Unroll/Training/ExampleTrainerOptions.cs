namespace Unroll.Training;

/// <summary>How an <see cref="ExampleTrainer{TExample}"/> trains.</summary>
public sealed record ExampleTrainerOptions : TrainingOptions
{
    /// <summary>Options for batches of 32 examples, the other values as everywhere.</summary>
    public ExampleTrainerOptions() => BatchSize = 32;

    internal override string HashKey => CheckpointFormat.ExamplesKey;
}
