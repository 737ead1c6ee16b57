using Unroll.Data;
using Unroll.Files;
using Unroll.Models;
using Unroll.Tests.Files;

namespace Unroll.Tests.Models.Forecasting;

/// <summary>Wrong files of forecasters: every one ends in one exception of one line, quickly, without much memory; what is accepted saves again.</summary>
public sealed class HostileForecasterTests(ITestOutputHelper output)
{
    /// <summary>A model does more for each file than the reader below it; it gets its share of the mutations.</summary>
    private const int ShareOfMutations = 10;

    /// <summary>The model's objects, a session for the probes, texts of the metadata as strings and JSON documents.</summary>
    private const long Allowance = 512 << 10;

    public static TheoryData<ForecasterKind> Kinds => SmallSeries.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Mutations_are_refused_with_one_line_or_save_again_bit_for_bit(ForecasterKind kind)
    {
        var probe = new LoaderProbe<Forecaster>(
            bytes => ForecasterFile.Load(SafetensorsFile.Read(bytes, "model.safetensors")), model => ForecasterFile.Write(model, "model.safetensors").ToArray(), Allowance);
        var split = TimeSplit.Of(SmallSeries.Rich(kind != ForecasterKind.Autoregressive), 0.2, 0.2);
        var model = SmallSeries.Trained(split, new() { Kind = kind, Horizon = 2, Context = 5, HiddenSize = 3, SeriesEmbeddingSize = 2, Season = 12, Samples = 10 }, epochs: 1);
        model.Calibrate(split);
        model.Training = new() { Data = "rich.csv", TrainingSteps = 130, ValidationLoss = 2.5 };
        var valid = ForecasterFile.Write(model, "model.safetensors").ToArray();
        output.WriteLine($"{LoaderProbe.SeedVariable}={LoaderProbe.Seed}");
        probe.Mutate(valid, LoaderProbe.Count / ShareOfMutations / 3, LoaderProbe.Seed);
        output.WriteLine($"{probe.Accepted} accepted, {probe.Refused} refused");
        Assert.True(probe.Refused > probe.Accepted);
        Assert.True(probe.Try(valid, () => "the valid file"));
    }

    [Fact]
    public void Sizes_beyond_what_a_number_holds_are_refused_and_not_wrapped()
    {
        var set = TimeSplit.Of(SmallSeries.Of("x", 60, step => step), 0.2, 0.2);
        var model = SmallSeries.Trained(set, new() { Kind = ForecasterKind.EncoderDecoder, Horizon = 2, Context = 5, HiddenSize = 3 }, epochs: 1);
        var many = string.Join(',', Enumerable.Range(0, 16_384).Select(index => $"{{\"name\":\"{index}\",\"role\":\"target\",\"gaps\":false}}"));
        var ones = string.Join(',', Enumerable.Repeat("1", 16_384));
        var writer = ForecasterFile.Write(model, "model");
        writer.Metadata["series"] = $"{{\"frequency\":\"step\",\"calendar\":[],\"channels\":[{many}],\"items\":[{{\"name\":\"\",\"means\":[{ones}],\"deviations\":[{ones}]}}]}}";
        // 65,536 · 16,384 · 4 margins are 2³², which is 0 in 32 bits.
        writer.Metadata["configuration"] = writer.Metadata["configuration"].Replace("\"horizon\":2", "\"horizon\":65536");
        writer.Metadata["intervals"] = "{\"levels\":[0.5,0.8,0.9,0.95],\"margins\":[]}";
        Assert.Contains("tensor 'rnn.weight_ih_l0' has shape", Refused(writer));
        writer.Metadata["configuration"] = writer.Metadata["configuration"].Replace("\"encoder-decoder\"", "\"direct\"");
        Assert.Contains("tensor 'rnn.weight_ih_l0' has shape", Refused(writer));
        Assert.Equal(
            "x is damaged: there are 0 margins; expected 4294967296",
            Assert.Throws<InvalidDataException>(() => ForecasterJson.ReadIntervals(writer.Metadata["intervals"], "x", ForecasterJson.ReadSeries(writer.Metadata["series"], "x", new() { Horizon = 65_536 }))).Message);
    }

    private static string Refused(SafetensorsWriter writer) =>
        Assert.Throws<InvalidDataException>(() => ForecasterFile.Load(SafetensorsFile.Read(writer.ToArray(), "model.safetensors"))).Message;
}
