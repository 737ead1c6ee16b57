using System.Numerics;
using Unroll.Optimizers;
using Unroll.Tensors;

namespace Unroll.Tests.Optimizers;

public sealed class GradientClippingTests
{
    // Double precision, summed in another order.
    private const double Relative = 1e-12;

    [Fact]
    public void The_norm_is_that_of_all_gradients_as_one_vector()
    {
        foreach (var lengths in (int[][])[[0], [1], [15, 16, 17], [100, 1], [16_384, 16_385, 40_000]])
        {
            var parameters = lengths.Select(Make).ToArray();
            var expected = Math.Sqrt(parameters.Sum(parameter => parameter.Gradient.ToArray().Sum(value => (double)value * value)));

            Assert.InRange(GradientClipping.GlobalNorm(parameters), expected * (1 - Relative), expected * (1 + Relative));
        }
    }

    [Fact]
    public void Gradients_over_the_norm_are_scaled_together_and_others_stay()
    {
        Parameter[] parameters = [Make(33), Make(7)];
        var before = parameters.Select(parameter => parameter.Gradient.ToArray()).ToArray();

        var norm = GradientClipping.ByGlobalNorm(parameters, 1000);
        Assert.Equal(before[0], parameters[0].Gradient.ToArray());
        Assert.Equal(norm, GradientClipping.ByGlobalNorm(parameters, 0.5f));

        var scale = (float)(0.5 / (norm + 1e-6));
        Assert.Equal(before[0].Select(value => value * scale), parameters[0].Gradient.ToArray());
        Assert.Equal(before[1].Select(value => value * scale), parameters[1].Gradient.ToArray());
        Assert.InRange(GradientClipping.GlobalNorm(parameters), 0.49999, 0.5);
    }

    [Fact]
    public void Values_are_limited_one_by_one_at_every_length()
    {
        for (var length = 0; length <= (4 * Vector<float>.Count) + 1; length++)
        {
            var parameter = Make(length);
            var expected = parameter.Gradient.ToArray().Select(value => Math.Clamp(value, -0.4f, 0.4f));
            GradientClipping.ByValue([parameter], 0.4f);
            Assert.Equal(expected, parameter.Gradient.ToArray());
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_gradient_that_is_no_number_shows_in_the_norm(float bad)
    {
        for (var place = 0; place < 50; place++)
        {
            var parameter = Make(50);
            parameter.Gradient[place] = bad;
            Assert.False(double.IsFinite(GradientClipping.GlobalNorm([parameter])));
        }
    }

    [Fact]
    public void A_NaN_stays_one_when_values_are_limited()
    {
        var parameter = Make(50);
        parameter.Gradient.Fill(float.NaN);

        GradientClipping.ByValue([parameter], 1);

        Assert.All(parameter.Gradient.ToArray(), value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void A_limit_that_is_not_over_zero_is_refused()
    {
        foreach (var limit in (float[])[0, -1, float.NaN])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ByValue([], limit));
            Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ByGlobalNorm([], limit));
        }
    }

    private static Parameter Make(int length)
    {
        var parameter = new Parameter("w", new(length));
        var random = new CounterRandom(4);
        foreach (ref var value in parameter.Gradient)
            value = random.NextNormal();
        return parameter;
    }
}
