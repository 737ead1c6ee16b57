using Unroll.Cells;
using Unroll.Data;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Tests.Files;
using Unroll.Training;

namespace Unroll.Tests.Models;

/// <summary>Language models of every cell of the library: trained a little, saved, loaded, streamed, quantized; and what their weights start from.</summary>
public sealed class BuiltInCellModelTests
{
    /// <summary>What rounding to 8 bits moves a logit by: they are of about 1, and a matrix in the wrong place moves them by as much.</summary>
    private const float Near = 0.1f;

    public static TheoryData<Cell> Cells => [.. Cell.BuiltIn];

    [Theory]
    [MemberData(nameof(Cells))]
    public void It_learns_and_is_saved_loaded_streamed_and_quantized(Cell cell)
    {
        var text = TextCorpus.FromText(string.Concat(Enumerable.Repeat("the quick brown fox\n", 40)));
        var model = LanguageModel.Create(text.Vocabulary, SmallModels.Options(cell) with { Dropout = 0 });
        var before = model.Evaluate(text).Nats;
        var trainer = new Trainer(model, new() { Optimizer = new AdamW(1e-2f), ClipNorm = 1, BatchSize = 4, WindowLength = 10 });
        trainer.Fit(text, epochs: 4);
        Assert.InRange(model.Evaluate(text).Nats, 0, before - (cell.IsFixed ? 0.25 : 0.3));

        using var folder = new TemporaryFolder();
        model.Save(folder.File("model.safetensors"));
        var loaded = LanguageModel.Load(folder.File("model.safetensors"));
        Assert.Equal(cell, loaded.Options.Cell);
        var logits = SmallModels.Logits(model, "the quick");
        Assert.Equal(logits, SmallModels.Logits(loaded, "the quick"));

        model.Quantize(WeightFormat.Int8).Save(folder.File("small.safetensors"));
        var small = SmallModels.Logits(LanguageModel.Load(folder.File("small.safetensors")), "the quick");
        Assert.NotEqual(logits, small);
        Assert.All(logits.Zip(small), pair => Assert.InRange(pair.First - pair.Second, -Near, Near));
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Unit_weights_start_where_the_cell_says(Cell cell)
    {
        var model = LanguageModel.Create(new CharacterVocabulary("ab"), new() { Cell = cell, HiddenSize = 252, Layers = 2, EmbeddingSize = 2 });
        foreach (var weight in cell.UnitWeights)
        {
            for (var layer = 0; layer < 2; layer++)
            {
                var values = model.Parameters.Single(parameter => parameter.Name == $"rnn.{weight.Name}_l{layer}").Values.ToArray();
                var span = weight.High - weight.Low;
                Assert.All(values, value => Assert.InRange(value, weight.Low, weight.High));
                Assert.InRange(values.Min(), weight.Low, weight.Low + (0.1f * span));
                Assert.InRange(values.Max(), weight.High - (0.1f * span), weight.High);
            }
        }
    }

    /// <summary>With an open recurrence gate an RG-LRU keeps between 0.9 and 0.999 of its state in a step (De and others, 2024).</summary>
    [Fact]
    public void The_decay_of_a_new_linear_recurrent_unit_lies_between_its_bounds()
    {
        var model = LanguageModel.Create(new CharacterVocabulary("ab"), new() { Cell = Cell.Lru, HiddenSize = 500, Layers = 1, EmbeddingSize = 2 });
        var decays = model.Parameters.Single(parameter => parameter.Name == "rnn.decay_l0").Values.ToArray().Select(value => Math.Pow(1 + Math.Exp(value), -8)).ToArray();
        Assert.All(decays, decay => Assert.InRange(decay, 0.9 - 1e-6, 0.999 + 1e-6));
        Assert.True(decays.Min() < 0.91 && decays.Max() > 0.998, $"{decays.Min()} to {decays.Max()}");
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_forget_bias_goes_to_the_forget_gate_and_nowhere_else(Cell cell)
    {
        var options = SmallModels.Options(cell);
        var (plain, biased) = (LanguageModel.Create(new ByteVocabulary(), options), LanguageModel.Create(new ByteVocabulary(), options with { ForgetBias = 3 }));
        var hidden = options.HiddenSize;
        foreach (var (before, after) in plain.Parameters.Zip(biased.Parameters))
        {
            for (var index = 0; index < before.Length; index++)
            {
                var isForget = before.Name.Contains(".bias_", StringComparison.Ordinal) && before.Name.StartsWith("rnn.", StringComparison.Ordinal) && index / hidden == cell.ForgetGate;
                var expected = !isForget ? before.Values[index] : before.Name.Contains("bias_ih", StringComparison.Ordinal) ? 3 : 0;
                Assert.True(expected == after.Values[index], $"{before.Name}[{index}] is {after.Values[index]}; expected {expected}.");
            }
        }
    }

    [Fact]
    public void The_cells_with_a_forget_gate_are_those_that_keep_their_state_by_it() =>
        Assert.Equal(
            ["lstm", "peephole-lstm", "coupled-lstm", "projected-lstm", "layer-norm-lstm", "sru", "qrnn", "minlstm", "slstm"],
            Cell.BuiltIn.Where(cell => cell.ForgetGate is not null).Select(cell => cell.Name).Intersect(["lstm", "gru", "rnn-tanh", "rnn-relu", .. Tests.Cells.Family.Names.Select(row => row.Data)]));
}
