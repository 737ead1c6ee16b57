using System.Globalization;
using System.Text;

namespace Unroll.Data;

/// <summary>
/// Cuts a text into the pieces that pairs are merged in: a run of letters with their marks, of digits, of white space or of anything else, where a run that is no white
/// space takes a blank before it along. Together the pieces are the text.
/// </summary>
/// <param name="text">Valid Unicode.</param>
internal ref struct BytePairPieces(ReadOnlySpan<char> text)
{
    /// <summary>A longer run is cut, so that the time a text takes is in proportion to its length.</summary>
    public const int MaximumLength = 64;

    private readonly ReadOnlySpan<char> text = text;
    private int next;

    /// <summary>What a run consists of.</summary>
    private enum Kind
    {
        Letter,
        Digit,
        Space,
        Other,
    }

    /// <summary>The present piece.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>Goes to the next piece, if there is one.</summary>
    public bool MoveNext()
    {
        if (next == text.Length)
            return false;
        var start = next;
        var first = KindAt(start, out var length);
        next += length;
        if (first == Kind.Space && text[start] == ' ' && next < text.Length && KindAt(next, out length) is var following and not Kind.Space)
        {
            first = following;
            next += length;
        }

        while (next < text.Length && KindAt(next, out length) == first && next + length - start <= MaximumLength)
        {
            // The last blank of a run belongs to what follows it.
            if (first == Kind.Space && text[next] == ' ' && next + 1 < text.Length && KindAt(next + 1, out _) != Kind.Space)
                break;
            next += length;
        }

        Current = text[start..next];
        return true;
    }

    private readonly Kind KindAt(int position, out int length)
    {
        Rune.DecodeFromUtf16(text[position..], out var character, out length);
        if (Rune.IsWhiteSpace(character))
            return Kind.Space;
        return Rune.GetUnicodeCategory(character) switch
        {
            <= UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Digit,
            _ => Kind.Other,
        };
    }
}
