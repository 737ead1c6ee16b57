using System.Globalization;
using System.Text;
using Unroll.Data;

namespace Unroll.Benchmarks.LanguageModels;

/// <summary>
/// What the language models read: a text file, or tokens made up so that their frequencies fall as those of words do (Zipf's law). How fast
/// an update is does not depend on which it is, only on the size of the vocabulary.
/// </summary>
/// <param name="path">The file, or null for made-up tokens.</param>
internal sealed class LanguageModelTexts(string? path)
{
    private const int WordCount = 10_000;
    private const int LetterCount = 65;
    private const int Length = 300_000;
    private const int Seed = 1949;

    // The two words that every vocabulary has besides: the unknown word and the end of a line.
    private const int ExtraWords = 2;

    /// <summary>What it is, in words.</summary>
    public string Description => path is null
        ? string.Create(CultureInfo.InvariantCulture, $"made-up tokens, {LetterCount} characters and {WordCount:N0} words with frequencies after Zipf")
        : Path.GetFileName(path);

    /// <summary>The text as characters or as words, of which the 10,000 most frequent count.</summary>
    public TextCorpus Read(TokenKind tokens)
    {
        var options = new TextCorpusOptions { Tokens = tokens, MaximumWords = WordCount };
        if (path is not null)
            return TextCorpus.Load(path, options);
        return tokens == TokenKind.Word
            ? TextCorpus.FromText(string.Join(' ', Ranks(WordCount - ExtraWords).Select(Word)), options)
            : TextCorpus.FromText(Letters(), options);
    }

    private static string Letters()
    {
        var text = new StringBuilder(Length);
        foreach (var rank in Ranks(LetterCount))
            text.Append((char)('0' + rank));
        return text.ToString();
    }

    private static string Word(int rank) => string.Create(CultureInfo.InvariantCulture, $"w{rank}");

    /// <summary>Every rank once, then ranks drawn with probabilities proportional to 1/(rank + 1).</summary>
    private static IEnumerable<int> Ranks(int count)
    {
        var random = new Random(Seed);
        var sums = new double[count];
        var sum = 0.0;
        for (var rank = 0; rank < count; rank++)
            sums[rank] = sum += 1.0 / (rank + 1);
        for (var index = 0; index < Length; index++)
        {
            var place = Array.BinarySearch(sums, random.NextDouble() * sum);
            yield return index < count ? index : Math.Min(place < 0 ? ~place : place, count - 1);
        }
    }
}
