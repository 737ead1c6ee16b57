using Unroll.Cells;
using Unroll.Models;
using Unroll.Tensors;
using Unroll.Tests.Cells;
using Unroll.Tests.Files;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Models;

/// <summary>Language models of a cell from outside the library: file, sessions, and what is said when the cell is not there.</summary>
public sealed class CustomCellModelTests
{
    [Fact]
    public void A_model_is_saved_loaded_and_continued_as_any_other()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        var cell = Cell.Of(new ExponentialGates(0.9f));
        var model = SmallModels.Create(cell);
        model.Save(path);

        var loaded = LanguageModel.Load(path, Cell.Of<MyGru>(), cell);
        Assert.Equal(cell, loaded.Options.Cell);
        Assert.Equal(SmallModels.Logits(model, "fox jumps"), SmallModels.Logits(loaded, "fox jumps"));

        var session = loaded.OpenSession();
        var logits = new float[loaded.Vocabulary.Size];
        session.Step(1, logits);
        var saved = session.Save();
        var restored = loaded.OpenSession();
        restored.Restore(saved);
        var expected = new float[logits.Length];
        session.Step(2, expected);
        restored.Step(2, logits);
        Assert.Equal(expected, logits);
    }

    [Fact]
    public void A_file_whose_cell_is_not_given_says_which_and_how_to_give_it()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        SmallModels.Create(Cell.Of<MyLstm>()).Save(path);

        var failure = Assert.Throws<InvalidDataException>(() => LanguageModel.Load(path, Cell.Of<MyGru>()));
        Assert.Contains("'my-lstm'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Known are my-gru, lstm, gru, rnn-tanh, rnn-relu, peephole-lstm", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Cell.Of<YourCell>()", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_list_of_cells_and_no_cell_in_it_are_refused()
    {
        Assert.Throws<ArgumentNullException>(() => LanguageModel.Load("model.safetensors", (IReadOnlyList<Cell>)null!));
        Assert.Throws<ArgumentNullException>(() => LanguageModel.Load("model.safetensors", Cell.Of<MyGru>(), null!));
    }

    [Theory]
    [InlineData(WeightFormat.BFloat16)]
    [InlineData(WeightFormat.Int8)]
    public void A_quantized_model_is_loaded_and_steps_near_the_float32_one(WeightFormat format)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        var cell = Cell.Of<MyGru>();
        var model = SmallModels.Create(cell);
        model.Quantize(format).Save(path);

        var (expected, actual) = (SmallModels.Logits(model, "fox jumps"), SmallModels.Logits(LanguageModel.Load(path, cell), "fox jumps"));
        Close.Absolute("logits", RandomValues.ToDouble(expected), actual, tolerance: 0.05);
        Assert.NotEqual(expected, actual);
    }

    [Fact]
    public void Constants_that_differ_are_told_by_what_the_model_computes()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        SmallModels.Create(Cell.Of(new ExponentialGates(0.9f))).Save(path);

        Assert.Throws<InvalidDataException>(() => LanguageModel.Load(path, Cell.Of(new ExponentialGates(0.2f))));
    }
}
