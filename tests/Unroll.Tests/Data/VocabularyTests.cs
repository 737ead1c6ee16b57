using System.Text;
using CsCheck;
using Unroll.Data;

namespace Unroll.Tests.Data;

public sealed class VocabularyTests
{
    [Fact]
    public void Characters_are_whole_code_points_in_order()
    {
        var vocabulary = new CharacterVocabulary("hé😀lloh");

        Assert.Equal("char", vocabulary.Kind);
        Assert.Equal(["h", "l", "o", "é", "😀"], vocabulary.Characters.Select(character => character.ToString()));
        Assert.Equal([0, 3, 4, 1, 1, 2], vocabulary.Encode("hé😀llo"));
        Assert.Equal("hé😀llo", vocabulary.Decode([0, 3, 4, 1, 1, 2]));
    }

    [Fact]
    public void A_character_outside_the_vocabulary_is_named_with_its_position()
    {
        var vocabulary = new CharacterVocabulary("abc");

        var exception = Assert.Throws<ArgumentException>(() => vocabulary.Encode("abéc"));

        Assert.StartsWith("Character 'é' (U+00E9) at position 2 is outside the vocabulary (3 characters).", exception.Message, StringComparison.Ordinal);
        Assert.Contains("half of a surrogate pair", Assert.Throws<ArgumentException>(() => vocabulary.Encode("ab\uD83D")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new CharacterVocabulary(""));
    }

    [Fact]
    public void A_token_outside_the_vocabulary_is_named_with_its_position()
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => new ByteVocabulary().Decode([1, 301]));

