using Unroll.Data;

namespace Unroll.Training;

/// <summary>How a <see cref="Trainer"/> trains.</summary>
public sealed record TrainerOptions : TrainingOptions
{
    /// <summary>T: over how many steps gradients flow back, at least 1.</summary>
    public int WindowLength { get; init; } = 128;

    /// <summary>How much of the end of the text is kept for validation, at least 0 and under 1; unused where <see cref="Validation"/> is given.</summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>A text of its own for validation, encoded with the same vocabulary.</summary>
    public TextCorpus? Validation { get; init; }

    /// <summary>
    /// As how many streams the validation text is read, each from a state of zero; 1 is exact and slow. Null for one for every 8,192 tokens, at
    /// most 32. It never depends on <see cref="TrainingOptions.BatchSize"/>.
    /// </summary>
    public int? ValidationStreams { get; init; }

    internal override string HashKey => CheckpointFormat.TextKey;

    internal override IEnumerable<(string Key, string Words, string Value)> OwnFixed =>
        [("trainer.window_length", "the window length", CheckpointFormat.Text(WindowLength))];

    internal override void Validate()
    {
        base.Validate();
        Require(WindowLength >= 1, nameof(WindowLength), WindowLength, "at least 1");
        Require(ValidationFraction is >= 0 and < 1, nameof(ValidationFraction), ValidationFraction, "at least 0 and under 1");
        Require(ValidationStreams is null or >= 1, nameof(ValidationStreams), ValidationStreams, "at least 1");
        if (Patience is not null && Validation is null && ValidationFraction == 0)
            throw new ArgumentException($"{nameof(Patience)} needs a validation loss; set {nameof(ValidationFraction)} or {nameof(Validation)}.");
    }
}
