using System.Text;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.Tests.Models;

public sealed class GenerationTests
{
    [Fact]
    public void The_same_seed_writes_the_same_text_of_the_asked_length()
    {
        var model = SmallModels.Create();
        var options = new GenerateOptions { Length = 200, Seed = 5 };
        var text = string.Concat(model.Generate("the ", options));
        Assert.Equal(200, text.Length);
        Assert.Equal(text, string.Concat(model.Generate("the ", options)));
        Assert.NotEqual(text, string.Concat(model.Generate("the ", options with { Seed = 6 })));
    }

    [Fact]
    public void Temperature_0_follows_the_likeliest_token()
    {
        var model = SmallModels.Create();
        var session = model.OpenSession();
        var logits = new float[model.Vocabulary.Size];
        session.Step(model.Vocabulary.Encode("\n")[0], logits);
        var expected = new StringBuilder();
        for (var step = 0; step < 30; step++)
        {
            var token = logits.AsSpan().IndexOf(logits.Max());
            expected.Append(model.Vocabulary.Decode([token]));
            session.Step(token, logits);
        }

        Assert.Equal(expected.ToString(), string.Concat(model.Generate("", new() { Length = 30, Temperature = 0 })));
    }

    [Fact]
    public void A_model_of_bytes_writes_whole_characters_in_every_piece()
    {
        var model = LanguageModel.Create(new ByteVocabulary(), SmallModels.Options());
        // The bias makes it write the bytes of é and € only, in any order: many are no valid UTF-8.
        var bias = model.Parameters.Single(parameter => parameter.Name == "head.bias");
        bias.Values.Fill(-50);
        foreach (var value in "é€"u8)
            bias.Values[value] = 50;
        bias.MarkChanged();

        var pieces = model.Generate("", new() { Length = 300, Seed = 1 }).ToArray();

        Assert.All(pieces, piece => Assert.All(piece, letter => Assert.True(letter is 'é' or '€' or '\uFFFD' || !char.IsSurrogate(letter))));
        Assert.Contains(pieces, piece => piece.Contains('é', StringComparison.Ordinal));
    }

    [Fact]
    public void Pieces_come_one_by_one_and_nothing_is_computed_before_it_is_asked_for()
    {
        var model = SmallModels.Create();
        using var pieces = model.Generate("fox", new() { Length = int.MaxValue }).GetEnumerator();
        for (var piece = 0; piece < 10; piece++)
            Assert.True(pieces.MoveNext());
    }

    [Fact]
    public void A_prompt_outside_the_vocabulary_is_refused_at_once_with_the_character()
    {
        var model = SmallModels.Create();
        var failure = Assert.Throws<ArgumentException>(() => model.Generate("fox €"));
        Assert.Contains("'€' (U+20AC) at position 4", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_refused_at_once() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SmallModels.Create().Generate("fox", new() { TopK = 0 }));

    [Fact]
    public void A_prompt_and_length_0_write_nothing() => Assert.Empty(SmallModels.Create().Generate("fox", new() { Length = 0 }));
}
