using Unroll.Cells;
using Unroll.Data;
using Unroll.Files;
using Unroll.Layers;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Tests.Files;
using Unroll.Training;

namespace Unroll.Tests.Models;

/// <summary>Language models whose stack is not the plain one: files, sessions, evaluation, fewer bits, training.</summary>
public sealed class StackModelTests
{
    private const string Text = "the quick brown fox jumps over the lazy dog";

    private static readonly Dictionary<string, LanguageModelOptions> choices = new()
    {
        ["residual"] = SmallModels.Options() with { Connection = LayerConnection.Residual, VariationalDropout = 0.25f },
        ["highway"] = SmallModels.Options(Cell.Gru) with { Connection = LayerConnection.Highway, Layers = 3, TrainableStart = true },
        ["kept"] = SmallModels.Options() with { RecurrentDropout = 0.125f, ZoneoutOutput = 0.0625f, ZoneoutState = 0.25f },
        ["sizes"] = SmallModels.Options() with { LayerSizes = [21, 12], TrainableStart = true },
    };

    public static MatrixTheoryData<string, WeightFormat> Models => new(choices.Keys, Enum.GetValues<WeightFormat>());

    [Theory]
    [MemberData(nameof(Models))]
    public void Everything_comes_back_from_the_file(string name, WeightFormat format)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        var model = Create(name, format);
        model.Save(path);

        var loaded = LanguageModel.Load(path);

