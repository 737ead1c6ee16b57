using System.Text;
using System.Text.Json;

namespace Unroll.Data;

/// <summary>
/// A fixed set of tokens and how text becomes a sequence of them: <see cref="CharacterVocabulary"/>, <see cref="ByteVocabulary"/>,
/// <see cref="WordVocabulary"/> or <see cref="BytePairVocabulary"/>. Immutable; safe for use from many threads.
/// </summary>
public abstract class Vocabulary
{
    /// <summary>The most entries a vocabulary in a file may have.</summary>
    internal const int MaximumSize = 1 << 22;

    /// <summary>How many tokens there are; tokens are numbered from 0.</summary>
    public abstract int Size { get; }

    /// <summary>What a token is: <c>char</c>, <c>byte</c>, <c>word</c> or <c>byte-pair</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>The tokens of a text.</summary>
    /// <param name="text">Any text.</param>
    /// <exception cref="ArgumentException">The text holds something outside the vocabulary; the message says what and where.</exception>
    public int[] Encode(ReadOnlySpan<char> text)
    {
        var problem = Encode(text, out var tokens);
        return problem is null ? tokens : throw new ArgumentException(problem);
    }

    /// <summary>A decoder for one stream of tokens.</summary>
    public abstract TokenDecoder CreateDecoder();

    /// <summary>The text of a whole sequence.</summary>
    /// <param name="tokens">Each 0 to <see cref="Size"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A token is outside the vocabulary; the message says which and where.</exception>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        var decoder = CreateDecoder();
        var text = new StringBuilder();
        for (var position = 0; position < tokens.Length; position++)
        {
            if ((uint)tokens[position] >= (uint)Size)
                throw new ArgumentOutOfRangeException(nameof(tokens), OutsideMessage(tokens[position], position));
            text.Append(decoder.Push(tokens[position]));
        }

        return text.Append(decoder.Finish()).ToString();
    }

    /// <summary>Writes the vocabulary as one JSON object, which <see cref="FromJson(ReadOnlySpan{byte}, string)"/> reads.</summary>
    /// <param name="writer">Stands where a value may be written.</param>
    public abstract void WriteJson(Utf8JsonWriter writer);

    /// <summary>The vocabulary as JSON text.</summary>
    public string ToJson()
    {
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory))
            WriteJson(writer);
        return Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The JSON text.</param>
    /// <param name="source">What to name in an error, such as the file it stood in.</param>
    /// <exception cref="InvalidDataException">It is no vocabulary; the message says why.</exception>
    public static Vocabulary FromJson(string json, string source = "vocabulary")
    {
        ArgumentNullException.ThrowIfNull(json);
        return VocabularyJson.Read(Encoding.UTF8.GetBytes(json), source);
    }

    /// <summary>Reads what <see cref="WriteJson"/> wrote.</summary>
    /// <param name="json">The JSON text in UTF-8.</param>
    /// <param name="source">What to name in an error, such as the file it stood in.</param>
    /// <exception cref="InvalidDataException">It is no vocabulary; the message says why.</exception>
    public static Vocabulary FromJson(ReadOnlySpan<byte> json, string source = "vocabulary") => VocabularyJson.Read(json, source);

    /// <summary>The tokens of a text, or what is wrong with it.</summary>
    internal abstract string? Encode(ReadOnlySpan<char> text, out int[] tokens);

    /// <summary>The tokens of a text with one token for everything outside the vocabulary, or what is wrong with it; vocabularies that know all ignore it.</summary>
    internal virtual string? Encode(ReadOnlySpan<char> text, int unknown, out int[] tokens) => Encode(text, out tokens);

    /// <summary>How many characters (Unicode scalar values) and bytes of UTF-8 some tokens of this vocabulary stand for.</summary>
    internal abstract (long Characters, long Bytes) Measure(ReadOnlySpan<int> tokens);

    /// <summary>Fails unless the token exists.</summary>
    internal void Require(int token)
    {
        if ((uint)token >= (uint)Size)
            throw new ArgumentOutOfRangeException(nameof(token), $"Token {token} is outside the vocabulary (size {Size}).");
    }

    private string OutsideMessage(int token, int position) =>
        $"Token {token} at position {position} is outside the vocabulary (size {Size}). Was the text encoded with another vocabulary?";
}
