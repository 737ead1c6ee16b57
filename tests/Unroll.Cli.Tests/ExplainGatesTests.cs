using System.Text.Json;
using Unroll.Cells;
using Unroll.Cli.Gates;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.Cli.Tests;

/// <summary><c>unroll explain gates</c>.</summary>
public sealed class ExplainGatesTests
{
    private const string Verse = "THE Brown fox said \"jump over\" (the lazy dog) again.\n    And then it slept.\n";

    private static readonly string text = string.Concat(Enumerable.Repeat(Verse, 40));

    [Fact]
    public void It_finds_the_unit_that_tracks_upper_case_and_says_so()
    {
        using var place = new Workplace();
        place.Write("verse.txt", text);
        UpperCaseModel(Cell.RnnTanh).Save(place.At("m.safetensors"));
        var output = place.Run("explain", "gates", "m.safetensors", "verse.txt", "--out", "p").Good().Output;
        Assert.Contains("* upper case", output, StringComparison.Ordinal);
        Assert.Contains("are tracked (*)", output, StringComparison.Ordinal);
        Assert.Equal([Path.Combine("p", "gates.png"), Path.Combine("p", "trackers.png")], place.Files().Where(file => file.StartsWith('p')));

        var lines = place.Run("explain", "gates", "m.safetensors", "verse.txt", "--out", "p", "--json").Good().Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var upper = lines.Single(line => line.GetProperty("event").GetString() == "feature" && line.GetProperty("name").GetString() == "upper case");
        Assert.True(upper.GetProperty("tracked").GetBoolean());
        Assert.Equal(3, upper.GetProperty("unit").GetInt32());
        Assert.InRange(upper.GetProperty("correlation").GetDouble(), 0.999, 1.0000001);
        Assert.InRange(upper.GetProperty("confirmed").GetDouble(), 0.999, 1.0000001);
        Assert.Equal(Verse.Length * 40, lines.Single(line => line.GetProperty("event").GetString() == "text").GetProperty("searchedCharacters").GetInt32()
            + lines.Single(line => line.GetProperty("event").GetString() == "text").GetProperty("confirmingCharacters").GetInt32());
        Assert.Equal("done", lines[^1].GetProperty("event").GetString());
    }

    [Fact]
    public void It_says_so_when_nothing_tracks_anything()
    {
        using var place = new Workplace();
        place.Write("verse.txt", text);
        var model = UpperCaseModel(Cell.RnnTanh);
        foreach (var parameter in model.Parameters)
        {
            parameter.Values.Clear();
            parameter.MarkChanged();
        }

        model.Save(place.At("m.safetensors"));
        var output = place.Run("explain", "gates", "m.safetensors", "verse.txt", "--out", "p").Good().Output;
        Assert.Contains("No unit tracks any of these", output, StringComparison.Ordinal);
        Assert.Equal([Path.Combine("p", "gates.png")], place.Files().Where(file => file.StartsWith('p')));
    }

    public static TheoryData<string> Cells => [.. Cell.BuiltInNames];

    /// <summary>Every cell, and the correlations against ones computed from the session in the plainest way.</summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void Every_cell_is_read_and_its_correlations_are_right(string cell)
    {
        using var place = new Workplace();
        var corpus = TextCorpus.FromText(text);
        var model = LanguageModel.Create(corpus.Vocabulary, new() { Cell = Cell.Find(cell)!, HiddenSize = 6, Layers = 2, EmbeddingSize = 4, Seed = 3 });
        var study = GateStudy.Run(model, corpus, length: 1500, threshold: 0.5, _ => { }, CancellationToken.None);
        Assert.Equal(1500, study.Text.Length);
        Assert.Equal(text[..1500], study.Text);

        var found = study.Features.Where(feature => feature.Signal is not null).ToList();
        Assert.NotEmpty(found);
        foreach (var feature in found)
        {
            var values = Signal(model, study, feature.Signal!);
            Assert.Equal(values, feature.SignalValues);
            Assert.Equal(Pearson(feature.Feature.Values[..study.Searched], values[..study.Searched]), feature.Correlation, 1e-6);
            Assert.Equal(Pearson(feature.Feature.Values[study.Searched..], values[study.Searched..]), feature.Confirmed, 1e-6);
        }

        GatePictures.Gates(place.At("gates.png"), study, layer: 1);
        TrackerPicture.Draw(place.At("trackers.png"), study);
        Assert.True(new FileInfo(place.At("gates.png")).Length > 10_000);
    }

    [Fact]
    public void Features_are_what_their_names_say()
    {
        const string Text = "He said \"oh (a [b]) no\".\n\n  AB Cde\tf\n";
        var features = TextFeature.Of(Text).ToDictionary(feature => feature.Name, feature => feature.Values);
        void Check(string name, string expected) => Assert.Equal(expected, string.Concat(features[name].Select(value => value < 10 ? ((int)value).ToString(System.Globalization.CultureInfo.InvariantCulture) : "+")));

        Check("inside double quotes", "00000000" + "11111111111111" + "00" + "00" + "00000000000");
        Check("depth of parentheses", "00000000" + "0000111111" + "0000" + "00" + "00" + "00000000000");
        Check("depth of square brackets", "00000000000000" + "0110" + "0000000000000000000"[..19]);
        Check("indentation of the line", new string('0', 26) + "12" + "2222222" + "20"[..2]);
        Check("upper case", "1" + new string('0', 27) + "110100000"[..9]);
        Check("word of capitals", new string('0', 29) + "10000000");
        Check("length of the line before", new string('0', 24) + "+" + "0" + new string('0', 10) + "+");
        Check("position in the word", "120" + "1234" + "00" + "12" + "00" + "1" + "00" + "1" + "000" + "12" + "000" + "0" + "00" + "12" + "0" + "123" + "0" + "1" + "0");
    }

