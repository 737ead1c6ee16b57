using System.Runtime.CompilerServices;
using Unroll.Cells;
using Unroll.Data;
using Unroll.Files;
using Unroll.Kernels;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Tests.Files;
using Unroll.Training;

namespace Unroll.Tests.Models;

/// <summary>The constants of a cell in model files and checkpoints.</summary>
public sealed class CellConstantTests
{
    [Fact]
    public void They_are_in_the_file_and_a_cell_that_has_them_reads_it()
    {
        var cell = Cell.Of(new Leaky(0.3f));
        Assert.Equal([new CellConstant("rate", 0.3f)], cell.Constants);
        var model = SmallModels.Create(cell);
        Assert.Contains("\"cell\":\"leaky\",\"cellConstants\":{\"rate\":0.30000001192092896}", LanguageModelJson.WriteOptions(model.Options), StringComparison.Ordinal);
        var loaded = Load(model, Cell.Of(new Leaky(0.3f)));
        Assert.Equal(cell, loaded.Options.Cell);
        Assert.Equal(SmallModels.Logits(model, "fox"), SmallModels.Logits(loaded, "fox"));
    }

    [Fact]
    public void A_cell_with_another_value_is_refused_with_both()
    {
        var failure = Assert.Throws<InvalidDataException>(() => Load(SmallModels.Create(Cell.Of(new Leaky(0.5f))), Cell.Of(new Leaky(0.3f))));
        Assert.Equal(
            "model.safetensors: metadata 'configuration': the constant 'rate' of the cell 'leaky' is 0.5 in the file and 0.3 in the cell that was given; make the cell with 0.5, as in Cell.Of(new YourCell(0.5)).",
            failure.Message);
    }

    /// <summary>A change too small for the probes, which compare results.</summary>
    [Fact]
    public void The_smallest_difference_counts() =>
        Assert.Throws<InvalidDataException>(() => Load(SmallModels.Create(Cell.Of(new Leaky(0.5f))), Cell.Of(new Leaky(MathF.BitIncrement(0.5f)))));

