using Unroll.Data;
using Unroll.Models;

namespace Unroll.Tests.Models;

public sealed class EvaluationTests
{
    private const double Exact = 1e-5;

    [Fact]
    public void A_model_without_preference_needs_the_bits_of_the_uniform_distribution()
    {
        var model = Blank(new ByteVocabulary());
        var text = Read(model, string.Concat(Enumerable.Repeat("é€ plain\n", 300)));

        var figures = model.Evaluate(text);

        Assert.Equal(text.Tokens.Length, figures.Tokens);
        Assert.Equal(Math.Log(256), figures.Nats, Exact);
        Assert.Equal(Math.Log(256), figures.UniformNats, Exact);
        Assert.Equal(256, figures.Perplexity, 0.01);
        Assert.Equal(8, figures.BitsPerByte, Exact);
        Assert.Equal(8.0 * text.ByteCount / text.CharacterCount, figures.BitsPerCharacter, Exact);
        Assert.NotNull(figures.NatsInterval);
        Assert.Equal(figures.Nats, figures.NatsInterval.Value.Low, Exact);
    }

    [Fact]
    public void Nats_are_those_of_the_steps_the_first_token_after_a_line_end()
    {
        var model = SmallModels.Create();
        var text = Read(model, string.Concat(Enumerable.Repeat("the dog jumps\n", 40)));
        var session = model.OpenSession();
        var logits = new float[model.Vocabulary.Size];
        var previous = model.Vocabulary.Encode("\n")[0];
        var nats = 0.0;
        foreach (var token in text.Tokens.Span)
        {
            session.Step(previous, logits);
            nats += Math.Log(logits.Sum(logit => Math.Exp(logit))) - logits[token];
            previous = token;
        }

        var figures = model.Evaluate(text);

        Assert.Equal(nats, figures.TotalNats, nats * Exact);
        Assert.Equal(nats / text.Tokens.Length / Math.Log(2), figures.BitsPerCharacter, Exact);
        Assert.Equal(figures.BitsPerCharacter, figures.BitsPerByte, Exact);
        Assert.Equal(Math.Exp(figures.Nats), figures.Perplexity, Exact);
    }

    [Fact]
    public void The_frequencies_of_the_training_text_are_a_baseline_when_the_model_knows_them()
    {
        var model = Blank(new CharacterVocabulary("ab\n"));
        Assert.Null(model.Evaluate(Read(model, "abab")).UnigramNats);
        model.Training = new() { Text = "x", TokenCounts = [0, 2, 4] };
        // (count + 1) / (6 + 3): a 3/9, b 5/9.
        Assert.Equal(-(Math.Log(3 / 9.0) + Math.Log(5 / 9.0)) / 2, model.Evaluate(Read(model, "abab")).UnigramNats!.Value, Exact);
    }

    [Fact]
    public void The_interval_holds_the_mean_and_is_left_out_for_a_short_text()
    {
        var model = SmallModels.Create();
        var long_ = model.Evaluate(Read(model, string.Concat(Enumerable.Repeat("jumps over\nfive dozen", 300))));
        Assert.NotNull(long_.NatsInterval);
        Assert.InRange(long_.Nats, long_.NatsInterval.Value.Low, long_.NatsInterval.Value.High);
        Assert.True(long_.NatsInterval.Value.Low < long_.NatsInterval.Value.High);
        Assert.Null(model.Evaluate(Read(model, "fox")).NatsInterval);
    }

    [Fact]
    public void The_signature_names_what_was_measured_on_what()
    {
        var model = SmallModels.Create();
        var signature = model.Evaluate(TextCorpus.FromText("fox", new() { Vocabulary = model.Vocabulary }, "fox.txt")).Signature;
        Assert.Contains("on:fox.txt", signature, StringComparison.Ordinal);
        Assert.EndsWith("|impl:unroll-0.2.0", signature, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_of_another_vocabulary_is_refused()
    {
        var model = SmallModels.Create();
        Assert.Throws<ArgumentException>(() => model.Evaluate(TextCorpus.FromText("other letters: xyz")));
    }

    private static TextCorpus Read(LanguageModel model, string text) => TextCorpus.FromText(text, new() { Vocabulary = model.Vocabulary });

    private static LanguageModel Blank(Vocabulary vocabulary)
    {
        var model = LanguageModel.Create(vocabulary, SmallModels.Options());
        foreach (var parameter in model.Parameters)
        {
            parameter.Values.Clear();
            parameter.MarkChanged();
        }

        return model;
    }
}