        Assert.Contains("Token 301 at position 1 is outside the vocabulary (size 256).", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_become_text_as_soon_as_a_character_is_complete()
    {
        var vocabulary = new ByteVocabulary();
        var decoder = vocabulary.CreateDecoder();
        var pieces = vocabulary.Encode("a😀é").Select(decoder.Push).ToArray();

        Assert.Equal(["a", "", "", "", "😀", "", "é"], pieces);
        Assert.Equal("", decoder.Finish());
    }

    [Fact]
    public void Bytes_that_are_no_text_become_replacement_characters()
    {
        var decoder = new ByteVocabulary().CreateDecoder();

        Assert.Equal("", decoder.Push(0xF0));
        Assert.Equal("\uFFFDa", decoder.Push('a'));
        Assert.Equal("\uFFFD", decoder.Push(0xFF));
        Assert.Equal("", decoder.Push(0xC3));
        Assert.Equal("\uFFFD", decoder.Finish());
    }

    [Fact]
    public void Every_sequence_of_bytes_decodes_to_what_the_platform_says() => Gen.Byte.Array[0, 60].Sample(bytes =>
        Assert.Equal(Encoding.UTF8.GetString(bytes), new ByteVocabulary().Decode([.. bytes.Select(value => (int)value)])));

    [Fact]
    public void Text_of_characters_and_bytes_comes_back_unchanged() => Gen.Int[0, 0x10FFFF].Where(Rune.IsValid).Array[1, 50].Sample(points =>
    {
        var text = string.Concat(points.Select(point => new Rune(point).ToString()));
        foreach (var vocabulary in (Vocabulary[])[new CharacterVocabulary(text), new ByteVocabulary()])
        {
            var tokens = vocabulary.Encode(text);
            Assert.Equal(text, vocabulary.Decode(tokens));
            Assert.Equal(tokens, Vocabulary.FromJson(vocabulary.ToJson()).Encode(text));
            Assert.Equal((points.Length, Encoding.UTF8.GetByteCount(text)), vocabulary.Measure(tokens));
        }
    });

    [Fact]
    public void Words_split_at_white_space_and_punctuation()
    {
        var vocabulary = WordVocabulary.FromText("Don't stop, <unk> (now)!\nstop now");

        Assert.Equal(["<unk>", "<eos>", "now", "stop", "!", "(", ")", ",", "Don't"], vocabulary.Words);
        Assert.Equal([8, 3, 7, 0, 5, 2, 6, 4, 1, 3, 2], vocabulary.Encode("Don't stop, <unk> (now)!\nstop now"));
        Assert.Equal("Don't stop, <unk> (now)!\nstop now", vocabulary.Decode(vocabulary.Encode("Don't stop, else (now)!\nstop now")));
    }

    [Fact]
    public void Texts_split_before_are_cut_at_white_space_alone()
    {
        var vocabulary = WordVocabulary.FromText(" mr. <unk> 's u.s. \n the n.y. \n", splitting: WordSplitting.Whitespace);

        Assert.Equal(["mr.", "<unk>", "'s", "u.s.", "<eos>", "the", "n.y.", "<eos>"], vocabulary.Encode(" mr. <unk> 's u.s. \n the n.y. \n").Select(token => vocabulary.Words[token]));
        Assert.Equal("mr. the\nu.s.", vocabulary.Decode(vocabulary.Encode("mr. the\nu.s.")));
    }

    [Fact]
    public void The_rarest_words_are_left_out()
    {
        var vocabulary = WordVocabulary.FromText("b b b a a c d", maximumSize: 4);

        Assert.Equal(["<unk>", "<eos>", "b", "a"], vocabulary.Words);
        Assert.Equal([2, 3, 0, 0], vocabulary.Encode("b a c d"));
        Assert.Throws<ArgumentOutOfRangeException>(() => WordVocabulary.FromText("a", maximumSize: 2));
    }

    [Fact]
    public void Words_come_back_from_json_with_their_splitting()
    {
        var vocabulary = WordVocabulary.FromText("a \"quoted\" über word\n", splitting: WordSplitting.Whitespace);
        var read = Assert.IsType<WordVocabulary>(Vocabulary.FromJson(vocabulary.ToJson()));

        Assert.Equal(vocabulary.Words, read.Words);
        Assert.Equal(WordSplitting.Whitespace, read.Splitting);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"kind":"byte"} x""")]
    [InlineData("""{"kind":"byte","kind":"byte"}""")]
    [InlineData("""{"kind":"byte","characters":"a"}""")]
    [InlineData("""{"kind":"morse"}""")]
    [InlineData("""{"kind":3}""")]
    [InlineData("""{"kind":"char"}""")]
    [InlineData("""{"kind":"char","characters":""}""")]
    [InlineData("""{"kind":"char","characters":"ba"}""")]
    [InlineData("""{"kind":"char","characters":"aa"}""")]
    [InlineData("""{"kind":"char","characters":"\ud800"}""")]
    [InlineData("""{"kind":"word","words":["a","b"]}""")]
    [InlineData("""{"kind":"word","words":["<unk>","<eos>","a","a"]}""")]
    [InlineData("""{"kind":"word","words":["<unk>","<eos>",""]}""")]
    [InlineData("""{"kind":"word","words":["<unk>","<eos>",null]}""")]
    [InlineData("""{"kind":"word","words":["<unk>","<eos>", """)]
    [InlineData("""{"kind":"byte-pair"}""")]
    [InlineData("""{"kind":"byte","merges":[1,2]}""")]
    [InlineData("""{"kind":"byte-pair","merges":[1]}""")]
    [InlineData("""{"kind":"byte-pair","merges":[1,2.5]}""")]
    [InlineData("""{"kind":"byte-pair","merges":[1,256]}""")]
    [InlineData("""{"kind":"byte-pair","merges":[1,2,1,2]}""")]
    [InlineData("""{"kind":"byte-pair","merges":"1,2"}""")]
    [InlineData("""{"kind":"word","splitting":"x","words":["<unk>","<eos>"]}""")]
    public void What_is_no_vocabulary_is_refused_with_its_source(string json)
    {
        var exception = Assert.Throws<InvalidDataException>(() => Vocabulary.FromJson(json, "model.safetensors"));

        Assert.StartsWith("model.safetensors: not a vocabulary", exception.Message, StringComparison.Ordinal);
    }
}
