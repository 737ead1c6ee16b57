namespace Unroll.Data;

/// <summary>How a text becomes tokens.</summary>
public sealed record TextCorpusOptions
{
    /// <summary>What a token is when the vocabulary is made from the text itself.</summary>
    public TokenKind Tokens { get; init; } = TokenKind.Character;

    /// <summary>An existing vocabulary to use, such as that of a trained model; null to make one from the text.</summary>
    public Vocabulary? Vocabulary { get; init; }

    /// <summary>The most words a vocabulary made from the text holds; the rarest are left to <c>&lt;unk&gt;</c>.</summary>
    public int MaximumWords { get; init; } = 10_000;

    /// <summary>How many merges a vocabulary of parts of words learns from the text, 0 or more.</summary>
    public int BytePairMerges { get; init; } = 4_000;

    /// <summary>What ends a word.</summary>
    public WordSplitting WordSplitting { get; init; } = WordSplitting.Punctuation;
}
