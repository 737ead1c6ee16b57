using Unroll.Tensors;

namespace Unroll.Tests.Tensors;

public sealed class VariationalDropoutTests
{
    private const float Rate = 0.25f;

    [Fact]
    public void Every_step_has_the_same_mask_and_every_row_its_own()
    {
        const int time = 5, batch = 40, size = 50;
        var mask = MaskOf(new(3, 4, 5), time, batch, size);

        Assert.All(mask.Chunk(batch * size), step => Assert.Equal(mask[..(batch * size)], step));
        Assert.All(mask, value => Assert.True(value is 0 or 1 / (1 - Rate), $"{value} is neither 0 nor 1 / (1 − rate)."));
        Assert.Equal(batch, mask[..(batch * size)].Chunk(size).Select(row => string.Join(' ', row)).Distinct().Count());
        // 2,000 draws: five standard deviations.
        Assert.InRange(mask[..(batch * size)].Count(value => value == 0) / (double)(batch * size), Rate - 0.049, Rate + 0.049);
        Assert.NotEqual(mask, MaskOf(new(3, 4, 6), time, batch, size));
        Assert.NotEqual(mask, MaskOf(new(3, 5, 5), time, batch, size));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 2, 7)]
    [InlineData(2, 3, 33)]
    public void Value_and_gradient_are_those_of_a_product_with_the_mask(int time, int batch, int size)
    {
        var key = new DropoutKey(1, 2, 3);
        var mask = MaskOf(key, time, batch, size);
        double[] Masked(double[][] values) => [.. values[0].Zip(mask, (x, m) => x * m)];

        var input = TapeCheck.Random(new Random(9), time, batch, size);
        TapeCheck.Run("apart", tape => tape.VariationalDropout(input, Rate, key), Masked, input);
        TapeCheck.Run("in place of a copy", tape => tape.VariationalDropout(tape.Scale(input, 1), Rate, key, inPlace: true), Masked, input);
    }

    [Fact]
    public void A_rate_of_zero_is_the_input_itself()
    {
        var input = new Tensor(new(2, 3, 4));
        Assert.Same(input, new Tape().VariationalDropout(input, 0, default));
    }

    private static float[] MaskOf(DropoutKey key, int time, int batch, int size)
    {
        var ones = new Tensor(new(time, batch, size));
        ones.Values.Fill(1);
        return new Tape(recording: false).VariationalDropout(ones, Rate, key).Values.ToArray();
    }
}
