namespace Unroll.Data;

/// <summary>Counts what a text holds.</summary>
internal static class TextSize
{
    /// <summary>The characters (Unicode scalar values) and the bytes in UTF-8.</summary>
    public static (long Characters, long Bytes) Of(ReadOnlySpan<char> text)
    {
        long characters = 0;
        long bytes = 0;
        foreach (var character in text.EnumerateRunes())
        {
            characters++;
            bytes += character.Utf8SequenceLength;
        }

        return (characters, bytes);
    }
}