        Assert.Equal(choices[name], loaded.Options);
        Assert.Equal(SmallModels.Logits(model, Text), SmallModels.Logits(loaded, Text));
        Assert.Equal(model.Tensors, loaded.Tensors);
        loaded.Save(path);
        Assert.Equal(LanguageModelFile.Write(model, "model").ToArray(), File.ReadAllBytes(path));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Sessions_are_saved_forked_and_stepped_together(string name, WeightFormat format)
    {
        var model = Create(name, format);
        var (session, restored) = (model.OpenSession(), model.OpenSession());
        var (expected, actual) = (new float[model.Vocabulary.Size], new float[model.Vocabulary.Size]);
        foreach (var token in model.Vocabulary.Encode("fox"))
            session.Step(token, expected);
        restored.Restore(session.Save());
        var fork = session.Fork();
        session.Step(1, expected);
        restored.Step(1, actual);
        Assert.Equal(expected, actual);

        var others = new[] { fork, model.OpenSession() };
        var together = new float[2 * model.Vocabulary.Size];
        model.OpenSessionBatch().Step(others, [1, 2], together);
        Assert.Equal(expected, together[..expected.Length]);
        model.OpenSession().Step(2, actual);
        Assert.Equal(actual, together[expected.Length..]);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_text_is_worth_what_a_session_says(string name, WeightFormat format)
    {
        var model = Create(name, format);
        var text = TextCorpus.FromText(Text, new() { Vocabulary = model.Vocabulary });
        var session = model.OpenSession();
        var logits = new float[model.Vocabulary.Size];
        session.Step(model.StartToken, logits);
        var nats = 0.0;
        foreach (var token in text.Tokens.Span)
        {
            nats += Math.Log(logits.Sum(logit => Math.Exp(logit))) - logits[token];
            session.Step(token, logits);
        }

        Assert.Equal(nats / text.Tokens.Length, model.Evaluate(text).Nats, tolerance: 1e-5);
    }

    [Fact]
    public void Bits_of_bfloat16_stay_near_those_of_float32_from_the_same_start()
    {
        const float near = 0.02f;
        foreach (var name in choices.Keys)
        {
            var (expected, actual) = (SmallModels.Logits(Create(name), Text), SmallModels.Logits(Create(name, WeightFormat.BFloat16), Text));
            Assert.NotEqual(expected, actual);
            Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.First - pair.Second, -near, near));
        }
    }

    [Fact]
    public void Training_moves_every_parameter()
    {
        foreach (var options in choices.Values)
        {
            var text = TextCorpus.FromText(string.Concat(Enumerable.Repeat(SmallModels.Text, 8)));
            var model = LanguageModel.Create(text.Vocabulary, options);
            var before = model.Parameters.Select(parameter => parameter.Values.ToArray()).ToArray();
            var trainer = new Trainer(model, new() { Optimizer = new Adam(0.01f), BatchSize = 4, WindowLength = 10, Seed = 1 });
            var last = trainer.Fit(text, epochs: 4);
            Assert.True(last.Loss < Math.Log(text.Vocabulary.Size) - 0.3, $"The loss is {last.Loss}.");
            foreach (var (parameter, values) in model.Parameters.Zip(before))
                Assert.False(parameter.Values.SequenceEqual(values), $"{parameter.Name} has not moved.");
        }
    }

    [Fact]
    public void New_models_start_highways_almost_closed_and_states_at_zero()
    {
        var model = Create("highway", WeightFormat.Float32, random: false);
        Parameter Of(string name) => model.Parameters.Single(parameter => parameter.Name == name);
        Assert.All(Of("rnn.bias_highway_l2").Values.ToArray(), value => Assert.Equal(-1, value));
        Assert.All(Of("rnn.weight_highway_l1").Values.ToArray(), value => Assert.InRange(Math.Abs(value), 1e-9, 1 / Math.Sqrt(12)));
        Assert.All(Of("rnn.start_hidden_l1").Values.ToArray(), value => Assert.Equal(0, value));

        // Uniform in ±1/√H of each layer's own size, as PyTorch.
        var sizes = Create("sizes", WeightFormat.Float32, random: false);
        foreach (var (name, size) in new[] { ("rnn.weight_ih_l0", 21), ("rnn.weight_hh_l1", 12) })
        {
            var largest = sizes.Parameters.Single(parameter => parameter.Name == name).Values.ToArray().Max(Math.Abs);
            Assert.InRange(largest, 0.95 / Math.Sqrt(size), 1 / Math.Sqrt(size));
        }
    }

    /// <summary>What files from before these choices do not say is plain, and files of plain stacks still do not say it.</summary>
    [Fact]
    public void Plain_models_are_described_as_before() => Assert.Equal(
        """{"cell":"lstm","hiddenSize":12,"layers":2,"embeddingSize":5,"dropout":0.1,"seed":3,"initialization":"torch-uniform","forgetBias":null}""",
        LanguageModelJson.WriteOptions(SmallModels.Options()));

    [Theory]
    [InlineData("\"connection\":\"residual\"", "\"connection\":\"dense\"", "'dense' is not one of plain, residual, highway")]
    [InlineData("\"connection\":\"residual\"", "\"connection\":7", "metadata 'configuration' is damaged")]
    [InlineData("\"connection\":\"residual\"", "\"connection\":\"highway\"", "'rnn.weight_highway_l1' is missing")]
    [InlineData("\"connection\":\"residual\"", "\"trainableStart\":true", "'rnn.start_hidden_l0' is missing")]
    [InlineData("\"connection\":\"residual\"", "\"trainableStart\":\"yes\"", "metadata 'configuration' is damaged")]
    [InlineData("\"connection\":\"residual\"", "\"layerSizes\":[12]", "1 layer sizes, [12], for 2 layers")]
    [InlineData("\"connection\":\"residual\"", "\"layerSizes\":[13,12]", "'rnn.weight_ih_l0' has shape [48, 5]; this lstm model needs [52, 5]")]
    [InlineData("\"connection\":\"residual\"", "\"layerSizes\":[2000000000,12]", "size 2000000000; expected 1 to 65536")]
    [InlineData("\"connection\":\"residual\"", "\"layerSizes\":null", "metadata 'configuration' is damaged")]
    [InlineData("\"variationalDropout\":0.25", "\"variationalDropout\":1", "variational dropout is 1")]
    [InlineData("\"variationalDropout\":0.25", "\"variationalDropout\":\"much\"", "metadata 'configuration' is damaged")]
    [InlineData("\"connection\":\"residual\",", "", "does not compute what was saved")]
    [InlineData("\"recurrentDropout\":0.125", "\"recurrentDropout\":1", "recurrent dropout is 1", "kept")]
    [InlineData("\"zoneoutOutput\":0.0625", "\"zoneoutOutput\":-0.5", "zoneout of outputs is -0.5", "kept")]
    [InlineData("\"zoneoutState\":0.25", "\"zoneoutState\":7", "zoneout of states is 7", "kept")]
    [InlineData("\"zoneoutState\":0.25", "\"zoneoutState\":[]", "metadata 'configuration' is damaged", "kept")]
    [InlineData("\"zoneoutState\":0.25", "\"zoneoutState\":0.75", "does not compute what was saved", "kept")]
    public void A_configuration_that_is_wrong_is_refused(string from, string to, string expected, string name = "residual")
    {
        var writer = LanguageModelFile.Write(Create(name), "m");
        var good = writer.Metadata["configuration"];
        Assert.Contains(from, good, StringComparison.Ordinal);
        writer.Metadata["configuration"] = good.Replace(from, to, StringComparison.Ordinal);
        var failure = Assert.Throws<InvalidDataException>(() => LanguageModelFile.Load(SafetensorsFile.Read(writer.ToArray(), "model.safetensors")));
        Assert.StartsWith("model.safetensors", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>A model whose parameters that begin as constants are random as well.</summary>
    private static LanguageModel Create(string name, WeightFormat format = WeightFormat.Float32, bool random = true)
    {
        var model = LanguageModel.Create(new CharacterVocabulary(SmallModels.Text), choices[name]);
        var numbers = new CounterRandom(6);
        foreach (var parameter in model.Parameters.Where(parameter => random && parameter.Name.StartsWith("rnn.start", StringComparison.Ordinal)))
            Initializer.Normal(parameter, ref numbers);
        return format == WeightFormat.Float32 ? model : model.Quantize(format);
    }
}
