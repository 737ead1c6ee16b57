using Unroll.Tensors;

namespace Unroll.Losses;

/// <summary>Draws from probability distributions that the base class library does not have.</summary>
internal static class RandomDraws
{
    /// <summary>A draw from the gamma distribution of a shape and the scale 1 (Marsaglia and Tsang, "A simple method for generating gamma variables", 2000).</summary>
    public static double SampleGamma(double shape, ref CounterRandom random)
    {
        // No draw of it would ever be taken.
        if (!double.IsFinite(shape))
            return shape;
        if (shape < 1)
            return SampleGamma(shape + 1, ref random) * Math.Pow(1 - random.NextDouble(), 1 / shape);
        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = random.NextNormal();
            var v = Math.Pow(1 + (c * x), 3);
            if (v > 0 && Math.Log(1 - random.NextDouble()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
                return d * v;
        }
    }

    /// <summary>
    /// A draw from the Poisson distribution: products of uniform numbers for a small mean; a large one is split by an order statistic of its gamma arrival times (Ahrens
    /// and Dieter, "Computer methods for sampling from gamma, beta, Poisson and binomial distributions", 1974).
    /// </summary>
    public static double SamplePoisson(double mean, ref CounterRandom random)
    {
        const double Small = 16;
        if (!double.IsFinite(mean))
            return mean;
        var count = 0.0;
        while (mean > Small)
        {
            var m = Math.Floor(mean * 7 / 8);
            var arrival = SampleGamma(m, ref random);
            if (arrival > mean)
                return count + SampleBinomial(m - 1, mean / arrival, ref random);
            count += m;
            mean -= arrival;
        }

        var (limit, product) = (Math.Exp(-mean), random.NextDouble());
        while (product > limit)
        {
            count++;
            product *= random.NextDouble();
        }

        return count;
    }

    /// <summary>A draw from the binomial distribution, halving it by an order statistic of the uniform numbers (the same source).</summary>
    private static double SampleBinomial(double trials, double probability, ref CounterRandom random)
    {
        const double Small = 32;
        var successes = 0.0;
        while (trials > Small)
        {
            var a = Math.Floor(trials / 2) + 1;
            var b = trials + 1 - a;
            var x = SampleGamma(a, ref random);
            x /= x + SampleGamma(b, ref random);
            if (x >= probability)
            {
                trials = a - 1;
                probability /= x;
            }
            else
            {
                successes += a;
                trials = b - 1;
                probability = (probability - x) / (1 - x);
            }
        }

        for (; trials >= 1; trials--)
            successes += random.NextDouble() < probability ? 1 : 0;
        return successes;
    }
}
