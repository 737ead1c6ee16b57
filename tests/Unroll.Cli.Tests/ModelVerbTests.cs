using System.Text.Json;

namespace Unroll.Cli.Tests;

/// <summary>The verbs that read a model, on one small model that all tests of this class share.</summary>
public sealed class ModelVerbTests(ModelVerbTests.Trained trained) : IClassFixture<ModelVerbTests.Trained>
{
    private readonly Workplace place = trained.Place;

    [Fact]
    public void Generate_writes_the_prompt_and_the_asked_number_of_characters()
    {
        var text = place.Run("generate", "m.safetensors", "--prompt", "the ", "--length", "50", "--seed", "3").Good().Output;
        Assert.StartsWith("the ", text, StringComparison.Ordinal);
        Assert.Equal("the ".Length + 50 + 1, text.Length);
        Assert.Equal(text, place.Run("generate", "m.safetensors", "--prompt", "the ", "--length", "50", "--seed", "3").Good().Output);
        Assert.NotEqual(text, place.Run("generate", "m.safetensors", "--prompt", "the ", "--length", "50", "--seed", "4").Good().Output);
    }

    [Fact]
    public void Generate_takes_every_way_to_choose()
    {
        var greedy = place.Run("generate", "m.safetensors", "--temperature", "0", "--length", "40", "--seed", "1").Good().Output;
        Assert.Equal(greedy, place.Run("generate", "m.safetensors", "--top-k", "1", "--length", "40", "--seed", "9").Good().Output);
        place.Run("generate", "m.safetensors", "--top-p", "0.5", "--top-k", "3", "--temperature", "1.5", "--length", "40").Good();
    }

    [Fact]
    public void A_prompt_outside_the_vocabulary_is_refused_with_the_character() =>
        place.Run("generate", "m.safetensors", "--prompt", "the Ω").Bad(1, "--prompt", "'Ω' (U+03A9) at position 4", "outside the vocabulary");

    [Fact]
    public void Generate_streams_and_stops_quietly_when_nobody_listens()
    {
        var outcome = place.Shell($"{Path.Combine(AppContext.BaseDirectory, "Unroll.Cli")} generate m.safetensors --length 2000000000 | head -c 100");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(100, outcome.Output.Length);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_gives_the_figures_baselines_and_signature()
    {
        var lines = place.Run("evaluate", "m.safetensors", "verse.txt").Good().Output;
        foreach (var expected in new[] { "nats per character", "(95%, 1,000 resamples", "bits per character", "bits per byte", "characters a second", "uniform ", "token frequencies of the training text", "impl:unroll-0.2.0" })
            Assert.Contains(expected, lines, StringComparison.Ordinal);

        var json = JsonDocument.Parse(place.Run("evaluate", "m.safetensors", "verse.txt", "--json").Good().Lines.Single()).RootElement;
        Assert.Equal(json.GetProperty("nats").GetDouble() / Math.Log(2), json.GetProperty("bitsPerCharacter").GetDouble(), 1e-9);
        Assert.True(json.GetProperty("nats").GetDouble() < json.GetProperty("uniformNats").GetDouble());
    }

    [Fact]
    public void Evaluate_refuses_a_text_with_other_characters()
    {
        place.Write("other.txt", "ΩΩΩ");
        place.Run("evaluate", "m.safetensors", "other.txt").Bad(1, "other.txt", "outside the vocabulary");
    }

    [Fact]
    public void Info_shows_configuration_vocabulary_tensors_and_record()
    {
        var lines = place.Run("info", "m.safetensors").Good().Output;
        foreach (var expected in new[] { "LSTM 1×16", "hidden size", "of kind char", "rnn.weight_hh_l0", "[64, 16]", "verse.txt", "adamw, learning rate 0.002", "Unroll 0.2.0" })
            Assert.Contains(expected, lines, StringComparison.Ordinal);

        var json = JsonDocument.Parse(place.Run("info", "m.safetensors", "--json").Good().Lines.Single()).RootElement;
        Assert.Equal(16, json.GetProperty("configuration").GetProperty("hiddenSize").GetInt32());
        Assert.Equal("verse.txt", json.GetProperty("training").GetProperty("text").GetString());
        Assert.Equal(7, json.GetProperty("tensors").GetArrayLength());
    }

    /// <summary>Trains the model once.</summary>
    public sealed class Trained : IDisposable
    {
        public Trained()
        {
            Place.Write("verse.txt", TrainTextTests.Verse());
            Place.Run(TrainTextTests.Words("train text verse.txt --hidden 16 --layers 1 --embedding 8 --window 16 --batch 8 --epochs 10 --out m.safetensors")).Good();
        }

        internal Workplace Place { get; } = new();

        public void Dispose() => Place.Dispose();
    }
}
