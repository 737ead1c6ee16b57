using System.Text.Json;
using Unroll.Cells;

namespace Unroll.Cli.Tests;

/// <summary><c>unroll cells</c>, and <c>--cell</c> for the cells it lists.</summary>
public sealed class CellsTests
{
    [Fact]
    public void It_lists_all_cells_of_the_library_with_equations_source_and_parameters()
    {
        using var place = new Workplace();
        var output = place.Run("cells").Good().Output;
        foreach (var cell in Cell.BuiltIn)
        {
            Assert.Contains($"{(cell == Cell.RnnTanh ? "rnn" : cell.Name)}: {cell.Description!.Title}\n", output, StringComparison.Ordinal);
            Assert.All(cell.Description.Equations.Split('\n'), equation => Assert.Contains($"    {equation}\n", output, StringComparison.Ordinal));
            Assert.Contains(cell.Description.Source, output, StringComparison.Ordinal);
        }

        // 4·(64·256 + 256² + 2·256) and 3·64·256 + 4·256.
        Assert.Contains("4·I·H + 4·H² + 8·H = 329,728 with I = 64, H = 256", output, StringComparison.Ordinal);
        Assert.Contains("3·I·H + 4·H = 50,176 with I = 64, H = 256", output, StringComparison.Ordinal);
        Assert.Empty(place.Files());
    }

    [Fact]
    public void One_cell_is_shown_in_full_for_the_sizes_that_are_asked_for()
    {
        using var place = new Workplace();
        var output = place.Run("cells", "sru", "--input", "10", "--hidden", "3").Good().Output;
        foreach (var expected in new[]
        {
            "sru: Simple recurrent unit", "    c = f∘c' + (1 − f)∘(Wc·x + bc)", "deviations  The highway takes a fourth product", "4·I·H + 6·H = 138 with I = 10, H = 3",
            "its output h and 1 more, 2·H values", "gates       candidate, forget, reset, highway", "unit weight peephole_forget, at first between -1.225 and 1.225",
        })
        {
            Assert.Contains(expected, output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("gru:", output, StringComparison.Ordinal);
        Assert.Contains("in files    rnn-tanh", place.Run("cells", "rnn").Good().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Heads_divide_the_recurrent_matrix()
    {
        using var place = new Workplace();
        var output = place.Run("cells", "slstm", "--heads", "4").Good().Output;
        Assert.Contains("4·I·H + 4·H²/4 + 8·H = 133,120 with I = 64, H = 256", output, StringComparison.Ordinal);
        Assert.Contains("constant    heads = 4", output, StringComparison.Ordinal);
        Assert.Contains("4·I·H + 4·H²/2 + 8·H = ", place.Run("cells", "--heads", "2").Good().Output, StringComparison.Ordinal);
        var json = JsonDocument.Parse(place.Run("cells", "slstm", "--heads", "4", "--json").Good().Lines.Single()).RootElement;
        Assert.Equal((4, 133_120), (json.GetProperty("heads").GetInt32(), json.GetProperty("parameters").GetInt32()));
    }

    /// <summary>The formula is held against the count, whichever cells there will be.</summary>
    [Fact]
    public void Json_has_one_object_a_cell_whose_formula_gives_the_number()
    {
        using var place = new Workplace();
        var lines = place.Run("cells", "--json", "--input", "7", "--hidden", "12").Good().Lines;
        Assert.Equal(Cell.BuiltInNames, lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("nameInFiles").GetString()!));
        foreach (var cell in lines.Select(line => JsonDocument.Parse(line).RootElement))
        {
            var formula = cell.GetProperty("formula").GetString()!;
            Assert.True(Evaluate(formula, 7, 12, cell.GetProperty("outputSize").GetInt64()) == cell.GetProperty("parameters").GetInt64(), $"{cell.GetProperty("name")}: {formula} is not {cell.GetProperty("parameters")}");
        }
    }

    [Fact]
    public void What_it_is_told_wrongly_is_one_line()
    {
        using var place = new Workplace();
        place.Run("cells", "lstn").Bad(2, "there is no cell 'lstn'", "lstm, gru, rnn, rnn-relu");
        place.Run("cells", "lstm", "--hidden", "0").Bad(2, "--hidden 0", "from 1 to");
        place.Run("cells", "lstm", "--projection", "8").Bad(2, "--projection 8", "lstm does not project its output");
        place.Run("cells", "projected-lstm", "--projection", "300").Bad(2, "--projection 300", "--hidden 256");
        place.Run("cells", "lstm", "--heads", "4").Bad(2, "--heads 4", "the units of lstm cannot be split into heads; those of slstm can");
        place.Run("cells", "slstm", "--heads", "3").Bad(2, "--heads 3 with --hidden 256", "divisible");
        place.Run("train", "text", "--heads", "4").Bad(2, "--heads", "slstm", "The cell is lstm");
        place.Run("train", "text", "--cell", "slstm", "--heads", "3", "--hidden", "16").Bad(2, "--heads 3", "16 hidden units are not divisible by 3");
        place.Run("train", "text", "--cell-clip", "0").Bad(2, "--cell-clip 0", "a number above 0");
        place.Run("train", "text", "--cell", "rnn-relu", "--hard-activations").Bad(2, "--hard-activations", "'rnn-relu' uses neither");
        place.Run("train", "text", "--cell", "minlstm", "--hard-activations").Bad(2, "--hard-activations", "'minlstm' cannot be used");
        place.Run("cells", "--jsonn").Bad(2, "--jsonn", "Did you mean --json?");
        place.Run("train", "text", "--cell", "cnn").Bad(2, "--cell cnn", "one of lstm, gru, rnn, rnn-relu, peephole-lstm");
    }

    [Theory]
    [InlineData("rnn", "rnn-tanh")]
    [InlineData("rnn-relu", "rnn-relu")]
    [InlineData("slstm", "slstm")]
    [InlineData("mingru", "mingru")]
    public void A_model_of_a_listed_cell_is_trained_resumed_and_read(string name, string inFile)
    {
        using var place = new Workplace();
        place.Write("verse.txt", string.Concat(Enumerable.Repeat("the quick brown fox jumps over the lazy dog\n", 40)));
        string[] run = ["train", "text", "verse.txt", "--hidden", "8", "--layers", "1", "--batch", "4", "--window", "16", "--out", "m.safetensors"];
        place.Run([.. run, "--cell", name, "--epochs", "1", "--checkpoint", "c.safetensors", "--checkpoint-every", "1"]).Good();
        place.Run("train", "text", "--resume", "c.safetensors", "--epochs", "2", "--out", "n.safetensors").Good();
        foreach (var model in new[] { "m.safetensors", "n.safetensors" })
            Assert.Equal(inFile, Models.LanguageModel.Load(place.At(model)).Options.Cell.Name);
    }

    /// <summary>A sum of products of whole numbers, I, H, H² and R, one of them divided.</summary>
    private static long Evaluate(string formula, long input, long hidden, long output) => formula.Split(" + ").Sum(term =>
    {
        var parts = term.Split('/');
        var product = parts[0].Split('·').Aggregate(1L, (value, factor) => value * factor switch { "I" => input, "H" => hidden, "R" => output, "H²" => hidden * hidden, _ => long.Parse(factor) });
        return parts.Length > 1 ? product / long.Parse(parts[1]) : product;
    });
}
