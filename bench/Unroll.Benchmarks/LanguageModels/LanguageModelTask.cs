using Unroll.Data;

namespace Unroll.Benchmarks.LanguageModels;

/// <summary>The optimiser of a language model.</summary>
internal enum UpdateRule
{
    AdamW,
    Sgd,
}

/// <summary>
/// What each contestant trains: embedding, a stack of LSTMs, a linear layer, on the tokens of a text, by truncated back-propagation with carried
/// state.
/// </summary>
internal sealed record LanguageModelTask
{
    /// <summary>What is learned.</summary>
    public required TextCorpus Training { get; init; }

    public int HiddenSize { get; init; } = 256;

    public int Threads { get; init; } = 2;

    public int Seed { get; init; } = 1;

    public int EmbeddingSize { get; init; } = 64;

    public int Layers { get; init; } = 2;

    public int WindowLength { get; init; } = 128;

    public int BatchSize { get; init; } = 64;

    /// <summary>Between the layers and before the linear one.</summary>
    public float Dropout { get; init; } = 0.25f;

    public UpdateRule Rule { get; init; } = UpdateRule.AdamW;

    /// <summary>The rate at the start.</summary>
    public float LearningRate { get; init; } = 2e-3f;

    /// <summary>The share of it that a half cosine over the whole time ends at, where a time is set.</summary>
    public float FinalFraction { get; init; } = 0.05f;

    /// <summary>The most that the norm of all gradients together may be.</summary>
    public float ClipNorm { get; init; } = 1;
}
