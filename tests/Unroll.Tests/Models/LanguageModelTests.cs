using Unroll.Cells;
using Unroll.Data;
using Unroll.Models;
using Unroll.Tensors;

namespace Unroll.Tests.Models;

public sealed class LanguageModelTests
{
    // Whole-sequence products and one-row products add in different orders.
    private const float StepTolerance = 1e-5f;

    [Theory]
    [MemberData(nameof(SmallModels.Cells), MemberType = typeof(SmallModels))]
    public void Parameters_have_the_names_and_shapes_of_PyTorch(Cell cell)
    {
        var model = SmallModels.Create(cell);
        var expected = LanguageModelWeights.ShapesOf(model.Options, model.Vocabulary.Size);
        Assert.Equal(expected.Select(entry => entry.Name), model.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(
            expected.Select(entry => string.Join(',', entry.Shape)),
            model.Parameters.Select(parameter => string.Join(',', parameter.Shape.ToArray())));
        Assert.Equal(model.ParameterCount, expected.Sum(entry => entry.Shape.Aggregate(1L, (product, size) => product * size)));
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_and_another_seed_others()
    {
        var first = SmallModels.Create();
        var second = SmallModels.Create();
        var other = LanguageModel.Create(first.Vocabulary, SmallModels.Options() with { Seed = 4 });
        Assert.Equal(Values(first), Values(second));
        Assert.NotEqual(Values(first), Values(other));
    }

    [Fact]
    public void Recurrent_weights_start_within_PyTorchs_bounds()
    {
        var model = SmallModels.Create();
        var bound = 1 / MathF.Sqrt(model.Options.HiddenSize);
        foreach (var parameter in model.Parameters.Where(parameter => !parameter.Name.StartsWith("embedding", StringComparison.Ordinal)))
            Assert.All(parameter.Values.ToArray(), value => Assert.InRange(value, -bound, bound));
    }

    [Fact]
    public void A_forget_bias_is_the_sum_of_the_two_biases_of_the_gate()
    {
        var model = LanguageModel.Create(new ByteVocabulary(), SmallModels.Options() with { ForgetBias = 1 });
        var hidden = model.Options.HiddenSize;
        var input = Named(model, "rnn.bias_ih_l1").Values;
        var recurrent = Named(model, "rnn.bias_hh_l1").Values;
        for (var unit = hidden; unit < 2 * hidden; unit++)
            Assert.Equal(1f, input[unit] + recurrent[unit]);
    }

    [Fact]
    public void Orthogonal_recurrent_weights_have_orthonormal_rows_in_each_gate()
    {
        var model = LanguageModel.Create(new ByteVocabulary(), SmallModels.Options() with { Initialization = RecurrentInitialization.Orthogonal });
        var hidden = model.Options.HiddenSize;
        var weights = Named(model, "rnn.weight_hh_l0").Values.ToArray();
        for (var row = 0; row < hidden; row++)
        {
            var product = Enumerable.Range(0, hidden).Sum(column => (double)weights[column] * weights[(row * hidden) + column]);
            Assert.Equal(row == 0 ? 1 : 0, product, 1e-5);
        }
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        foreach (var (name, options) in new (string, LanguageModelOptions)[]
        {
            ("HiddenSize", new() { HiddenSize = 0 }), ("HiddenSize", new() { HiddenSize = -5 }), ("Layers", new() { Layers = 0 }),
            ("EmbeddingSize", new() { EmbeddingSize = 0 }), ("Dropout", new() { Dropout = 1 }), ("Dropout", new() { Dropout = float.NaN }),
            ("Cell", new() { Cell = null! }), ("ForgetBias", new() { ForgetBias = float.NaN }), ("HiddenSize", new() { HiddenSize = int.MaxValue }),
        })
        {
            var failure = Assert.Throws<ArgumentOutOfRangeException>(() => LanguageModel.Create(new ByteVocabulary(), options));
            Assert.Equal(name, failure.ParamName);
        }
    }

    [Theory]
    [MemberData(nameof(SmallModels.Cells), MemberType = typeof(SmallModels))]
    public void The_loss_of_a_window_is_that_of_its_steps(Cell cell)
    {
        var model = SmallModels.Create(cell);
        var tokens = model.Vocabulary.Encode("the quick brown fox");
        var session = model.OpenSession();
        var logits = new float[model.Vocabulary.Size];
        var nats = 0.0;
        for (var position = 0; position + 1 < tokens.Length; position++)
        {
            session.Step(tokens[position], logits);
            nats += Math.Log(logits.Sum(logit => Math.Exp(logit))) - logits[tokens[position + 1]];
        }

        var window = new TokenWindow(tokens.Length - 1, 1, tokens.AsSpan(..^1), tokens.AsSpan(1..));
        var loss = model.Loss(new Tape(recording: false), window, model.CreateState(1), default);

        Assert.Equal(nats / (tokens.Length - 1), loss.Scalar, StepTolerance);
    }

    [Fact]
    public void Two_windows_with_carried_state_are_one_long_window()
    {
        var model = SmallModels.Create();
        var tokens = model.Vocabulary.Encode("the lazy dog jumps");
        var whole = Mean(model, tokens, model.CreateState(1));
        var state = model.CreateState(1);
        var first = Mean(model, tokens[..9], state);
        var second = Mean(model, tokens[8..], state);
        Assert.Equal(whole * (tokens.Length - 1), (first * 8) + (second * (tokens.Length - 9)), 1e-4f);
    }

    [Fact]
    public void Dropout_acts_in_training_only_and_follows_from_seed_and_update()
    {
        var model = LanguageModel.Create(new ByteVocabulary(), SmallModels.Options() with { Dropout = 0.5f });
        var tokens = model.Vocabulary.Encode("dropout");
        float Loss(bool isTraining, long update) => model.Loss(
            new Tape(), new(tokens.Length - 1, 1, tokens.AsSpan(..^1), tokens.AsSpan(1..)), model.CreateState(1), new(isTraining, 1, update)).Scalar;

        Assert.Equal(Loss(false, 0), Loss(false, 1));
        Assert.Equal(Loss(true, 5), Loss(true, 5));
        Assert.NotEqual(Loss(true, 5), Loss(true, 6));
        Assert.NotEqual(Loss(true, 5), Loss(false, 5));
    }

    private static float Mean(LanguageModel model, int[] tokens, Unroll.Layers.RecurrentState state) =>
        model.Loss(new Tape(recording: false), new(tokens.Length - 1, 1, tokens.AsSpan(..^1), tokens.AsSpan(1..)), state, default).Scalar;

    private static Parameter Named(LanguageModel model, string name) => model.Parameters.Single(parameter => parameter.Name == name);

    private static float[] Values(LanguageModel model) => [.. model.Parameters.SelectMany(parameter => parameter.Values.ToArray())];
}
