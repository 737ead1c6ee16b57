using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.ML.Tokenizers;
using Unroll.Data;

namespace Unroll.Tests.Data;

public sealed class BytePairVocabularyTests
{
    private const string Rhyme = "how much wood would a woodchuck chuck if a woodchuck could chuck wood? a woodchuck would chuck as much wood as a woodchuck could";

    /// <summary>aa occurs four times, ab twice as does (aa)a, whose number is higher; then (aa)(ab) twice; then no pair.</summary>
    [Fact]
    public void Merges_are_those_one_finds_by_hand()
    {
        var vocabulary = BytePairVocabulary.Learn(["aaabdaaabac"], 10);

        Assert.Equal([('a', 'a'), ('a', 'b'), (256, 257)], vocabulary.Merges);
        Assert.Equal([258, 'd', 258, 'a', 'c'], vocabulary.Encode("aaabdaaabac"));
        Assert.Equal(("aaab", 259), (vocabulary.TextOf(258), vocabulary.Size));
        Assert.Equal([256, 'c', 'x'], vocabulary.Encode("aacx"));
        Assert.Equal([('a', 'a')], BytePairVocabulary.Learn(["aaabdaaabac"], 1).Merges);
    }

    [Fact]
    public void Pairs_are_merged_inside_of_words_that_keep_the_blank_before_them()
    {
        var vocabulary = BytePairVocabulary.Learn(["is it, is it", "is it"], 100);

        Assert.Equal(["is", " it", ","], vocabulary.Encode("is it,").Select(vocabulary.TextOf));
        Assert.Equal(["abc", " 12", " +-", "\n ", " ab"], Pieces("abc 12 +-\n  ab"));
        Assert.Equal([new string('a', 64), "aa"], Pieces(new string('a', 66)));
        Assert.Equal(["  "], Pieces("  "));
    }

    /// <summary>What is rare or was never seen is read byte by byte, so there is nothing unknown.</summary>
    [Fact]
    public void Any_text_can_be_written_and_comes_back()
    {
        var vocabulary = BytePairVocabulary.Learn([Rhyme], 50);
        Assert.Equal([0xF0, 0x9F, 0x98, 0x80], vocabulary.Encode("😀"));
        Assert.Equal("\uFFFD", vocabulary.TextOf(0xF0));
        Gen.Char.Where(letter => !char.IsSurrogate(letter)).Array[0, 40].Select(letters => new string(letters)).Sample(text =>
        {
            var tokens = vocabulary.Encode($"{text} wood😀");
            Assert.Equal($"{text} wood😀", vocabulary.Decode(tokens));
            Assert.Equal(tokens, Vocabulary.FromJson(vocabulary.ToJson()).Encode($"{text} wood😀"));
            Assert.Equal((text.Length + 6, Encoding.UTF8.GetByteCount(text) + 9), vocabulary.Measure(tokens));
        });
        Assert.Contains("half of a surrogate pair", Assert.Throws<ArgumentException>(() => vocabulary.Encode("ab\uD83D")).Message, StringComparison.Ordinal);
        Assert.Contains("half of a surrogate pair", Assert.Throws<ArgumentException>(() => BytePairVocabulary.Learn(["ab\uD83D"], 1)).Message, StringComparison.Ordinal);
    }

    /// <summary>The learner changes counts where a pair was merged; here all are counted again each time.</summary>
    [Fact]
    public void Learning_is_as_counting_everything_again() =>
        Gen.Char["abc  "].Array[1, 60].Select(letters => new string(letters)).Sample(text =>
        {
            var words = Pieces(text).Select(piece => Encoding.UTF8.GetBytes(piece).Select(value => (int)value).ToList()).ToList();
            var expected = new List<(int, int)>();
            while (true)
            {
                var best = words.SelectMany(word => word.Zip(word.Skip(1))).CountBy(pair => pair)
                    .Where(pair => pair.Value > 1).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).FirstOrDefault();
                if (best.Value == 0)
                    break;
                expected.Add(best.Key);
                foreach (var word in words)
                {
                    for (var index = 0; index + 1 < word.Count; index++)
                    {
                        if ((word[index], word[index + 1]) != best.Key)
                            continue;
                        word[index] = 255 + expected.Count;
                        word.RemoveAt(index + 1);
                    }
                }
            }

            var vocabulary = BytePairVocabulary.Learn([text], 1000);
            Assert.Equal(expected, vocabulary.Merges);
            Assert.Equal(words.SelectMany(word => word), vocabulary.Encode(text));
        });

    /// <summary>An encoder of others, given the same tokens and merges, cuts the same words the same way.</summary>
    [Fact]
    public void Words_are_cut_as_another_library_cuts_them()
    {
        string[] words = [.. Rhyme.Replace("?", "", StringComparison.Ordinal).Split(' ')];
        var vocabulary = BytePairVocabulary.Learn(words, 30);
        var numbers = Enumerable.Range('a', 26).Concat(Enumerable.Range(256, vocabulary.Merges.Count)).ToDictionary(vocabulary.TextOf, token => token);
        var merges = string.Join('\n', vocabulary.Merges.Select(merge => $"{vocabulary.TextOf(merge.Left)} {vocabulary.TextOf(merge.Right)}"));
        using var tokens = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(numbers));
        using var rules = new MemoryStream(Encoding.UTF8.GetBytes("#version: 0.2\n" + merges));
        var other = BpeTokenizer.Create(tokens, rules);

        Gen.Char['a', 'z'].Array[1, 12].Select(letters => new string(letters)).Sample(word => Assert.Equal(other.EncodeToIds(word), vocabulary.Encode(word)));
        foreach (var word in words)
            Assert.Equal(other.EncodeToIds(word), vocabulary.Encode(word));
    }

    [Fact]
    public void A_corpus_and_its_validation_part_are_read_in_byte_pairs()
    {
        var corpus = TextCorpus.FromText(Rhyme, new() { Tokens = TokenKind.BytePair, BytePairMerges = 20 });
        Assert.Equal(276, corpus.Vocabulary.Size);
        Assert.Equal(Rhyme, corpus.Vocabulary.Decode(corpus.Vocabulary.Encode(Rhyme)));
    }

    [Fact]
    public void Merges_that_are_none_are_refused()
    {
        Fails("Merge 0 puts 256 and 1 together; expected tokens from 0 to 255", (256, 1));
        Fails("Merge 0 puts -1 and 1 together", (-1, 1));
        Fails("Merge 1, of 1 and 2, appears twice", (1, 2), (1, 2));
        // Each merge doubles the last token.
        Fails("Merge 8 makes a token of 512 bytes; expected at most 256", [(1, 1), .. Enumerable.Range(256, 20).Select(token => (token, token))]);
        Assert.Throws<ArgumentOutOfRangeException>(() => BytePairVocabulary.Learn(["a"], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => BytePairVocabulary.Learn(["a"], 1).TextOf(256));

        static void Fails(string words, params (int, int)[] merges) => Assert.Contains(words, Assert.Throws<ArgumentException>(() => new BytePairVocabulary(merges)).Message, StringComparison.Ordinal);
    }

    private static List<string> Pieces(string text)
    {
        var pieces = new List<string>();
        var reader = new BytePairPieces(text);
        while (reader.MoveNext())
            pieces.Add(reader.Current.ToString());
        return pieces;
    }
}
