using System.Text.Json;

namespace Unroll.Cli.Tests;

/// <summary><c>unroll quantize</c>, and what the other verbs make of the models it writes.</summary>
public sealed class QuantizeTests(ModelVerbTests.Trained trained) : IClassFixture<ModelVerbTests.Trained>
{
    private readonly Workplace place = trained.Place;

    [Theory]
    [InlineData("bfloat16", "m.bf16.safetensors", 1.5)]
    [InlineData("int8", "m.int8.safetensors", 1.5)]
    public void It_writes_a_smaller_model_beside_the_old_one(string weights, string file, double times)
    {
        var before = File.ReadAllBytes(place.At("m.safetensors"));
        var lines = place.Run("quantize", "m.safetensors", "--weights", weights).Good().Output;
        foreach (var expected in new[] { file, $"float32 → {weights}", "bytes, ", "times smaller" })
            Assert.Contains(expected, lines, StringComparison.Ordinal);
        Assert.DoesNotContain("nats", lines, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(place.At("m.safetensors")));
        // Most of so small a file is its header.
        Assert.True(new FileInfo(place.At(file)).Length * times < before.Length, $"{new FileInfo(place.At(file)).Length} of {before.Length} bytes");
    }

    [Theory]
    [InlineData("bfloat16")]
    [InlineData("int8")]
    public void It_compares_loss_and_speed_on_a_text(string weights)
    {
        var lines = place.Run("quantize", "m.safetensors", "--weights", weights, "--out", "compared.safetensors", "--evaluate", "verse.txt").Good().Output;
        foreach (var expected in new[] { "verse.txt: ", "nats per character", "bits per character", "steps a second", "times as many" })
            Assert.Contains(expected, lines, StringComparison.Ordinal);

        var json = JsonDocument.Parse(place.Run(
            "quantize", "m.safetensors", "--weights", weights, "--out", "compared.safetensors", "--evaluate", "verse.txt", "--json").Good().Lines.Single()).RootElement;
        var evaluated = JsonDocument.Parse(place.Run("evaluate", "m.safetensors", "verse.txt", "--json").Good().Lines.Single()).RootElement;
        var quantized = JsonDocument.Parse(place.Run("evaluate", "compared.safetensors", "verse.txt", "--json").Good().Lines.Single()).RootElement;
        Assert.Equal(weights, json.GetProperty("weights").GetString());
        Assert.Equal(new FileInfo(place.At("compared.safetensors")).Length, json.GetProperty("bytesAfter").GetInt64());
        Assert.Equal(evaluated.GetProperty("nats").GetDouble(), json.GetProperty("natsBefore").GetDouble(), 1e-12);
        Assert.Equal(quantized.GetProperty("nats").GetDouble(), json.GetProperty("natsAfter").GetDouble(), 1e-12);
        Assert.NotEqual(json.GetProperty("natsBefore").GetDouble(), json.GetProperty("natsAfter").GetDouble());
        Assert.InRange(json.GetProperty("natsAfter").GetDouble() - json.GetProperty("natsBefore").GetDouble(), -0.05, 0.05);
        Assert.True(json.GetProperty("stepsPerSecondAfter").GetDouble() > 0);
        Assert.Contains($"|weights:{weights}|impl:", quantized.GetProperty("signature").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Its_models_are_read_by_every_verb_that_reads_one()
    {
        place.Run("quantize", "m.safetensors", "--weights", "int8", "--out", "small.safetensors").Good();
        var text = place.Run("generate", "small.safetensors", "--prompt", "the ", "--length", "50", "--seed", "3").Good().Output;
        Assert.Equal("the ".Length + 50 + 1, text.Length);

        var lines = place.Run("info", "small.safetensors").Good().Output;
        foreach (var expected in new[] { "weights int8", "rnn.weight_hh_l0        int8 [64, 16]", "rnn.bias_hh_l0          float32 [64]", "verse.txt" })
            Assert.Contains(expected, lines, StringComparison.Ordinal);
        var json = JsonDocument.Parse(place.Run("info", "small.safetensors", "--json").Good().Lines.Single()).RootElement;
        Assert.Equal("int8", json.GetProperty("weights").GetString());
        Assert.Equal("int8", json.GetProperty("tensors")[0].GetProperty("type").GetString());
        Assert.Equal("float32", JsonDocument.Parse(place.Run("info", "m.safetensors", "--json").Good().Output).RootElement.GetProperty("weights").GetString());
    }

    [Fact]
    public void A_quantized_model_is_not_quantized_again_and_not_trained()
    {
        place.Run("quantize", "m.safetensors", "--weights", "bfloat16", "--out", "once.safetensors").Good();
        place.Run("quantize", "once.safetensors", "--weights", "int8").Bad(1, "once.safetensors: its weights are bfloat16 already", "the float32 model");
        Assert.False(File.Exists(place.At("once.int8.safetensors")));
        place.Run("train", "text", "--resume", "once.safetensors").Bad(1, "--resume once.safetensors", "bfloat16 weights", "cannot be trained");
        place.Run("train", "text", "verse.txt", "--resume", "once.safetensors", "--epochs", "2").Bad(1, "cannot be trained");
    }

    [Fact]
    public void What_it_is_told_wrongly_is_one_line()
    {
        place.Run("quantize", "m.safetensors").Bad(2, "--weights is missing", "--weights int8");
        place.Run("quantize", "m.safetensors", "--weights", "int4").Bad(2, "--weights int4", "one of bfloat16, int8");
        place.Run("quantize", "missing.safetensors", "--weights", "int8").Bad(1, "missing.safetensors: there is no such file");
        place.Run("quantize", "m.safetensors", "--weights", "int8", "--out", "m.safetensors").Bad(2, "is the model itself");
        place.Run("quantize", "m.safetensors", "--weights", "int8", "--out", "nowhere/x.safetensors").Bad(1, "folder 'nowhere' does not exist");
        place.Run("quantize", "m.safetensors", "--weights", "int8", "--out", "verse.txt", "--evaluate", "verse.txt").Bad(2, "would replace the text");
        place.Run("quantize", "m.safetensors", "--weights", "int8", "--out", "x.safetensors", "--evaluate", "none.txt").Bad(1, "none.txt");
        place.Run("quantize", "verse.txt", "--weights", "int8").Bad(1, "verse.txt");
        Assert.False(File.Exists(place.At("x.safetensors")));
    }
}
