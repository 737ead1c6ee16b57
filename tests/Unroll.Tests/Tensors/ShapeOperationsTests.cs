using Unroll.Tensors;

namespace Unroll.Tests.Tensors;

[Trait(Lanes.LaneRunsTests.Mark, "every")]
public sealed class ShapeOperationsTests
{
    [Fact]
    public void Concatenate_puts_rows_side_by_side()
    {
        var random = new Random(1);
        var (a, b, c) = (TapeCheck.Random(random, 3, 2, 1), TapeCheck.Random(random, 3, 2, 17), TapeCheck.Random(random, 3, 2, 5));

        TapeCheck.Run("[a b c]", tape => tape.Concatenate(a, b, c), v => [.. Enumerable.Range(0, 6).SelectMany(row => Row(v[0], 1, row).Concat(Row(v[1], 17, row)).Concat(Row(v[2], 5, row)))], a, b, c);
        TapeCheck.Run("[a a]", tape => tape.Concatenate(a, a), v => [.. v[0].SelectMany(value => new[] { value, value })], a);
        Assert.Equal(new Shape(3, 2, 23), new Tape().Concatenate(a, b, c).Shape);
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(0, 0, 4)]
    [InlineData(1, 2, 1)]
    [InlineData(2, 0, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(3, 1, 18)]
    [InlineData(3, 18, 1)]
    [InlineData(3, 3, 0)]
    public void Slice_takes_a_range_of_any_dimension(int dimension, int start, int length)
    {
        int[] sizes = [4, 3, 2, 19];
        var x = TapeCheck.Random(new Random(dimension), sizes);
        var taken = Indices(sizes).Where(place => place[dimension] >= start && place[dimension] < start + length).Select(place => Flat(place, sizes)).ToArray();

        TapeCheck.Run("slice", tape => tape.Slice(x, dimension, start, length), v => [.. taken.Select(index => v[0][index])], x);

        sizes[dimension] = length;
        Assert.Equal(new Shape(sizes), new Tape().Slice(x, dimension, start, length).Shape);
    }

    [Fact]
    public void Slices_of_one_tensor_together_give_its_whole_gradient()
    {
        var x = TapeCheck.Random(new Random(2), 5, 3);
        var tape = new Tape();
        var total = tape.Sum(tape.Slice(x, 0, 0, 2));
        total = tape.Add(total, tape.Scale(tape.Sum(tape.Slice(x, 0, 3, 2)), 2));
        tape.Backward(total);

        Assert.Equal([1, 1, 1, 1, 1, 1, 0, 0, 0, 2, 2, 2, 2, 2, 2], x.Gradient.ToArray());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(0, 2)]
    [InlineData(0, 3)]
    [InlineData(1, 2)]
    [InlineData(3, 1)]
    [InlineData(2, 3)]
    [InlineData(2, 2)]
    public void Transpose_exchanges_any_two_dimensions(int first, int second)
    {
        int[] sizes = [3, 2, 5, 4];
        var x = TapeCheck.Random(new Random(first), sizes);
        var exchanged = sizes.ToArray();
        (exchanged[first], exchanged[second]) = (sizes[second], sizes[first]);
        var order = Indices(exchanged).Select(place =>
        {
            (place[first], place[second]) = (place[second], place[first]);
            return Flat(place, sizes);
        }).ToArray();

        TapeCheck.Run("transpose", tape => tape.Transpose(x, first, second), v => [.. order.Select(index => v[0][index])], x);
        Assert.Equal(new Shape(exchanged), new Tape().Transpose(x, first, second).Shape);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(33, 31)]
    [InlineData(70, 129)]
    public void Transpose_of_a_matrix_goes_block_by_block(int rows, int columns)
    {
        var x = TapeCheck.Random(new Random(rows), rows, columns);
        var y = new Tape().Transpose(x, 0, 1);

        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                Assert.Equal(x.Values[(row * columns) + column], y.Values[(column * rows) + row]);
        }
    }

    [Fact]
    public void Reshape_keeps_the_order()
    {
        var x = TapeCheck.Random(new Random(4), 6, 5);

        TapeCheck.Run("reshape", tape => tape.Reshape(x, new(3, 2, 5)), v => [.. v[0]], x);
        Assert.Equal(new Shape(3, 2, 5), new Tape().Reshape(x, new(3, 2, 5)).Shape);
    }

    [Fact]
    public void Wrong_arguments_are_refused_with_numbers()
    {
        var tape = new Tape();
        var x = new Tensor(new(4, 6));

        Assert.Throws<ArgumentException>(() => tape.Concatenate());
        AssertMessage("Tensor 1 to concatenate has shape [3, 6], the first [4, 6]", Assert.Throws<ArgumentException>(() => tape.Concatenate(x, new(new(3, 6)))));
        AssertMessage("has shape []", Assert.Throws<ArgumentException>(() => tape.Concatenate(new Tensor(new()))));
        AssertMessage("A slice of 3 from 4 is not inside dimension 1 of [4, 6], which has 6", Assert.Throws<ArgumentOutOfRangeException>(() => tape.Slice(x, 1, 4, 3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Slice(x, 1, -1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Slice(x, 1, 0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Slice(x, 1, int.MaxValue, int.MaxValue));
        AssertMessage("[4, 6] has no dimension 2", Assert.Throws<ArgumentOutOfRangeException>(() => tape.Slice(x, 2, 0, 1)));
        AssertMessage("[4, 6] has no dimension -1", Assert.Throws<ArgumentOutOfRangeException>(() => tape.Transpose(x, 0, -1)));
        AssertMessage("[4, 6], 24 values; [5, 5] needs 25", Assert.Throws<ArgumentException>(() => tape.Reshape(x, new(5, 5))));
    }

    private static void AssertMessage(string expected, Exception exception) => Assert.Contains(expected, exception.Message, StringComparison.Ordinal);

    private static IEnumerable<double> Row(double[] values, int size, int row) => values.Skip(row * size).Take(size);

    private static IEnumerable<int[]> Indices(int[] sizes)
    {
        for (var flat = 0; flat < sizes.Aggregate(1, (product, size) => product * size); flat++)
        {
            var place = new int[sizes.Length];
            var rest = flat;
            for (var dimension = sizes.Length - 1; dimension >= 0; dimension--)
                (rest, place[dimension]) = Math.DivRem(rest, sizes[dimension]);
            yield return place;
        }
    }

    private static int Flat(int[] place, int[] sizes)
    {
        var flat = 0;
        for (var dimension = 0; dimension < sizes.Length; dimension++)
            flat = (flat * sizes[dimension]) + place[dimension];
        return flat;
    }
}
