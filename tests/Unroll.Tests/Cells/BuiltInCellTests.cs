using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.House;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Cells;

/// <summary>What holds for every cell of <see cref="Cell.BuiltIn"/>, whoever adds one.</summary>
public sealed class BuiltInCellTests
{
    public static TheoryData<Cell> Cells => [.. Cell.BuiltIn];

    [Fact]
    public void Names_are_those_of_the_cells_and_lead_to_them()
    {
        Assert.Equal(Cell.BuiltIn.Select(cell => cell.Name), Cell.BuiltInNames);
        Assert.Equal(Cell.BuiltInNames.Count, Cell.BuiltInNames.Distinct().Count());
        Assert.All(Cell.BuiltIn, cell => Assert.Same(cell, Cell.Find(cell.Name)));
        Assert.Null(Cell.Find("LSTM"));
    }

    /// <summary>The struct of a cell is the cell: who makes a layer of it gets what files know by that name.</summary>
    [Fact]
    public void The_equations_of_the_library_are_its_cells()
    {
        Assert.Equal(Cell.Sru, Cell.Of<SruCell>());
        Assert.Equal(Cell.SLstm, new Recurrent<SLstmCell>(2, 3).Cell);
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_layer_has_as_many_parameters_as_its_cell_says(Cell cell) =>
        Assert.Equal(new Recurrent(cell, 5, 12).ParameterCount, cell.ParameterCount(5, 12));

    [Theory]
    [MemberData(nameof(Cells))]
    public void Sizes_below_one_are_refused(Cell cell)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => cell.ParameterCount(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => cell.ParameterCount(1, 0));
    }

    /// <summary>One text in three places: what the cell says of itself, the comment above its code, the page of the cells.</summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void The_page_of_the_cells_has_its_equations_and_source(Cell cell)
    {
        Assert.NotNull(cell.Description);
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "cells.md"));
        Assert.Contains($"```text\n{cell.Description.Equations}\n```", page, StringComparison.Ordinal);
        Assert.Contains($"\n{cell.Description.Source}.", page, StringComparison.Ordinal);
        Assert.Contains($"\n## {cell.Name}\n", page, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Family.Names), MemberType = typeof(Family))]
    public void The_comment_above_its_code_has_its_equations(string name)
    {
        var code = Repository.LibrarySources().Single(source => source.Text.Contains($"public static string Name => \"{name}\";", StringComparison.Ordinal)).Text;
        Assert.All(Cell.Find(name)!.Description!.Equations.Split('\n'), line => Assert.Contains($"/// {line}\n", code, StringComparison.Ordinal));
    }

    /// <summary>Each row of a batch gives what it gives alone, and the second direction what the first gives for the sequence turned round.</summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void Both_directions_and_mixed_lengths_are_one_direction_and_one_sequence_at_a_time(Cell cell)
    {
        const int Times = 6, Rows = 4, Inputs = 3, Units = 12;
        int[] lengths = [6, 1, 4, 6];
        var random = new Random(7);
        var both = new Recurrent(cell, Inputs, Units, new() { Bidirectional = true });
        foreach (var parameter in both.Parameters)
        {
            RandomValues.Singles(random, parameter.Length).CopyTo(parameter.Values);
            parameter.MarkChanged();
        }

        var x = RandomValues.Singles(random, Times * Rows * Inputs);
        var whole = both.Forward(new Tape(recording: false), Tensor.FromArray(x, new(Times, Rows, Inputs)), lengths: lengths).Output.Values;
        for (var direction = 0; direction < 2; direction++)
        {
            var one = new Recurrent(cell, Inputs, Units);
            var outputs = one.OutputSize;
            var half = both.Parameters.Skip(direction * one.Parameters.Count);
            foreach (var (to, from) in one.Parameters.Zip(half))
            {
                from.Values.CopyTo(to.Values);
                to.MarkChanged();
            }

            for (var row = 0; row < Rows; row++)
            {
                var stream = one.OpenStream();
                for (var step = 0; step < lengths[row]; step++)
                {
                    var time = direction == 0 ? step : lengths[row] - 1 - step;
                    var expected = stream.Step(x.AsSpan(((time * Rows) + row) * Inputs, Inputs));
                    Close.Bits($"direction {direction}, row {row}, step {time}", expected, whole.Slice(((((time * Rows) + row) * 2) + direction) * outputs, outputs));
                }
            }
        }
    }
}
