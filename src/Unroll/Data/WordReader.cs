using System.Buffers;
using System.Globalization;
using System.Text;

namespace Unroll.Data;

/// <summary>Walks over the words of a text; the end of a line counts as a word.</summary>
internal ref struct WordReader(ReadOnlySpan<char> text, WordSplitting splitting)
{
    private readonly ReadOnlySpan<char> text = text;

    /// <summary>The word found last; <c>&lt;eos&gt;</c> for the end of a line.</summary>
    public ReadOnlySpan<char> Word { get; private set; }

    /// <summary>Where the word found last ends, in UTF-16 units.</summary>
    public int End { get; private set; }

    /// <summary>Finds the next word.</summary>
    /// <returns>False at the end of the text.</returns>
    public bool MoveNext()
    {
        var start = End;
        while (start < text.Length && text[start] != '\n' && char.IsWhiteSpace(text[start]))
            start++;
        if (start == text.Length)
            return false;
        End = text[start] == '\n' ? start + 1 : WordEnd(start);
        Word = text[start] == '\n' ? WordVocabulary.EndOfLine : text[start..End];
        return true;
    }

    private readonly int WordEnd(int start)
    {
        if (splitting == WordSplitting.Whitespace)
        {
            var blank = start;
            while (blank < text.Length && !char.IsWhiteSpace(text[blank]))
                blank++;
            return blank;
        }

        foreach (var special in (ReadOnlySpan<string>)[WordVocabulary.Unknown, WordVocabulary.EndOfLine])
        {
            if (text[start..].StartsWith(special, StringComparison.Ordinal))
                return start + special.Length;
        }

        var end = start;
        while (end < text.Length && IsInsideWord(start, end, out var length))
            end += length;
        return end > start ? end : start + Length(start);
    }

    private readonly bool IsInsideWord(int start, int position, out int length)
    {
        length = Length(position);
        if (IsLetter(position))
            return true;
        var isApostrophe = text[position] is '\'' or '\u2019';
        return isApostrophe && position > start && position + 1 < text.Length && IsLetter(position + 1);
    }

    private readonly bool IsLetter(int position)
    {
        if (Rune.DecodeFromUtf16(text[position..], out var character, out _) != OperationStatus.Done)
            return false;
        return Rune.IsLetterOrDigit(character) || character.Value == '_' || Rune.GetUnicodeCategory(character)
            is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
    }

    private readonly int Length(int position)
    {
        Rune.DecodeFromUtf16(text[position..], out _, out var length);
        return length;
    }
}
