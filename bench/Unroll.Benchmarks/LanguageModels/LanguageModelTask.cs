using Unroll.Data;

namespace Unroll.Benchmarks.LanguageModels;

/// <summary>
/// What each contestant trains: embedding, a stack of LSTMs, a linear layer, on the characters of a text with its last tenth held back,
/// by truncated back-propagation with carried state, for a given time.
/// </summary>
internal sealed record LanguageModelTask
{
    /// <summary>The part that is learned.</summary>
    public required TextCorpus Training { get; init; }

    /// <summary>The part that is held back.</summary>
    public required TextCorpus Validation { get; init; }

    /// <summary>How long it trains; validation comes on top.</summary>
    public required TimeSpan Duration { get; init; }

    public int HiddenSize { get; init; } = 256;

    public int Threads { get; init; } = 2;

    public int Seed { get; init; } = 1;

    public int EmbeddingSize { get; init; } = 64;

    public int Layers { get; init; } = 2;

    public int WindowLength { get; init; } = 128;

    public int BatchSize { get; init; } = 64;

    /// <summary>Between the layers and before the linear one.</summary>
    public float Dropout { get; init; } = 0.25f;

    /// <summary>The AdamW rate at the start.</summary>
    public float LearningRate { get; init; } = 2e-3f;

    /// <summary>The share of it that a half cosine over the whole time ends at.</summary>
    public float FinalFraction { get; init; } = 0.05f;

    /// <summary>The most that the norm of all gradients together may be.</summary>
    public float ClipNorm { get; init; } = 1;
}
