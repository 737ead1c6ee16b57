using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Unroll.Data;

/// <summary>One token for each character (Unicode scalar value) that a text holds, numbered in the order of their code points.</summary>
public sealed class CharacterVocabulary : Vocabulary
{
    internal const string KindName = "char";

    private readonly Rune[] characters;
    private readonly string[] pieces;

    // By code point: the runtime has collections of numbers compiled; those of another value type are compiled at the start of each program.
    private readonly Dictionary<int, int> numbers;

    /// <summary>The characters of a text.</summary>
    /// <param name="text">Any text with at least one character; each becomes one token, however often it appears.</param>
    /// <exception cref="ArgumentException">The text is empty or holds half of a surrogate pair.</exception>
    public CharacterVocabulary(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            throw new ArgumentException("A vocabulary needs at least one character; the text is empty.");
        var found = new HashSet<int>();
        for (var position = 0; position < text.Length;)
        {
            if (!TryNext(text, ref position, out var character))
                throw new ArgumentException(HalfPair(text, position));
            found.Add(character.Value);
        }

        var codePoints = new int[found.Count];
        found.CopyTo(codePoints);
        Array.Sort(codePoints);
        characters = Array.ConvertAll(codePoints, value => new Rune(value));
        pieces = Array.ConvertAll(codePoints, char.ConvertFromUtf32);
        numbers = new(codePoints.Length);
        for (var token = 0; token < codePoints.Length; token++)
            numbers.Add(codePoints[token], token);
    }

    /// <inheritdoc/>
    public override int Size => characters.Length;

    /// <inheritdoc/>
    public override string Kind => KindName;

    /// <summary>The characters, token by token.</summary>
    public IReadOnlyList<Rune> Characters => characters;

    /// <summary>All characters, token by token.</summary>
    internal string Text => string.Concat(pieces);

    /// <inheritdoc/>
    public override TokenDecoder CreateDecoder() => new Decoder(this);

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("kind", KindName);
        writer.WriteString("characters", Text);
        writer.WriteEndObject();
    }

    internal override string? Encode(ReadOnlySpan<char> text, out int[] tokens) => EncodeKnown(text, null, out tokens);

    internal override string? Encode(ReadOnlySpan<char> text, int unknown, out int[] tokens) => EncodeKnown(text, unknown, out tokens);

    internal override (long Characters, long Bytes) Measure(ReadOnlySpan<int> tokens)
    {
        long bytes = 0;
        foreach (var token in tokens)
            bytes += characters[token].Utf8SequenceLength;
        return (tokens.Length, bytes);
    }

    private string? EncodeKnown(ReadOnlySpan<char> text, int? unknown, out int[] tokens)
    {
        tokens = new int[text.Length];
        var count = 0;
        for (var position = 0; position < text.Length; count++)
        {
            if (!TryNext(text, ref position, out var character))
                return HalfPair(text, position);
            if (numbers.TryGetValue(character.Value, out tokens[count]))
                continue;
            if (unknown is not { } token)
            {
                return $"Character '{character}' (U+{character.Value:X4}) at position {count} is outside the vocabulary ({Size} characters). "
                    + "Leave it out, or use a model of bytes, which knows every character.";
            }

            tokens[count] = token;
        }

        Array.Resize(ref tokens, count);
        return null;
    }

    private static bool TryNext(ReadOnlySpan<char> text, ref int position, out Rune character)
    {
        var isCharacter = Rune.DecodeFromUtf16(text[position..], out character, out var length) == OperationStatus.Done;
        position += isCharacter ? length : 0;
        return isCharacter;
    }

    private static string HalfPair(ReadOnlySpan<char> text, int position) =>
        $"U+{(int)text[position]:X4} at position {position} is half of a surrogate pair, no character.";

    private sealed class Decoder(CharacterVocabulary vocabulary) : TokenDecoder
    {
        public override string Push(int token)
        {
            vocabulary.Require(token);
            return vocabulary.pieces[token];
        }
    }
}
