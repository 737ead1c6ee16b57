using System.Text.Json;
using System.Text.RegularExpressions;
using Unroll.Files;

namespace Unroll.Cli.Tests;

/// <summary>Stacks that are not plain on the command line: trained, resumed, shown, quantized.</summary>
public sealed class StackTests
{
    private const string Small = "--embedding 8 --window 16 --batch 8";

    [Theory]
    [InlineData("--hidden 16 --layers 3 --connection residual --variational-dropout 0.1", "LSTM 3×16 residual, embedding 8, dropout 0, variational dropout 0.1")]
    [InlineData("--hidden 16 --cell gru --connection highway --trainable-start", "GRU 2×16 highway, embedding 8, dropout 0, trainable start")]
    [InlineData("--layer-sizes 24,16 --trainable-start --dropout 0.1", "LSTM 24-16, embedding 8, dropout 0.1, trainable start")]
    [InlineData("--hidden 16 --recurrent-dropout 0.1 --zoneout 0.05 --zoneout-state 0.2", "LSTM 2×16, embedding 8, dropout 0, recurrent dropout 0.1, zoneout 0.05, state zoneout 0.2")]
    [InlineData("--hidden 16 --cell gru --cell-clip 0.5 --hard-activations", "GRU 2×16, clip 0.5, hard activations, embedding 8, dropout 0")]
    [InlineData("--hidden 16 --layers 1 --cell-clip 2.5", "LSTM 1×16, clip 2.5, embedding 8, dropout 0")]
    [InlineData("--layer-sizes 16,16 --connection residual", "LSTM 2×16 residual, embedding 8, dropout 0")]
    public void A_run_of_it_goes_on_from_its_checkpoint_and_says_what_it_is(string stack, string words)
    {
        using var place = new Workplace();
        place.Write("verse.txt", TrainTextTests.Verse());
        var whole = place.Run(TrainTextTests.Words($"train text verse.txt {Small} {stack} --schedule constant --epochs 4 --json --out whole.safetensors")).Good();
        Assert.Equal(words, JsonDocument.Parse(whole.Lines[0]).RootElement.GetProperty("configuration").GetString());
        var done = JsonDocument.Parse(whole.Lines[^1]).RootElement;
        Assert.True(done.GetProperty("valLoss").GetDouble() < done.GetProperty("uniformLoss").GetDouble() - 0.3, whole.Lines[^1]);

        place.Run(TrainTextTests.Words($"train text verse.txt {Small} {stack} --schedule constant --epochs 2 --out part.safetensors")).Good();
        place.Run(TrainTextTests.Words("train text --resume part.checkpoint.safetensors --epochs 4 --out part.safetensors")).Good();
        var (expected, actual) = (SafetensorsFile.Read(place.At("whole.safetensors")), SafetensorsFile.Read(place.At("part.safetensors")));
        Assert.Equal(expected.Tensors.Select(tensor => tensor.Name), actual.Tensors.Select(tensor => tensor.Name));
        foreach (var tensor in expected.Tensors)
            Assert.Equal(tensor.ToSingleArray(), actual.Require(tensor.Name).ToSingleArray());

        Assert.Contains(words, place.Run("info", "whole.safetensors").Good().Output, StringComparison.Ordinal);
        place.Run("quantize", "whole.safetensors", "--weights", "int8", "--out", "small.safetensors").Good();
        Assert.Contains(words, place.Run("info", "small.safetensors").Good().Output, StringComparison.Ordinal);
        Assert.Equal(41, place.Run("generate", "small.safetensors", "--length", "40").Good().Output.Length);
    }

    [Fact]
    public void Heads_and_choices_of_a_cell_are_kept_by_checkpoint_and_model()
    {
        using var place = new Workplace();
        place.Write("verse.txt", TrainTextTests.Verse());
        place.Run(TrainTextTests.Words($"train text verse.txt {Small} --hidden 16 --layers 1 --cell slstm --heads 4 --cell-clip 20 --hard-activations --epochs 1 --out m.safetensors")).Good();
        place.Run(TrainTextTests.Words("train text --resume m.checkpoint.safetensors --epochs 2 --out n.safetensors")).Good();
        var lines = place.Run("info", "n.safetensors").Good().Output;
        foreach (var line in new[] { "cell +slstm", "heads +4", "clip +20", "activations +hard", "rnn.weight_hh_l0 +float32 \\[64, 4\\]" })
            Assert.Matches(new Regex($"^  {line}$", RegexOptions.Multiline), lines);
        Assert.Contains("slstm 1×16, heads = 4, clip 20, hard activations, embedding 8", lines, StringComparison.Ordinal);
        var configuration = JsonDocument.Parse(place.Run("info", "n.safetensors", "--json").Good().Lines.Single()).RootElement.GetProperty("configuration");
        Assert.Equal((4, 20, true), (configuration.GetProperty("constants").GetProperty("heads").GetInt32(), configuration.GetProperty("clip").GetInt32(), configuration.GetProperty("hardActivations").GetBoolean()));
        place.Run(TrainTextTests.Words("train text --resume m.checkpoint.safetensors --heads 2")).Bad(2, "--heads", "--resume", "contradict");
    }

    [Fact]
    public void Info_shows_each_choice()
    {
        using var place = new Workplace();
        place.Write("verse.txt", TrainTextTests.Verse());
        place.Run(TrainTextTests.Words($"train text verse.txt {Small} --layer-sizes 24,16 --trainable-start --variational-dropout 0.25 --recurrent-dropout 0.125 --zoneout 0.5 --zoneout-state 0.75 --epochs 1")).Good();
        Assert.Contains("runs/verse-lstm-24-16/model.safetensors", place.Files());

        var lines = place.Run("info", "runs/verse-lstm-24-16/model.safetensors").Good().Output;
        foreach (var line in new[] { "layer sizes +24, 16", "connection +plain", "start +trainable", "variational +0.25", "recurrent +0.125", "zoneout +0.5", "state zoneout +0.75", "rnn.start_cell_l0 +float32 \\[24\\]" })
            Assert.Matches(new Regex($"^  {line}$", RegexOptions.Multiline), lines);

        var configuration = JsonDocument.Parse(place.Run("info", "runs/verse-lstm-24-16/model.safetensors", "--json").Good().Lines.Single()).RootElement.GetProperty("configuration");
        Assert.Equal([24, 16], configuration.GetProperty("layerSizes").EnumerateArray().Select(size => size.GetInt32()));
        Assert.Equal("plain", configuration.GetProperty("connection").GetString());
        Assert.True(configuration.GetProperty("trainableStart").GetBoolean());
        Assert.Equal(0.25, configuration.GetProperty("variationalDropout").GetDouble());
        Assert.Equal(0.125, configuration.GetProperty("recurrentDropout").GetDouble());
        Assert.Equal(0.5, configuration.GetProperty("zoneoutOutput").GetDouble());
        Assert.Equal(0.75, configuration.GetProperty("zoneoutState").GetDouble());
    }

    [Fact]
    public void Sizes_beyond_the_memory_are_named_as_they_were_given()
    {
        using var place = new Workplace();
        place.Write("verse.txt", TrainTextTests.Verse());
        place.Run(TrainTextTests.Words($"train text verse.txt {Small} --layer-sizes 65536,65536,65535")).Bad(1, "GiB of memory", "--layer-sizes 65536,65536,65535");
        Assert.False(Directory.Exists(place.At("runs")));
    }
}