    [Theory]
    [InlineData("{\"rate\":0.5,\"bound\":2}", "the constant 'bound' of the cell 'leaky' is 2 in the file; this program's cell has no such constant")]
    [InlineData("{}", "the constant 'rate' of the cell 'leaky' is not in the file; in this program it is 0.5")]
    [InlineData("{\"rate\":\"0.5\"}", "is damaged")]
    [InlineData("{\"rate\":1e999}", "a number is too large")]
    [InlineData("[0.5]", "is damaged")]
    public void A_list_that_does_not_fit_is_refused(string constants, string expected)
    {
        var failure = Assert.Throws<InvalidDataException>(() => Load(SmallModels.Create(Cell.Of(new Leaky(0.5f))), "{\"rate\":0.5}", constants, Cell.Of(new Leaky(0.5f))));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.StartsWith("model.safetensors: metadata 'configuration'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_from_before_there_were_constants_is_read_with_whatever_the_cell_has()
    {
        var old = Load(SmallModels.Create(Cell.Of(new Leaky(0.5f))), ",\"cellConstants\":{\"rate\":0.5}", "", Cell.Of(new Leaky(0.5f)));
        Assert.Equal(Cell.Of(new Leaky(0.5f)), old.Options.Cell);
        var heads = Load(SmallModels.Create(Cell.SLstm), ",\"cellConstants\":{\"heads\":1}", "");
        Assert.Equal(Cell.SLstm, heads.Options.Cell);
    }

    [Fact]
    public void A_cell_of_the_library_is_made_again_from_the_file()
    {
        var model = SmallModels.Create(Cell.SLstm.WithHeads(3));
        var loaded = Load(model);
        Assert.Equal(3, loaded.Options.Cell.Heads);
        Assert.Equal(model.Options.Cell, loaded.Options.Cell);
        Assert.Equal(SmallModels.Logits(model, "fox"), SmallModels.Logits(loaded, "fox"));
    }

    [Theory]
    [InlineData("slstm", "{\"heads\":2.5}", "'slstm' has 2.5 heads; expected a whole number from 1 to 65536")]
    [InlineData("slstm", "{\"heads\":0}", "'slstm' has 0 heads")]
    [InlineData("slstm", "{\"heads\":1e300}", "'slstm' has 1E+300 heads")]
    [InlineData("slstm", "{\"heads\":5}", "12 units are not divisible by 5")]
    [InlineData("slstm", "{\"rate\":5}", "'rate' of the cell 'slstm' is 5 in the file; this program's cell has no such constant")]
    [InlineData("lstm", "{\"heads\":1}", "'heads' of the cell 'lstm' is 1 in the file; this program's cell has no such constant")]
    public void A_cell_of_the_library_that_there_cannot_be_is_refused(string cell, string constants, string expected)
    {
        var failure = Assert.Throws<InvalidDataException>(() =>
            Load(SmallModels.Create(Cell.SLstm), "\"cell\":\"slstm\",\"cellConstants\":{\"heads\":1}", $"\"cell\":\"{cell}\",\"cellConstants\":{constants}"));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_goes_on_with_the_same_constants_only()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        var text = TextCorpus.FromText(string.Concat(Enumerable.Repeat("the quick brown fox\n", 20)));
        Trainer TrainerOf(float rate) => new(
            LanguageModel.Create(text.Vocabulary, SmallModels.Options(Cell.Of(new Leaky(rate)))), new() { Optimizer = new AdamW(1e-2f), BatchSize = 2, WindowLength = 10, CheckpointPath = path });
        TrainerOf(0.5f).Fit(text, epochs: 1);

        var other = TrainerOf(0.25f);
        var failure = Assert.Throws<InvalidDataException>(() => other.Resume(path));
        Assert.Contains("is of a model of 'leaky, rate = 0.5'; that of this trainer is of 'leaky, rate = 0.25'", failure.Message, StringComparison.Ordinal);
        TrainerOf(0.5f).Resume(path);
    }

    public static TheoryData<Cell> Chosen => [Cell.Lstm.WithClip(0.5f), Cell.Gru.WithHardActivations(), Cell.Sru.WithClip(3).WithHardActivations(), Cell.SLstm.WithHeads(2).WithClip(2)];

    [Theory]
    [MemberData(nameof(Chosen))]
    public void The_choices_of_a_cell_of_the_library_are_made_again_from_the_file(Cell cell)
    {
        var model = SmallModels.Create(cell);
        var loaded = Load(model);
        Assert.Equal(cell, loaded.Options.Cell);
        Assert.Equal(SmallModels.Logits(model, "fox"), SmallModels.Logits(loaded, "fox"));
        Assert.Equal(SmallModels.Logits(model.Quantize(WeightFormat.BFloat16), "fox"), SmallModels.Logits(Load(model.Quantize(WeightFormat.BFloat16)), "fox"));
    }

    [Fact]
    public void A_plain_cell_has_no_word_of_choices_in_its_file()
    {
        Assert.StartsWith("{\"cell\":\"lstm\",\"hiddenSize\"", LanguageModelJson.WriteOptions(SmallModels.Options()), StringComparison.Ordinal);
        Assert.StartsWith(
            "{\"cell\":\"lstm\",\"cellClip\":3,\"hardActivations\":true,\"hiddenSize\"",
            LanguageModelJson.WriteOptions(SmallModels.Options(Cell.Lstm.WithClip(3).WithHardActivations())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cell_from_outside_gets_the_choices_of_the_file_unless_it_has_others()
    {
        var chosen = Cell.Of(new Leaky(0.5f)).WithClip(0.25f);
        Assert.Equal(chosen, Load(SmallModels.Create(chosen), Cell.Of(new Leaky(0.5f))).Options.Cell);
        Assert.Equal(chosen, Load(SmallModels.Create(chosen), chosen).Options.Cell);
        var failure = Assert.Throws<InvalidDataException>(() => Load(SmallModels.Create(chosen), chosen.WithHardActivations()));
        Assert.Contains(
            "the cell 'leaky' has a clip of 0.25 and smooth activations in the file and a clip of 0.25 and hard activations in the cell that was given; give the cell without",
            failure.Message, StringComparison.Ordinal);
        Assert.Contains("has no clip and smooth activations in the file", Assert.Throws<InvalidDataException>(() => Load(SmallModels.Create(Cell.Of(new Leaky(0.5f))), chosen)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"cellClip\":0", "'cellClip' is 0; expected a positive finite number")]
    [InlineData("\"cellClip\":-2", "'cellClip' is -2")]
    [InlineData("\"cellClip\":1e39", "'cellClip' is")]
    [InlineData("\"cellClip\":\"3\"", "is damaged")]
    [InlineData("\"hardActivations\":1", "is damaged")]
    [InlineData("\"cellClip\":4", "probe 0")]
    public void Choices_that_do_not_fit_are_refused(string field, string expected)
    {
        var failure = Assert.Throws<InvalidDataException>(() => Load(SmallModels.Create(Cell.Lstm.WithClip(0.01f)), "\"cellClip\":0.01", field));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hard_activations_of_a_cell_that_has_none_are_refused()
    {
        var failure = Assert.Throws<InvalidDataException>(() => Load(SmallModels.Create(Cell.IndRnn), "\"cell\":\"indrnn\"", "\"cell\":\"indrnn\",\"hardActivations\":true"));
        Assert.Contains("'indrnn' uses neither", failure.Message, StringComparison.Ordinal);
    }

    private static LanguageModel Load(LanguageModel model, params IReadOnlyList<Cell> cells) =>
        LanguageModelFile.Load(SafetensorsFile.Read(LanguageModelFile.Write(model, "m").ToArray(), "model.safetensors"), cells);

    /// <summary>The model of a file with another text in its configuration.</summary>
    private static LanguageModel Load(LanguageModel model, string before, string after, params IReadOnlyList<Cell> cells)
    {
        var writer = LanguageModelFile.Write(model, "m");
        var configuration = writer.Metadata[LanguageModelFile.ConfigurationKey];
        Assert.Contains(before, configuration, StringComparison.Ordinal);
        writer.Metadata[LanguageModelFile.ConfigurationKey] = configuration.Replace(before, after, StringComparison.Ordinal);
        return LanguageModelFile.Load(SafetensorsFile.Read(writer.ToArray(), "model.safetensors"), cells);
    }

    private readonly record struct Leaky(float Rate) : ICell
    {
        public static string Name => "leaky";

        public static IReadOnlyList<string> GateNames => ["candidate"];

        public static int GateCount => 1;

        public IReadOnlyList<CellConstant> Constants => [new("rate", Rate)];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            var h = step.PreviousOutput;
            step.SetOutput(T.MultiplyAdd(T.Broadcast(Rate), T.Tanh(step.Sum(0)) - h, h));
        }
    }
}
