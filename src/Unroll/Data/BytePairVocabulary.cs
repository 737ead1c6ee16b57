using System.Text;
using System.Text.Json;

namespace Unroll.Data;

/// <summary>
/// Parts of words: the 256 bytes of UTF-8, and tokens that each are two others put together, learned from a text (byte-pair encoding; Sennrich, Haddow and Birch, "Neural
/// Machine Translation of Rare Words with Subword Units", 2016, over bytes as Radford et al., 2019). It can write any text: what it never saw is read in shorter parts, in
/// the end byte by byte.
/// </summary>
/// <remarks>
/// Pairs are merged inside of pieces only: a run of letters, of digits, of white space or of anything else, with the blank before it. So a word in a sentence
/// and the same word at the start of a text begin with different tokens. Decoding gives the text back exactly.
/// </remarks>
public sealed class BytePairVocabulary : Vocabulary
{
    internal const string KindName = "byte-pair";

    /// <summary>Tokens that are single bytes, which come first.</summary>
    internal const int ByteCount = 256;

    /// <summary>The most bytes of a token, above what a piece can have.</summary>
    private const int MaximumTokenBytes = 4 * BytePairPieces.MaximumLength;

    private static readonly ByteVocabulary bytes = new();

    private readonly (int Left, int Right)[] merges;
    private readonly int[] lengths;
    private readonly Dictionary<(int Left, int Right), int> numbers;

    /// <summary>A vocabulary of given merges.</summary>
    /// <param name="merges">Merge m makes token 256 + m of two tokens below it; each pair once.</param>
    /// <exception cref="ArgumentException">A merge is of tokens that are not below it, is there twice, or makes a token of more than 256 bytes.</exception>
    public BytePairVocabulary(IReadOnlyList<(int Left, int Right)> merges)
    {
        ArgumentNullException.ThrowIfNull(merges);
        this.merges = [.. merges];
        lengths = new int[ByteCount + merges.Count];
        lengths.AsSpan(0, ByteCount).Fill(1);
        numbers = new(merges.Count);
        for (var merge = 0; merge < merges.Count; merge++)
        {
            var (left, right) = merges[merge];
            var token = ByteCount + merge;
            if ((uint)left >= (uint)token || (uint)right >= (uint)token)
                throw new ArgumentException($"Merge {merge} puts {left} and {right} together; expected tokens from 0 to {token - 1}.", nameof(merges));
            if (!numbers.TryAdd((left, right), token))
                throw new ArgumentException($"Merge {merge}, of {left} and {right}, appears twice.", nameof(merges));
            lengths[token] = lengths[left] + lengths[right];
            if (lengths[token] > MaximumTokenBytes)
                throw new ArgumentException($"Merge {merge} makes a token of {lengths[token]} bytes; expected at most {MaximumTokenBytes}.", nameof(merges));
        }
    }

    /// <inheritdoc/>
    public override int Size => lengths.Length;

    /// <inheritdoc/>
    public override string Kind => KindName;

    /// <summary>The merges in the order in which they were learned; merge m makes token 256 + m.</summary>
    public IReadOnlyList<(int Left, int Right)> Merges => merges;

    /// <summary>Learns from texts, which pairs of tokens are frequent.</summary>
    /// <param name="texts">The texts of the training part, and nothing else.</param>
    /// <param name="mergeCount">How many merges, 0 or more; fewer where no pair is left that occurs twice.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 0 or over 4,194,048.</exception>
    /// <exception cref="ArgumentException">A text is no valid Unicode.</exception>
    public static BytePairVocabulary Learn(IEnumerable<string> texts, int mergeCount)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfNegative(mergeCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mergeCount, MaximumSize - ByteCount);
        var learner = new BytePairLearner();
        foreach (var text in texts)
        {
            ArgumentNullException.ThrowIfNull(text, nameof(texts));
            if (bytes.Encode(text, out _) is { } problem)
                throw new ArgumentException(problem, nameof(texts));
            learner.Add(text);
        }

        return new(learner.Learn(mergeCount));
    }

    /// <summary>The text of a token; bytes that are no whole character are shown as U+FFFD.</summary>
    /// <param name="token">0 to <see cref="Vocabulary.Size"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The token is outside the vocabulary.</exception>
    public string TextOf(int token)
    {
        Require(token);
        Span<byte> own = stackalloc byte[lengths[token]];
        Expand(token, own);
        return Encoding.UTF8.GetString(own);
    }

    /// <inheritdoc/>
    public override TokenDecoder CreateDecoder() => new Decoder(this);

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("kind", KindName);
        writer.WriteStartArray("merges");
        foreach (var (left, right) in merges)
        {
            writer.WriteNumberValue(left);
            writer.WriteNumberValue(right);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>A word with every pair of its kind made one token, from left to right.</summary>
    internal static int[] Replace(int[] tokens, (int Left, int Right) pair, int token)
    {
        var result = new List<int>(tokens.Length);
        for (var index = 0; index < tokens.Length; index++)
        {
            var isPair = index + 1 < tokens.Length && tokens[index] == pair.Left && tokens[index + 1] == pair.Right;
            result.Add(isPair ? token : tokens[index]);
            index += isPair ? 1 : 0;
        }

        return [.. result];
    }

    internal override string? Encode(ReadOnlySpan<char> text, out int[] tokens)
    {
        // Checks that all of it is Unicode.
        if (bytes.Encode(text, out tokens) is { } problem)
            return problem;
        var result = new List<int>(tokens.Length);
        var reader = new BytePairPieces(text);
        while (reader.MoveNext())
            result.AddRange(Merged([.. Encoding.UTF8.GetBytes(reader.Current.ToArray())]));
        tokens = [.. result];
        return null;
    }

    internal override (long Characters, long Bytes) Measure(ReadOnlySpan<int> tokens)
    {
        long characters = 0;
        long count = 0;
        Span<byte> own = stackalloc byte[MaximumTokenBytes];
        foreach (var token in tokens)
        {
            Expand(token, own);
            count += lengths[token];
            foreach (var value in own[..lengths[token]])
            {
                // Every byte but a continuation (10xxxxxx) starts a character.
                if ((value & 0xC0) != 0x80)
                    characters++;
            }
        }

        return (characters, count);
    }

    /// <summary>Merges as training did: of all pairs that are there, the one learned first.</summary>
    private int[] Merged(int[] tokens)
    {
        while (true)
        {
            var first = int.MaxValue;
            for (var index = 1; index < tokens.Length; index++)
            {
                if (numbers.TryGetValue((tokens[index - 1], tokens[index]), out var token))
                    first = Math.Min(first, token);
            }

            if (first == int.MaxValue)
                return tokens;
            tokens = Replace(tokens, merges[first - ByteCount], first);
        }
    }

    private void Expand(int token, Span<byte> target)
    {
        while (token >= ByteCount)
        {
            var (left, right) = merges[token - ByteCount];
            Expand(left, target);
            target = target[lengths[left]..];
            token = right;
        }

        target[0] = (byte)token;
    }

    private sealed class Decoder(BytePairVocabulary vocabulary) : TokenDecoder
    {
        private readonly TokenDecoder decoder = bytes.CreateDecoder();

        public override string Push(int token)
        {
            vocabulary.Require(token);
            Span<byte> own = stackalloc byte[vocabulary.lengths[token]];
            vocabulary.Expand(token, own);
            var text = new StringBuilder();
            foreach (var value in own)
                text.Append(decoder.Push(value));
            return text.ToString();
        }

        public override string Finish() => decoder.Finish();
    }
}
