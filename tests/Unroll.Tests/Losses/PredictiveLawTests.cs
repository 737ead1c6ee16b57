using Unroll.Losses;
using Unroll.Tensors;

namespace Unroll.Tests.Losses;

/// <summary>Each law: its gradient against differences of its loss, its quantiles against its own cumulative and its draws, its probabilities.</summary>
public sealed class PredictiveLawTests
{
    private const int Seed = 4711;

    /// <summary>Central differences of four places with this step; a float32 of 10 binary digits behind the point holds every place exactly.</summary>
    private const float Step = 1 / 256f;

    /// <summary>Step⁴/30 of a fifth derivative, which is 1e5 where deviations are a twentieth.</summary>
    private const double GradientTolerance = 1e-6;

    private const int Draws = 20_000;
    private const double Errors = 5;

    private static readonly double[] Levels = [0.05, 0.25, 0.5, 0.75, 0.95];

    public static TheoryData<string> Laws => ["gaussian", "student", "counts", "quantiles", "point"];

    [Theory]
    [MemberData(nameof(Laws))]
    public void Gradients_are_the_differences_of_the_loss(string name)
    {
        var (law, random) = (Law(name), new Random(Seed));
        for (var turn = 0; turn < 400; turn++)
        {
            var raw = Raw(law, random);
            var scale = turn % 3 == 0 ? 1 : Math.Exp((random.NextDouble() * 6) - 1);
            var value = name == "counts" ? random.Next(60) / scale : (random.NextDouble() * 8) - 4;
            // Pinball has no derivative where a quantile meets the value.
            if (name == "quantiles" && raw.Any(quantile => Math.Abs(quantile - value) < 4 * Step))
                continue;
            var (gradient, unused) = (new double[law.Parameters], new double[law.Parameters]);
            law.Loss(raw, value, scale, gradient);
            for (var index = 0; index < raw.Length; index++)
            {
                double At(float distance)
                {
                    float[] moved = [.. raw];
                    moved[index] += distance;
                    return law.Loss(moved, value, scale, unused);
                }

                var expected = ((8 * (At(Step) - At(-Step))) - (At(2 * Step) - At(-2 * Step))) / (12 * Step);
                Assert.True(
                    Math.Abs(expected - gradient[index]) <= GradientTolerance * Math.Max(1, Math.Abs(expected)),
                    $"{name}, seed {Seed}, turn {turn}, raw [{string.Join(", ", raw)}], value {value:R}, scale {scale:R}: derivative {index} is {gradient[index]:R}; differences give {expected:R}");
            }
        }
    }

    [Theory]
    [InlineData("gaussian")]
    [InlineData("student")]
    public void Losses_are_minus_the_logarithm_of_a_density_and_quantiles_invert_its_integral(string name)
    {
        var (law, random) = (Law(name), new Random(Seed));
        for (var turn = 0; turn < 20; turn++)
        {
            var (raw, unused) = (Raw(law, random), new double[law.Parameters]);
            // Simpson's rule from the first quantile to the last gives the probability between them.
            var (low, high) = (law.Quantile(raw, 0.1, 1), law.Quantile(raw, 0.83, 1));
            const int Parts = 2000;
            var sum = 0.0;
            for (var part = 0; part <= Parts; part++)
            {
                var weight = part is 0 or Parts ? 1 : part % 2 == 0 ? 2 : 4;
                sum += weight * Math.Exp(-law.Loss(raw, low + ((high - low) * part / Parts), 1, unused));
            }

            Assert.Equal(0.73, sum * (high - low) / Parts / 3, 1e-9);
        }
    }

    [Fact]
    public void Probabilities_of_counts_add_up_to_one_and_their_quantiles_are_the_first_count_that_reaches_them()
    {
        var (law, random) = (Law("counts"), new Random(Seed));
        for (var turn = 0; turn < 40; turn++)
        {
            var (raw, unused) = (Raw(law, random), new double[2]);
            var scale = Math.Exp(random.NextDouble() * 4);
            var probability = 0.02 + (random.NextDouble() * 0.96);
            var (sum, mean, quantile) = (0.0, 0.0, -1);
            for (var count = 0; count < 200_000 && sum < 1 - 1e-13; count++)
            {
                var own = Math.Exp(-law.Loss(raw, count / scale, scale, unused));
                (sum, mean) = (sum + own, mean + (count * own));
                if (quantile < 0 && sum >= probability)
                    quantile = count;
            }

            var where = $"seed {Seed}, turn {turn}, raw {raw[0]}, {raw[1]}, scale {scale:R}";
            Assert.True(Math.Abs(sum - 1) < 1e-9, $"{where}: the sum is {sum:R}");
            var expected = (Math.Log(1 + Math.Exp(raw[0])) + 1e-6) * scale;
            Assert.True(Math.Abs(mean - expected) < 1e-6 * expected, $"{where}: the mean is {mean:R}; expected {expected:R}");
            Assert.True(Math.Abs((law.Quantile(raw, probability, scale) * scale) - quantile) < 1e-6, $"{where}: the quantile of {probability:R} is {law.Quantile(raw, probability, scale) * scale}; expected {quantile}");
        }
    }

