using System.Globalization;
using Unroll.Optimizers;

namespace Unroll.Training;

/// <summary>How models are trained, whatever they are trained on.</summary>
public abstract record TrainingOptions
{
    private protected TrainingOptions()
    {
    }

    /// <summary>What changes the parameters; its learning rate is the highest that the schedule gives.</summary>
    public Optimizer Optimizer { get; init; } = new AdamW(2e-3f);

    /// <summary>How the learning rate changes in the course of training.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Cosine();

    /// <summary>The largest norm all gradients together may have, over 0; larger ones are scaled down. Null for no limit.</summary>
    public float? ClipNorm { get; init; }

    /// <summary>The largest magnitude each value of a gradient may have, over 0; applied before <see cref="ClipNorm"/>. Null for no limit.</summary>
    public float? ClipValue { get; init; }

    /// <summary>B: how many sequences an update learns from: streams of a text that are read in parallel, or examples; at least 1.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Where everything random of the training comes from.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>After how many updates the validation loss is measured; 0 for the end of each epoch. At the end of training it always is.</summary>
    public long EvaluateEvery { get; init; }

    /// <summary>After how many evaluations without a better loss training stops; null for never.</summary>
    public int? Patience { get; init; }

    /// <summary>Whether the model ends with the parameters of its best validation loss instead of the last ones.</summary>
    public bool KeepBest { get; init; } = true;

    /// <summary>
    /// The decay of a running mean of the parameters, over 0 and under 1, such as 0.998; null for none (Polyak and Juditsky, "Acceleration of Stochastic Approximation by
    /// Averaging", 1992, here exponential). After update n the mean moves towards the parameters by 1 − d, where d is the decay, or (1 + n) / (10 + n) while that is
    /// less. Validation measures the
    /// mean, the best of them is kept, and the model ends with it; while training goes on, it holds the parameters themselves.
    /// </summary>
    public float? AverageDecay { get; init; }

    /// <summary>After how many updates progress is reported, at least 1; it also is at every evaluation.</summary>
    public long ReportEvery { get; init; } = 10;

    /// <summary>Where checkpoints go; null for none.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>After how many updates a checkpoint is written; 0 for after each evaluation. At the end and on cancellation one always is.</summary>
    public long CheckpointEvery { get; init; }

    /// <summary>
    /// The most bytes that an update may keep between forward and backward, or null for no limit: see <see cref="Tensors.Tape.MemoryBudget"/>. The result is the
    /// same bit for bit; a small budget costs time.
    /// </summary>
    public long? MemoryBudget { get; init; }

    /// <summary>Watches the training and says what is wrong with it, or null. It changes no bit of the result and is in no checkpoint.</summary>
    public NetworkDoctor? Doctor { get; init; }

    /// <summary>What a checkpoint carries besides, such as the configuration and vocabulary of the model it needs.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The name under which a checkpoint keeps what it was trained on, as a hash.</summary>
    internal abstract string HashKey { get; }

    /// <summary>What else has to be the same for a resumed run to give the same bits: key, words, value.</summary>
    internal virtual IEnumerable<(string Key, string Words, string Value)> OwnFixed => [];

    /// <summary>Fails unless every option is in its range and none contradicts another.</summary>
    internal virtual void Validate()
    {
        ArgumentNullException.ThrowIfNull(Optimizer);
        ArgumentNullException.ThrowIfNull(Schedule);
        ArgumentNullException.ThrowIfNull(Metadata);
        Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "at least 1");
        Require(ClipNorm is null or > 0, nameof(ClipNorm), ClipNorm, "over 0, or null for no limit");
        Require(ClipValue is null or > 0, nameof(ClipValue), ClipValue, "over 0, or null for no limit");
        Require(EvaluateEvery >= 0, nameof(EvaluateEvery), EvaluateEvery, "0 or more");
        Require(Patience is null or >= 1, nameof(Patience), Patience, "at least 1, or null for never");
        Require(AverageDecay is null or (> 0 and < 1), nameof(AverageDecay), AverageDecay, "over 0 and under 1, such as 0.998, or null for no averaging");
        Require(ReportEvery >= 1, nameof(ReportEvery), ReportEvery, "at least 1");
        Require(MemoryBudget is null or >= 1, nameof(MemoryBudget), MemoryBudget, "at least 1 byte, or null for no limit");
        Require(CheckpointEvery >= 0, nameof(CheckpointEvery), CheckpointEvery, "0 or more");
        if (CheckpointEvery > 0 && string.IsNullOrEmpty(CheckpointPath))
            throw new ArgumentException($"{nameof(CheckpointEvery)} is {CheckpointEvery} but there is no {nameof(CheckpointPath)}.");
    }

    private protected static void Require(bool isGood, string name, IFormattable? value, string expected)
    {
        if (isGood)
            return;
        var text = value?.ToString(null, CultureInfo.InvariantCulture);
        throw new ArgumentOutOfRangeException(name, $"{name} is {text}; it has to be {expected}.");
    }
}
