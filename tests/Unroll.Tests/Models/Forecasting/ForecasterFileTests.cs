using Unroll.Cells;
using Unroll.Data;
using Unroll.Files;
using Unroll.Models;
using Unroll.Tests.Cells;
using Unroll.Tests.Files;

namespace Unroll.Tests.Models.Forecasting;

public sealed class ForecasterFileTests
{
    private static readonly ForecasterOptions Small = new() { Horizon = 3, Context = 6, HiddenSize = 3, Samples = 12 };

    public static TheoryData<ForecasterOptions> Shapes =>
    [
        Small with { Season = 12, Anchor = ForecastAnchor.Season, Scaling = SeriesScaling.Training, SeriesEmbeddingSize = 2, Layers = 2, Dropout = 0.1f, Origins = 4 },
        Small with { Kind = ForecasterKind.EncoderDecoder, Cell = Cell.Gru, Output = ForecastOutput.StudentT, ForgetBias = null, VariationalDropout = 0.2f },
        Small with { Kind = ForecasterKind.Autoregressive, Calendar = false, Seed = ulong.MaxValue },
        Small with { Output = ForecastOutput.Quantiles, Quantiles = [0.1, 0.5, 1 / 1.1], Anchor = ForecastAnchor.Mean, Cell = Cell.SLstm },
        Small with { Output = ForecastOutput.Point, Cell = Cell.ProjectedLstm, HiddenSize = 4 },
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_saved_model_is_the_same_model(ForecasterOptions options)
    {
        using var folder = new TemporaryFolder();
        var split = TimeSplit.Of(SmallSeries.Rich(options.Kind != ForecasterKind.Autoregressive), 0.2, 0.2);
        var model = SmallSeries.Trained(split, options, epochs: 1);
        model.Calibrate(split);
        model.Training = new() { Data = "rich \"data\".csv", TrainingSteps = 133, ValidationShare = 0.2, Updates = 9, Epochs = 1.5, TrainingLoss = 1 / 3.0, TestMeanAbsoluteError = 2.5, Settings = "AdamW", Version = "x" };
        var path = folder.File("model.safetensors");
        model.Save(path);
        var loaded = Forecaster.Load(path);

        Assert.Equal(model.Options with { Quantiles = [] }, loaded.Options with { Quantiles = model.Options.Quantiles.SequenceEqual(loaded.Options.Quantiles) ? [] : [1] });
        Assert.Equal(model.Channels, loaded.Channels);
        Assert.Equal((model.Frequency, model.ParameterCount), (loaded.Frequency, loaded.ParameterCount));
        Assert.Equal(model.SeriesNames, loaded.SeriesNames);
        Assert.Equal(model.Calibration!.Margins, loaded.Calibration!.Margins);
        Assert.Equivalent(model.Training, loaded.Training, strict: true);
        foreach (var item in split.Set.Items)
        {
            var known = new ForecasterSession(model, item.Name, item.Start).KnownOf(item, 80, item.Length);
            Forecast Of(Forecaster own)
            {
                var session = own.OpenSession(item.Name, item.Start);
                for (var step = 0; step < 80; step++)
                    session.Step(item.Values.Span.Slice(step * item.Channels, item.Channels));
                return session.Forecast(known);
            }

            Assert.Equal(SmallSeries.Said(Of(model)), SmallSeries.Said(Of(loaded)));
            Assert.Equal(Of(model).Interval(0.9, 2), Of(loaded).Interval(0.9, 2));
        }

        var before = File.ReadAllBytes(path);
        loaded.Save(path);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void Names_may_be_odd()
    {
        using var folder = new TemporaryFolder();
        string[] names = ["", "a\"b\\", "Zürich ☃", "line\nbreak", " ", "{\"name\":1}", "𝛼"];
        var set = new TimeSeriesSet("x", [new("wert [°C], \"kalt\"\t")], Frequency.Steps, [.. names.Select((name, index) => TimeSeries.Of(SmallSeries.Noise(40, (ulong)index), name: name))]);
        var model = SmallSeries.Trained(TimeSplit.Of(set, 0.2, 0.2), Small with { SeriesEmbeddingSize = 2 }, epochs: 1);
        model.Save(folder.File("odd.safetensors"));
        var loaded = Forecaster.Load(folder.File("odd.safetensors"));
        Assert.Equal(names, loaded.SeriesNames);
        Assert.Equal(["wert [°C], \"kalt\"\t"], loaded.Targets);
        foreach (var item in set.Items)
            Assert.Equal(SmallSeries.Said(model.Forecast(item)), SmallSeries.Said(loaded.Forecast(item)));
    }

    [Fact]
    public void A_model_of_a_cell_of_ones_own_is_loaded_with_that_cell()
    {
        using var folder = new TemporaryFolder();
        var split = TimeSplit.Of(SmallSeries.Of("x", 60, step => Math.Sin(step)), 0.2, 0.2);
        var model = SmallSeries.Trained(split, Small with { Cell = Cell.Of<MyGru>() }, epochs: 1);
        var path = folder.File("own.safetensors");
        model.Save(path);
        Assert.Contains("my-gru", Assert.Throws<InvalidDataException>(() => Forecaster.Load(path)).Message);
        var loaded = Forecaster.Load(path, Cell.Of<MyGru>());
        Assert.Equal(SmallSeries.Said(model.Forecast(split.Set.Items[0])), SmallSeries.Said(loaded.Forecast(split.Set.Items[0])));
    }

    [Fact]
    public void Files_of_another_kind_or_with_changes_are_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        var split = TimeSplit.Of(SmallSeries.Rich(), 0.2, 0.2);
        var model = SmallSeries.Trained(split, Small with { Season = 12 }, epochs: 1);
        model.Calibrate(split);
        model.Save(path);
        Assert.Contains("a model of kind 'forecaster'; expected 'language-model'", Assert.Throws<InvalidDataException>(() => LanguageModel.Load(path)).Message);
        SmallModels.Create().Save(folder.File("language.safetensors"));
        Assert.Contains("expected 'forecaster'", Assert.Throws<InvalidDataException>(() => Forecaster.Load(folder.File("language.safetensors"))).Message);

        Refused("configuration", "\"direct\"", "\"sideways\"", "'sideways' is not one of direct, autoregressive, encoder-decoder");
        Refused("configuration", "\"gaussian\"", "\"uniform\"", "'uniform' is not one of gaussian, student-t, negative-binomial, quantiles, point");
        Refused("configuration", "\"horizon\":3", "\"horizon\":0", "Horizon is 0; expected 1 to 65536.");
        Refused("configuration", "\"horizon\":3", "\"horizon\":4", "tensor 'head.weight' has shape");
        Refused("configuration", "\"hiddenSize\":3", "\"hiddenSize\":60000", "tensor 'rnn.weight_ih_l0' has shape");
        Refused("configuration", "\"horizon\":3", "\"horizon\":3.5", "'configuration'");
        Refused("configuration", "\"anchor\":\"last\"", "\"anchor\":\"season\"", "the loaded model", isRefused: false);
        Refused("series", "\"month\"", "\"moon\"", "'frequency' is none");
        Refused("series", "\"target\"", "\"past\"", "there is no series or no target");
        Refused("series", "\"visits\"", "\"plan\"", "a name stands there twice");
        Refused("series", "\"deviations\":[", "\"deviations\":[1,", "a series has not 3 means and deviations above 0");
        Refused("series", "\"means\":[", "\"means\":[1e300,", "1e300 is too large for a number of 32 bits");
        Refused("series", "\"known\"", "\"past\"", "tensor 'head.weight' has shape");
        Refused("intervals", "\"levels\":[0.5", "\"levels\":[0.6", "the levels are not 0.5, 0.8, 0.9, 0.95");
        Refused("intervals", "\"margins\":[", "\"margins\":[0,", "there are 13 margins; expected 12");
        Refused("probes", "\"outputs\":[", "\"outputs\":[9,", "outputs; expected 6");
        Refused("probes", "[", "[[", "'probes'");

        var changed = ForecasterFile.Write(model, "model");
        changed.Metadata["probes"] = "[]";
        Check(changed, "the file has 0 probes; expected 1 to 16.");
        changed = ForecasterFile.Write(model, "model");
        changed.Metadata.Remove("series");
        Check(changed, "'series'");
        changed = ForecasterFile.Write(model, "model");
        changed.Add("extra", new(1), [1]);
        Check(changed, "the tensor 'extra' is not part of this lstm forecaster; expected 6 tensors, found 7.");

        model.Parameters[0].Values[0] = float.NaN;
        Assert.Contains("the weights 'rnn.weight_ih_l0' are not all finite numbers; a model that diverged is not saved.", Assert.Throws<InvalidOperationException>(() => model.Save(path)).Message);

        void Refused(string key, string old, string now, string words, bool isRefused = true)
        {
            var writer = ForecasterFile.Write(model, "model");
            Assert.Contains(old, writer.Metadata[key]);
            var place = writer.Metadata[key].IndexOf(old, StringComparison.Ordinal);
            writer.Metadata[key] = string.Concat(writer.Metadata[key].AsSpan(0, place), now, writer.Metadata[key].AsSpan(place + old.Length));
            if (isRefused)
            {
                Check(writer, words);
            }
            else
            {
                // An anchor is no part of the network, so no probe sees it.
                writer.Save(path);
                Assert.Equal(ForecastAnchor.Season, Forecaster.Load(path).Options.Anchor);
            }
        }

        void Check(SafetensorsWriter writer, string words)
        {
            writer.Save(path);
            Assert.Contains(words, Assert.Throws<InvalidDataException>(() => Forecaster.Load(path)).Message);
        }
    }

    [Fact]
    public void A_changed_weight_is_told_by_the_probes()
    {
        using var folder = new TemporaryFolder();
        var split = TimeSplit.Of(SmallSeries.Of("x", 60, step => Math.Sin(step)), 0.2, 0.2);
        foreach (var kind in Enum.GetValues<ForecasterKind>())
        {
            var model = SmallSeries.Trained(split, Small with { Kind = kind }, epochs: 1);
            foreach (var parameter in model.Parameters)
            {
                var probes = ForecasterFile.Write(model, "model").Metadata["probes"];
                var kept = parameter.Values[0];
                parameter.Values[0] += 0.5f;
                parameter.MarkChanged();
                var writer = ForecasterFile.Write(model, "model");
                writer.Metadata["probes"] = probes;
                writer.Save(folder.File("changed.safetensors"));
                Assert.Contains("the loaded model does not compute what was saved", Assert.Throws<InvalidDataException>(() => Forecaster.Load(folder.File("changed.safetensors"))).Message);
                parameter.Values[0] = kept;
                parameter.MarkChanged();
            }
        }
    }
}
