namespace Unroll.Data;

/// <summary>What one token of a text is.</summary>
public enum TokenKind
{
    /// <summary>A character: <see cref="CharacterVocabulary"/>.</summary>
    Character,

    /// <summary>A byte of UTF-8: <see cref="ByteVocabulary"/>.</summary>
    Byte,

    /// <summary>A word: <see cref="WordVocabulary"/>.</summary>
    Word,

    /// <summary>A part of a word, learned from the text: <see cref="BytePairVocabulary"/>.</summary>
    BytePair,
}
