using System.Text.Json;

namespace Unroll.Data;

/// <summary>
/// One token for each word, the most frequent first; <c>&lt;unk&gt;</c> (token 0) stands for every other word, <c>&lt;eos&gt;</c> (token 1) for
/// the end of a line.
/// </summary>
/// <remarks>
/// Decoding puts one space between words; with <see cref="WordSplitting.Punctuation"/> none before a closing mark or after an opening
/// bracket. The white space of the original is not kept.
/// </remarks>
public sealed class WordVocabulary : Vocabulary
{
    /// <summary>The word that stands for every word outside the vocabulary.</summary>
    public const string Unknown = "<unk>";

    /// <summary>The word that stands for the end of a line.</summary>
    public const string EndOfLine = "<eos>";

    internal const string KindName = "word";

    private const int UnknownToken = 0;
    private const int EndOfLineToken = 1;

    private readonly string[] words;
    private readonly Dictionary<string, int> numbers;

    /// <summary>A vocabulary of given words.</summary>
    /// <param name="words">Token by token; the first two are <see cref="Unknown"/> and <see cref="EndOfLine"/>.</param>
    /// <param name="splitting">What ends a word.</param>
    /// <exception cref="ArgumentException">The first two are others, or a word is empty or appears twice.</exception>
    public WordVocabulary(IReadOnlyList<string> words, WordSplitting splitting = WordSplitting.Punctuation)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words.Count < 2 || words[UnknownToken] != Unknown || words[EndOfLineToken] != EndOfLine)
            throw new ArgumentException($"The first two words of a vocabulary are {Unknown} and {EndOfLine}.", nameof(words));
        this.words = [.. words];
        Splitting = splitting;
        numbers = new(words.Count, StringComparer.Ordinal);
        for (var token = 0; token < words.Count; token++)
        {
            if (string.IsNullOrEmpty(words[token]))
                throw new ArgumentException($"Word {token} is empty.", nameof(words));
            if (!numbers.TryAdd(words[token], token))
                throw new ArgumentException($"Word {token}, '{words[token]}', appears twice.", nameof(words));
        }
    }

    /// <inheritdoc/>
    public override int Size => words.Length;

    /// <inheritdoc/>
    public override string Kind => KindName;

    /// <summary>The words, token by token.</summary>
    public IReadOnlyList<string> Words => words;

    /// <summary>What ends a word.</summary>
    public WordSplitting Splitting { get; }

    /// <summary>The most frequent words of a text.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="maximumSize">The most tokens, <see cref="Unknown"/> and <see cref="EndOfLine"/> included; at least 3.</param>
    /// <param name="splitting">What ends a word.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is under 3.</exception>
    public static WordVocabulary FromText(
        ReadOnlySpan<char> text, int maximumSize = int.MaxValue, WordSplitting splitting = WordSplitting.Punctuation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumSize, 3);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        var reader = new WordReader(text, splitting);
        while (reader.MoveNext())
            lookup[reader.Word] = lookup.TryGetValue(reader.Word, out var count) ? count + 1 : 1;
        counts.Remove(Unknown);
        counts.Remove(EndOfLine);
        var words = counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Take(maximumSize - 2).Select(entry => entry.Key);
        return new([Unknown, EndOfLine, .. words], splitting);
    }

    /// <inheritdoc/>
    public override TokenDecoder CreateDecoder() => new Decoder(this);

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("kind", KindName);
        writer.WriteString("splitting", Splitting == WordSplitting.Whitespace ? "whitespace" : "punctuation");
        writer.WriteStartArray("words");
        foreach (var word in words)
            writer.WriteStringValue(word);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    internal override string? Encode(ReadOnlySpan<char> text, out int[] tokens)
    {
        tokens = EncodeWithEnds(text).Tokens;
        return null;
    }

    /// <summary>A vocabulary of the most frequent of some words that nobody has to find in a text any more.</summary>
    internal static WordVocabulary FromWords(IEnumerable<string> words, int maximumSize) => new(
        [
            Unknown, EndOfLine,
            .. words.Where(word => word is not (Unknown or EndOfLine)).CountBy(word => word, StringComparer.Ordinal)
                .OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal).Take(maximumSize - 2).Select(entry => entry.Key),
        ],
        WordSplitting.Whitespace);

    /// <summary>The token of a word, that of <see cref="Unknown"/> where there is none.</summary>
    internal int NumberOf(string word) => numbers.TryGetValue(word, out var token) ? token : UnknownToken;

    /// <summary>The tokens of a text and where each ends in it, so that bits per byte can be counted.</summary>
    internal (int[] Tokens, int[] Ends) EncodeWithEnds(ReadOnlySpan<char> text)
    {
        var result = new List<int>();
        var ends = new List<int>();
        var lookup = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        var reader = new WordReader(text, Splitting);
        while (reader.MoveNext())
        {
            result.Add(lookup.TryGetValue(reader.Word, out var token) ? token : UnknownToken);
            ends.Add(reader.End);
        }

        return ([.. result], [.. ends]);
    }

    /// <summary>The decoded text's size; a corpus measures the original instead.</summary>
    internal override (long Characters, long Bytes) Measure(ReadOnlySpan<int> tokens) => TextSize.Of(Decode(tokens));

    private sealed class Decoder(WordVocabulary vocabulary) : TokenDecoder
    {
        private const string Closing = ".,;:!?)]}%";
        private const string Opening = "([{";

        private bool isJoined = true;

        public override string Push(int token)
        {
            vocabulary.Require(token);
            var word = vocabulary.words[token];
            if (token == EndOfLineToken)
            {
                isJoined = true;
                return "\n";
            }

            var punctuation = vocabulary.Splitting == WordSplitting.Punctuation && word.Length == 1;
            var space = !isJoined && !(punctuation && Closing.Contains(word[0], StringComparison.Ordinal));
            isJoined = punctuation && Opening.Contains(word[0], StringComparison.Ordinal);
            return space ? " " + word : word;
        }
    }
}
