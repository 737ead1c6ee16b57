using Unroll.Cells;
using Unroll.Data;
using Unroll.Files;
using Unroll.Models;
using Unroll.Tests.Files;

namespace Unroll.Tests.Models;

public sealed class LanguageModelFileTests
{
    [Theory]
    [MemberData(nameof(SmallModels.Cells), MemberType = typeof(SmallModels))]
    public void Everything_comes_back_bit_for_bit(Cell cell)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        var model = SmallModels.Create(cell);
        model.Training = Record(model);
        model.Save(path);

        var loaded = LanguageModel.Load(path);

        Assert.Equal(model.Options, loaded.Options);
        Assert.Equal(model.Vocabulary.ToJson(), loaded.Vocabulary.ToJson());
        Assert.Equal(model.Training with { TokenCounts = [] }, loaded.Training! with { TokenCounts = [] });
        Assert.Equal(model.Training.TokenCounts, loaded.Training.TokenCounts);
        foreach (var (saved, read) in model.Parameters.Zip(loaded.Parameters))
            Assert.Equal(saved.Values.ToArray(), read.Values.ToArray());
        Assert.Equal(SmallModels.Logits(model, "the fox"), SmallModels.Logits(loaded, "the fox"));
        loaded.Save(path);
        Assert.Equal(LanguageModelFile.Write(model, "model").ToArray(), File.ReadAllBytes(path));
    }

    [Fact]
    public void Any_kind_of_vocabulary_is_kept()
    {
        foreach (var vocabulary in new Vocabulary[] { new ByteVocabulary(), new CharacterVocabulary("aé€😀"), WordVocabulary.FromText("a b, c\nd") })
        {
            var model = LanguageModel.Create(vocabulary, SmallModels.Options());
            Assert.Equal(vocabulary.ToJson(), Load(LanguageModelFile.Write(model, "m").ToArray()).Vocabulary.ToJson());
        }
    }

    [Fact]
    public void A_save_that_fails_leaves_the_old_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        var model = SmallModels.Create();
        model.Save(path);
        var before = File.ReadAllBytes(path);
        model.Parameters[1].Values[0] = float.NaN;

        var failure = Assert.Throws<InvalidOperationException>(() => model.Save(path));

        Assert.Contains(model.Parameters[1].Name, failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Theory]
    [InlineData("", "Empty")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4096\n", "Git-LFS pointer")]
    [InlineData("plain text that is no model at all", "")]
    public void What_is_no_model_file_is_refused_with_its_name(string content, string hint)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        File.WriteAllText(path, content);
        var failure = Assert.Throws<InvalidDataException>(() => LanguageModel.Load(path));
        Assert.Contains("model.safetensors", failure.Message, StringComparison.Ordinal);
        Assert.Contains(hint, failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Throws<FileNotFoundException>(() => LanguageModel.Load(folder.File("missing.safetensors")));
    }

    [Fact]
    public void A_half_download_is_refused()
    {
        var bytes = LanguageModelFile.Write(SmallModels.Create(), "m").ToArray();
        Assert.Throws<InvalidDataException>(() => Load(bytes[..(bytes.Length / 2)]));
    }

    [Theory]
    [InlineData("format", "pt", "holds tensors and no Unroll model")]
    [InlineData("format", null, "holds tensors and no Unroll model")]
    [InlineData("kind", "checkpoint", "this is a checkpoint of a training run")]
    [InlineData("kind", "forecaster", "a model of kind 'forecaster'; expected 'language-model'")]
    [InlineData("version", "2", "file version '2'")]
    [InlineData("version", null, "no 'version'")]
    [InlineData("configuration", null, "no 'configuration'")]
    [InlineData("configuration", "{}", "metadata 'configuration' is damaged")]
    [InlineData("configuration", "[", "metadata 'configuration' is damaged")]
    [InlineData("vocabulary", "{\"kind\":\"byte\"}", "tensor 'embedding.weight' has shape")]
    [InlineData("vocabulary", "{\"kind\":\"\\ud800\"}", "metadata 'vocabulary'")]
    [InlineData("training", "{\"text\":null}", "metadata 'training'")]
    [InlineData("probes", "[]", "0 probes")]
    [InlineData("probes", "[{\"tokens\":[99999],\"logits\":[]}]", "probe 0 holds a token outside the vocabulary")]
    [InlineData("probes", "[{\"tokens\":[1],\"logits\":[1e999]}]", "metadata 'probes'")]
    public void Metadata_that_does_not_fit_is_refused_by_name(string key, string? value, string expected)
    {
        var failure = Assert.Throws<InvalidDataException>(() => Load(Changed(key, value)));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.StartsWith("model.safetensors", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hiddenSize", "13", "tensor 'rnn.weight_ih_l0' has shape [48, 5]; this lstm model needs [52, 5] (4 · hiddenSize, embeddingSize)")]
    [InlineData("hiddenSize", "0", "hidden size is 0")]
    [InlineData("hiddenSize", "2000000000", "hidden size is 2000000000; expected 1 to 65536")]
    [InlineData("hiddenSize", "65536", "needs [262144, 5]")]
    [InlineData("layers", "3", "tensor 'rnn.weight_ih_l2' is missing")]
    [InlineData("layers", "1", "is not part of this lstm model of 1 layers")]
    [InlineData("dropout", "1", "dropout is 1")]
    public void A_configuration_that_does_not_fit_the_tensors_is_refused_before_anything_is_made_for_it(string field, string value, string expected)
    {
        var options = LanguageModelJson.WriteOptions(SmallModels.Options());
        var changed = System.Text.RegularExpressions.Regex.Replace(options, $"(\"{field}\":)[^,}}]+", $"${{1}}{value}");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var failure = Assert.Throws<InvalidDataException>(() => Load(Changed("configuration", changed)));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void Weights_that_are_no_numbers_are_refused_by_tensor()
    {
        var good = SafetensorsFile.Read(LanguageModelFile.Write(SmallModels.Create(), "m").ToArray(), "m");
        var writer = Copy(good, tensor => tensor.Name == "rnn.weight_hh_l1" ? Poison(tensor.ToSingleArray()) : null);
        var failure = Assert.Throws<InvalidDataException>(() => Load(writer.ToArray()));
        Assert.Contains("rnn.weight_hh_l1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_computes_something_else_is_caught_by_its_probes()
    {
        // The same weights with the gates of an LSTM in another order: every shape and checksum is right.
        var good = SafetensorsFile.Read(LanguageModelFile.Write(SmallModels.Create(), "m").ToArray(), "m");
        var writer = Copy(good, tensor => tensor.Name.StartsWith("rnn.", StringComparison.Ordinal) ? SwapGates(tensor.ToSingleArray()) : null);
        var failure = Assert.Throws<InvalidDataException>(() => Load(writer.ToArray()));
        Assert.Contains("probe 0, logit", failure.Message, StringComparison.Ordinal);
        Assert.Contains("tolerance 0.001", failure.Message, StringComparison.Ordinal);
    }

    private static LanguageModel Load(byte[] bytes) => LanguageModelFile.Load(SafetensorsFile.Read(bytes, "model.safetensors"));

    private static byte[] Changed(string key, string? value)
    {
        var model = SmallModels.Create();
        model.Training = Record(model);
        var writer = LanguageModelFile.Write(model, "m");
        if (value is null)
            writer.Metadata.Remove(key);
        else
            writer.Metadata[key] = value;
        return writer.ToArray();
    }

    private static SafetensorsWriter Copy(SafetensorsFile file, Func<SafetensorsTensor, float[]?> replace)
    {
        var writer = new SafetensorsWriter();
        foreach (var tensor in file.Tensors)
        {
            if (replace(tensor) is { } values)
                writer.Add(tensor.Name, tensor.ToShape(), values);
            else
                writer.Add(tensor);
        }

        foreach (var (key, text) in file.Metadata)
            writer.Metadata[key] = text;
        return writer;
    }

    private static float[] Poison(float[] values)
    {
        values[7] = float.NaN;
        return values;
    }

    private static float[] SwapGates(float[] values)
    {
        var gate = values.Length / 4;
        return [.. values[gate..(2 * gate)], .. values[..gate], .. values[(2 * gate)..]];
    }

    private static TrainingRecord Record(LanguageModel model) => new()
    {
        Text = "näme.txt",
        TrainingTokens = 1000,
        ValidationTokens = 100,
        Updates = 12,
        Epochs = 1.5,
        Seconds = 3.25,
        TrainingLoss = 2.5,
        ValidationLoss = 2.75,
        Settings = "adamw",
        Version = "0.2.0",
        TokenCounts = [.. Enumerable.Range(0, model.Vocabulary.Size).Select(token => (long)token)],
    };
}
