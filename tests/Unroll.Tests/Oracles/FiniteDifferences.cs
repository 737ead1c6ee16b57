namespace Unroll.Tests.Oracles;

/// <summary>Holds a gradient against central differences in double precision.</summary>
internal static class FiniteDifferences
{
    /// <summary>The cube root of the double's precision balances truncation against rounding.</summary>
    private const double Step = 6e-6;

    /// <summary>Central differences of smooth functions of size one are good to about Step² ≈ 4e-11; this leaves room for curvature.</summary>
    private const double Tolerance = 1e-8;

    /// <summary>Checks every entry of <paramref name="gradient"/>; <paramref name="loss"/> reads <paramref name="values"/>, which are varied in place.</summary>
    public static void Check(string name, double[] values, double[] gradient, Func<double> loss)
    {
        Assert.Equal(values.Length, gradient.Length);
        for (var index = 0; index < values.Length; index++)
        {
            var kept = values[index];
            values[index] = kept + Step;
            var above = loss();
            values[index] = kept - Step;
            var below = loss();
            values[index] = kept;
            var expected = (above - below) / (2 * Step);
            Assert.True(
                Math.Abs(expected - gradient[index]) <= Tolerance * Math.Max(1, Math.Abs(expected)),
                $"{name}[{index}]: the gradient is {gradient[index]:R}; finite differences give {expected:R}.");
        }
    }

    /// <summary>Σ values · seed: the scalar whose gradient with respect to values is the seed.</summary>
    public static double Dot(ReadOnlySpan<double> values, ReadOnlySpan<double> seed)
    {
        Assert.Equal(values.Length, seed.Length);
        var sum = 0.0;
        for (var index = 0; index < values.Length; index++)
            sum += values[index] * seed[index];
        return sum;
    }
}