    [Fact]
    public void Bytes_and_narrow_weights_are_read_too()
    {
        using var place = new Workplace();
        place.Write("verse.txt", string.Concat(Enumerable.Repeat("Ein schöner Satz über „Äpfel“ (rot).\n", 40)));
        place.Run("train", "text", "verse.txt", "--tokens", "byte", "--hidden", "8", "--layers", "1", "--batch", "2", "--window", "16", "--epochs", "1", "--out", "m.safetensors").Good();
        place.Run("quantize", "m.safetensors", "--weights", "int8", "--out", "q.safetensors").Good();
        foreach (var model in new[] { "m.safetensors", "q.safetensors" })
            Assert.Contains("upper case", place.Run("explain", "gates", model, "verse.txt", "--out", "p").Good().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_it_is_told_wrongly_is_one_line()
    {
        using var place = new Workplace();
        place.Write("verse.txt", text);
        place.Write("short.txt", Verse);
        place.Write("other.txt", text + "ß");
        UpperCaseModel(Cell.Gru).Save(place.At("m.safetensors"));
        place.Run("explain", "gates", "none.safetensors", "verse.txt").Bad(1, "none.safetensors: there is no such file");
        place.Run("explain", "gates", "verse.txt", "verse.txt").Bad(1, "verse.txt");
        place.Run("explain", "gates", "m.safetensors", "none.txt").Bad(1, "none.txt");
        place.Run("explain", "gates", "m.safetensors", "short.txt").Bad(1, "short.txt: ", "at least 1000");
        place.Run("explain", "gates", "m.safetensors", "other.txt").Bad(1, "other.txt", "ß");
        place.Run("explain", "gates", "m.safetensors", "verse.txt", "--layer", "2").Bad(2, "--layer 2", "expected 1 to 1");
        place.Run("explain", "gates", "m.safetensors", "verse.txt", "--threshold", "1").Bad(2, "--threshold 1", "under 1");
        place.Run("explain", "gates", "m.safetensors").Bad(2, "FILE|FOLDER");
        place.Run("train", "text", "verse.txt", "--tokens", "word", "--hidden", "4", "--layers", "1", "--batch", "2", "--window", "8", "--epochs", "1", "--out", "w.safetensors").Good();
        place.Run("explain", "gates", "w.safetensors", "verse.txt").Bad(1, "reads words", "characters or bytes");
        Assert.DoesNotContain(place.Files(), file => file.StartsWith("runs", StringComparison.Ordinal));
    }

    /// <summary>A model whose third unit is 1 after a capital letter and −1 after anything else.</summary>
    private static LanguageModel UpperCaseModel(Cell cell)
    {
        var vocabulary = TextCorpus.FromText(text).Vocabulary;
        var model = LanguageModel.Create(vocabulary, new() { Cell = cell, HiddenSize = 5, Layers = 1, EmbeddingSize = 2 });
        foreach (var parameter in model.Parameters)
        {
            parameter.Values.Clear();
            if (parameter.Name == "embedding.weight")
            {
                for (var token = 0; token < vocabulary.Size; token++)
                    parameter.Values[token * 2] = char.IsUpper(vocabulary.Decode([token])[0]) ? 4 : -4;
            }
            else if (parameter.Name == "rnn.weight_ih_l0")
            {
                parameter.Values[2 * 2] = 1;
            }

            parameter.MarkChanged();
        }

        return model;
    }

    /// <summary>The values of one unit after each character, read from a session of its own.</summary>
    private static float[] Signal(LanguageModel model, GateStudy study, UnitSignal signal)
    {
        var session = model.OpenSession();
        var observation = session.Observe();
        var logits = new float[model.Vocabulary.Size];
        var values = new float[study.Tokens.Length];
        for (var position = 0; position < values.Length; position++)
        {
            session.Step(study.Tokens[position], logits);
            var layer = signal.Group.Layer;
            var kind = signal.Group.Kind;
            var all = kind == "hidden state" ? observation.Hidden(layer)
                : kind.StartsWith("cell state", StringComparison.Ordinal) ? observation.State(layer, kind == "cell state" ? 0 : kind[^1] - '1')
                : observation.Gate(layer, Enumerable.Range(0, observation.GateNames.Count).First(gate => SignalGroup.NameOf(observation, gate) == kind));
            values[position] = all[signal.Unit];
        }

        return values;
    }

    private static double Pearson(float[] x, float[] y)
    {
        double meanX = x.Average(value => (double)value), meanY = y.Average(value => (double)value);
        double covariance = 0, squaresX = 0, squaresY = 0;
        for (var index = 0; index < x.Length; index++)
        {
            covariance += (x[index] - meanX) * (y[index] - meanY);
            squaresX += (x[index] - meanX) * (x[index] - meanX);
            squaresY += (y[index] - meanY) * (y[index] - meanY);
        }

        return covariance / Math.Sqrt(squaresX * squaresY);
    }
}
