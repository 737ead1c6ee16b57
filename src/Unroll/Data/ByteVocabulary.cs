using System.Text;
using System.Text.Json;

namespace Unroll.Data;

/// <summary>One token for each byte of the text's UTF-8: 256 tokens that can write any text.</summary>
public sealed class ByteVocabulary : Vocabulary
{
    internal const string KindName = "byte";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <inheritdoc/>
    public override int Size => 256;

    /// <inheritdoc/>
    public override string Kind => KindName;

    /// <inheritdoc/>
    public override TokenDecoder CreateDecoder() => new StreamDecoder(this);

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("kind", KindName);
        writer.WriteEndObject();
    }

    internal override string? Encode(ReadOnlySpan<char> text, out int[] tokens)
    {
        byte[] bytes;
        try
        {
            bytes = new byte[Strict.GetByteCount(text)];
            Strict.GetBytes(text, bytes);
        }
        catch (EncoderFallbackException exception)
        {
            tokens = [];
            return $"U+{(int)exception.CharUnknown:X4} at position {exception.Index} is half of a surrogate pair, no character.";
        }

        tokens = new int[bytes.Length];
        for (var position = 0; position < bytes.Length; position++)
            tokens[position] = bytes[position];
        return null;
    }

    internal override (long Characters, long Bytes) Measure(ReadOnlySpan<int> tokens)
    {
        long characters = 0;
        foreach (var token in tokens)
        {
            // Every byte but a continuation (10xxxxxx) starts a character.
            if ((token & 0xC0) != 0x80)
                characters++;
        }

        return (characters, tokens.Length);
    }

    private sealed class StreamDecoder(ByteVocabulary vocabulary) : TokenDecoder
    {
        // Two UTF-16 units for a completed character, and replacements for what it interrupted.
        private readonly char[] buffer = new char[8];
        private readonly Decoder decoder = Encoding.UTF8.GetDecoder();

        public override string Push(int token)
        {
            vocabulary.Require(token);
            var count = decoder.GetChars([(byte)token], buffer, flush: false);
            return new(buffer, 0, count);
        }

        public override string Finish()
        {
            var count = decoder.GetChars([], buffer, flush: true);
            return new(buffer, 0, count);
        }
    }
}
