using System.Globalization;
using Unroll.Data;

namespace Unroll.Benchmarks.LanguageModels;

/// <summary>A row of the table of language models.</summary>
/// <param name="Tokens">Characters or words.</param>
/// <param name="HiddenSize">H of both layers.</param>
/// <param name="BatchSize">B.</param>
/// <param name="WindowLength">T.</param>
/// <param name="Goal">The ratio to reach.</param>
internal sealed record LanguageModelRow(TokenKind Tokens, int HiddenSize, int BatchSize, int WindowLength, double Goal)
{
    private const int CharacterEmbedding = 64;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<LanguageModelRow> All { get; } =
    [
        new(TokenKind.Character, 256, 64, 128, 2),
        new(TokenKind.Character, 512, 64, 128, 1.5),
        new(TokenKind.Word, 200, 20, 20, 1.35),
        new(TokenKind.Word, 200, 20, 35, 1.35),
        new(TokenKind.Word, 650, 20, 35, 1.35),
    ];

    /// <summary>Its name in the tables.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{(Tokens == TokenKind.Word ? "words" : "characters")} 2×{HiddenSize}");

    /// <summary>Characters as in the ten-minute runs; words as Zaremba, Sutskever and Vinyals (2014) train them.</summary>
    public LanguageModelTask Task(TextCorpus text, int threads)
    {
        var task = new LanguageModelTask
        {
            Training = text,
            HiddenSize = HiddenSize,
            Threads = threads,
            BatchSize = BatchSize,
            WindowLength = WindowLength,
        };
        return Tokens == TokenKind.Character
            ? task with { EmbeddingSize = CharacterEmbedding }
            : task with { EmbeddingSize = HiddenSize, Dropout = 0, Rule = UpdateRule.Sgd, LearningRate = 1, ClipNorm = 5 };
    }
}
