using Unroll.Losses;
using Unroll.Tensors;

namespace Unroll.Tests.Losses;

/// <summary>The functions of probability distributions against tables, identities and slower ways to the same number.</summary>
public sealed class DistributionsTests
{
    /// <summary>What tables print: they have 12 digits or more, and the functions promise about 12.</summary>
    private const double TableTolerance = 2e-12;

    /// <summary>Tables of Student's quantiles have six digits behind the point.</summary>
    private const double StudentTableTolerance = 5.1e-7;

    /// <summary>Identities of sums that cancel lose some of the digits.</summary>
    private const double IdentityTolerance = 1e-11;

    /// <summary>A bisection in double precision stops here, and the cumulative that it asks is good to about 1e-13.</summary>
    private const double QuantileTolerance = 1e-10;

    private const int Draws = 40_000;

    /// <summary>Standard errors that a figure of draws may be off: one in two million is.</summary>
    private const double Errors = 5;

    private const int Seed = 20260;

    [Theory]
    [InlineData(0.5, 0.5723649429247001)]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(10, 12.801827480081469)]
    [InlineData(100, 359.1342053695754)]
    [InlineData(0.1, 2.252712651734206)]
    public void Log_gamma_is_that_of_the_tables(double x, double expected) => Assert.Equal(expected, Distributions.LogGamma(x), TableTolerance * Math.Max(1, expected));

    [Theory]
    [InlineData(1, -0.5772156649015329)]
    [InlineData(0.5, -1.9635100260214235)]
    [InlineData(2, 0.42278433509846713)]
    [InlineData(10, 2.2517525890667211)]
    public void Digamma_is_that_of_the_tables(double x, double expected) => Assert.Equal(expected, Distributions.Digamma(x), TableTolerance);

    [Fact]
    public void Gamma_functions_follow_their_recurrences_and_each_other()
    {
        var random = new Random(Seed);
        for (var turn = 0; turn < 500; turn++)
        {
            var x = Math.Exp((random.NextDouble() * 14) - 5);
            var where = $"seed {Seed}, turn {turn}, x {x:R}";
            Near(Math.Log(x), Distributions.LogGamma(x + 1) - Distributions.LogGamma(x), IdentityTolerance * Math.Max(1, Math.Abs(Distributions.LogGamma(x))), where);
            Near(1 / x, Distributions.Digamma(x + 1) - Distributions.Digamma(x), IdentityTolerance * Math.Max(1, 1 / x), where);
            // Γ(x)·Γ(x + ½) = 2^(1 − 2x)·√π·Γ(2x), Legendre's duplication
            Near(
                ((1 - (2 * x)) * Math.Log(2)) + (0.5 * Math.Log(Math.PI)) + Distributions.LogGamma(2 * x),
                Distributions.LogGamma(x) + Distributions.LogGamma(x + 0.5), IdentityTolerance * Math.Max(1, x * x), where);
        }
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.8413447460685429)]
    [InlineData(1.96, 0.9750021048517795)]
    [InlineData(-3, 0.0013498980316300946)]
    [InlineData(5, 0.9999997133484281)]
    public void The_normal_cumulative_is_that_of_the_tables(double x, double expected) => Assert.Equal(expected, Distributions.NormalCumulative(x), 1e-14);

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.95, 1.6448536269514722)]
    [InlineData(0.995, 2.5758293035489004)]
    [InlineData(0.0001, -3.719016485455709)]
    public void Normal_quantiles_are_those_of_the_tables(double probability, double expected) => Assert.Equal(expected, Distributions.NormalQuantile(probability), TableTolerance);

    [Theory]
    [InlineData(0.975, 5, 2.570582)]
    [InlineData(0.95, 3, 2.353363)]
    [InlineData(0.995, 10, 3.169273)]
    [InlineData(0.975, 30, 2.042272)]
    [InlineData(0.9, 2, 1.885618)]
    [InlineData(0.025, 4, -2.776445)]
    public void Student_quantiles_are_those_of_the_tables(double probability, double freedom, double expected) =>
        Assert.Equal(expected, Distributions.StudentQuantile(probability, freedom), StudentTableTolerance);

    [Fact]
    public void Quantiles_are_those_that_a_bisection_of_the_cumulative_finds()
    {
        var random = new Random(Seed);
        for (var turn = 0; turn < 400; turn++)
        {
            var probability = turn % 4 == 0 ? Math.Pow(10, -9 * random.NextDouble()) * 0.5 : random.NextDouble();
            var freedom = turn % 5 == 0 ? 2 + random.NextDouble() : Math.Exp(0.7 + (random.NextDouble() * 8.5));
            var where = $"seed {Seed}, turn {turn}, probability {probability:R}, freedom {freedom:R}";
            var normal = Bisect(Distributions.NormalCumulative, probability, -10, 10);
            Near(normal, Distributions.NormalQuantile(probability), QuantileTolerance, where);
            Near(-normal, Distributions.NormalQuantile(1 - probability), 1e-6, where);

            // Of the smaller tail, as the cumulative has no digits left of it near 1.
            var tail = Math.Min(probability, 1 - probability);
            var student = Bisect(x => Distributions.RegularizedBeta(freedom / (freedom + (x * x)), freedom / 2, 0.5) / -2, -tail, 0, 1e7);
            var actual = Distributions.StudentQuantile(probability, freedom);
            Near(student, Math.Abs(actual), QuantileTolerance * Math.Max(1, student), where);
            Assert.Equal(probability < 0.5, actual < 0);
        }
    }

    [Fact]
    public void Student_quantiles_of_two_degrees_of_freedom_have_a_formula()
    {
        for (var probability = 0.001; probability < 1; probability += 0.007)
        {
            var expected = ((2 * probability) - 1) * Math.Sqrt(2 / (4 * probability * (1 - probability)));
            Assert.Equal(expected, Distributions.StudentQuantile(probability, 2), QuantileTolerance * Math.Max(1, Math.Abs(expected)));
        }

        // With many degrees of freedom it is the normal distribution; the first term of the difference is (z³ + z)/4ν.
        var z = Distributions.NormalQuantile(0.9);
        Assert.Equal(z + (((z * z * z) + z) / 4e6), Distributions.StudentQuantile(0.9, 1e6), 1e-9);
    }

    [Fact]
    public void The_beta_function_is_a_sum_of_binomial_probabilities_and_symmetric()
    {
        var random = new Random(Seed);
        for (var turn = 0; turn < 300; turn++)
        {
            var (n, p) = (1 + random.Next(60), random.NextDouble());
            var k = 1 + random.Next(n);
            var sum = 0.0;
            for (var i = k; i <= n; i++)
                sum += Math.Exp(Distributions.LogGamma(n + 1) - Distributions.LogGamma(i + 1) - Distributions.LogGamma(n - i + 1) + (i * Math.Log(p)) + ((n - i) * Math.Log(1 - p)));
            var where = $"seed {Seed}, turn {turn}: n {n}, k {k}, p {p:R}";
            Near(sum, Distributions.RegularizedBeta(p, k, n - k + 1), IdentityTolerance, where);
            var (a, b) = (Math.Exp((random.NextDouble() * 10) - 3), Math.Exp((random.NextDouble() * 10) - 3));
            Near(1, Distributions.RegularizedBeta(p, a, b) + Distributions.RegularizedBeta(1 - p, b, a), IdentityTolerance, where);
            Near(1 - Math.Pow(1 - p, b), Distributions.RegularizedBeta(p, 1, b), IdentityTolerance, where);
        }
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(1)]
    [InlineData(7.5)]
    [InlineData(400)]
    public void Gamma_draws_have_the_mean_and_variance_of_their_shape(double shape)
    {
        var random = new CounterRandom(Seed);
        // Fourth central moment 3k² + 6k.
        Moments(() => RandomDraws.SampleGamma(shape, ref random), shape, shape, (3 * shape * shape) + (6 * shape));
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(5)]
    [InlineData(40)]
    [InlineData(12_345)]
    public void Poisson_draws_have_the_mean_and_variance_of_their_law(double mean)
    {
        var random = new CounterRandom(Seed);
        Moments(
            () =>
            {
                var count = RandomDraws.SamplePoisson(mean, ref random);
                Assert.True(count >= 0 && count == Math.Floor(count));
                return count;
            },
            mean, mean, (3 * mean * mean) + mean);
    }

    /// <summary>Draws whose mean and variance lie within some standard errors of those of their law.</summary>
    private static void Moments(Func<double> draw, double mean, double variance, double fourth)
    {
        var values = Enumerable.Range(0, Draws).Select(_ => draw()).ToArray();
        Near(mean, values.Average(), Errors * Math.Sqrt(variance / Draws), $"mean, seed {Seed}");
        Near(variance, values.Average(value => (value - mean) * (value - mean)), Errors * Math.Sqrt((fourth - (variance * variance)) / Draws), $"variance, seed {Seed}");
    }

    private static double Bisect(Func<double, double> cumulative, double probability, double low, double high)
    {
        for (var turn = 0; turn < 200; turn++)
        {
            var middle = (low + high) / 2;
            (low, high) = cumulative(middle) < probability ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    private static void Near(double expected, double actual, double tolerance, string where) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance, $"{where}: {actual:R}; expected {expected:R} within {tolerance:R}");
}