    [Theory]
    [InlineData("gaussian")]
    [InlineData("student")]
    [InlineData("counts")]
    [InlineData("quantiles")]
    public void Draws_are_below_a_quantile_as_often_as_it_says(string name)
    {
        var law = Law(name);
        float[] raw = name == "quantiles" ? [-2, -0.5f, 0.25f, 1, 3] : [1.5f, 0.4f, 0.6f];
        raw = raw[..law.Parameters];
        var random = new CounterRandom(Seed);
        const double Scale = 30;
        var draws = Enumerable.Range(0, Draws).Select(_ => law.Sample(raw, Scale, ref random)).ToArray();
        foreach (var level in new[] { 0.1, 0.25, 0.5, 0.8, 0.93 })
        {
            var quantile = law.Quantile(raw, level, Scale) + 1e-9;
            var share = draws.Count(draw => draw <= quantile) / (double)Draws;
            var error = Errors * Math.Sqrt(level * (1 - level) / Draws);
            // A count has a probability of its own, which lies on top.
            var upper = name == "counts" ? error + (draws.Count(draw => Math.Abs(draw - quantile) < 1e-6) / (double)Draws) : error;
            Assert.True(share > level - error && share < level + upper, $"{name}, seed {Seed}: {share} of the draws are below the quantile of {level}");
        }
    }

    [Fact]
    public void Pinball_keeps_the_sign_of_the_error()
    {
        var law = new QuantileLaw([0.1, 0.9]);
        var gradient = new double[2];
        // A value above both: 0.1·3 and 0.9·2; one below both: 0.9·3 and 0.1·4.
        Assert.Equal(((0.1 * 3) + (0.9 * 2)) / 2, law.Loss([1, 2], 4, 1, gradient), 1e-12);
        Assert.Equal([-0.05, -0.45], gradient);
        Assert.Equal(((0.9 * 3) + (0.1 * 4)) / 2, law.Loss([1, 2], -2, 1, gradient), 1e-12);
        Assert.Equal([0.45, 0.05], gradient.Select(value => Math.Round(value, 12)));
    }

    [Fact]
    public void Quantiles_between_levels_lie_on_a_line_and_crossed_ones_are_put_in_order()
    {
        var law = new QuantileLaw([0.1, 0.5, 0.9]);
        Assert.Equal(2, law.Quantile([1, 2, 4], 0.5, 1), 1e-12);
        Assert.Equal(3, law.Quantile([1, 2, 4], 0.7, 1), 1e-12);
        Assert.Equal(0.75, law.Quantile([1, 2, 4], 0, 1), 1e-12);
        Assert.Equal(4.5, law.Quantile([1, 2, 4], 1, 1), 1e-12);
        Assert.Equal(3, law.Quantile([4, 1, 2], 0.7, 1), 1e-12);
        Assert.Equal(7, new QuantileLaw([0.5]).Quantile([7], 0.9, 1));
    }

    [Fact]
    public void Extreme_numbers_of_a_network_give_finite_losses_and_derivatives()
    {
        foreach (var name in new[] { "gaussian", "student", "counts", "quantiles", "point" })
        {
            var law = Law(name);
            foreach (var size in new[] { -200f, -40f, 0, 40f, 200f })
            {
                foreach (var value in new[] { 0.0, 3, 1e5 })
                {
                    float[] raw = [.. Enumerable.Repeat(size, law.Parameters)];
                    var gradient = new double[law.Parameters];
                    var loss = law.Loss(raw, value, 1, gradient);
                    Assert.True(double.IsFinite(loss) && gradient.All(double.IsFinite), $"{name}, raw {size}, value {value}: loss {loss}, derivatives {string.Join(", ", gradient)}");
                    Assert.True(double.IsFinite(law.Quantile(raw, 0.975, 1)), $"{name}, raw {size}");
                }
            }
        }
    }

    [Fact]
    public void Draws_from_numbers_that_are_none_end()
    {
        var random = new CounterRandom(Seed);
        foreach (var name in new[] { "gaussian", "student", "counts" })
        {
            foreach (var value in new[] { float.NaN, float.PositiveInfinity, 1e38f })
            {
                float[] raw = [.. Enumerable.Repeat(value, Law(name).Parameters)];
                var draw = Law(name).Sample(raw, 1, ref random);
                Assert.True(name != "counts" || double.IsNaN(draw) || draw <= 1.1e9, $"{name}, {value}: {draw}");
                Law(name).Quantile(raw, 0.9, 1);
            }
        }
    }

    private static PredictiveLaw Law(string name) => name switch
    {
        "gaussian" => new GaussianLaw(),
        "student" => new StudentLaw(),
        "counts" => new NegativeBinomialLaw(),
        "quantiles" => new QuantileLaw(Levels),
        _ => new PointLaw(),
    };

    /// <summary>Numbers from −3 to 3 with 10 binary digits behind the point.</summary>
    private static float[] Raw(PredictiveLaw law, Random random) => [.. Enumerable.Range(0, law.Parameters).Select(_ => (random.Next(6145) - 3072) / 1024f)];
}
