using Unroll.Tensors;

namespace Unroll.Losses;

/// <summary>The functions of probability distributions that the base class library does not have, to about 12 digits.</summary>
internal static class Distributions
{
    private const int MaximumIterations = 500;
    private const double Precision = 1e-15;

    /// <summary>Where the asymptotic series of the gamma functions have all digits.</summary>
    private const double SeriesStart = 12;

    /// <summary>log Γ(x) for x above 0: Stirling's series after shifting x up by Γ(x + 1) = x·Γ(x) (Abramowitz and Stegun, 6.1.15 and 6.1.41).</summary>
    public static double LogGamma(double x)
    {
        var shift = 0.0;
        while (x < SeriesStart)
        {
            shift -= Math.Log(x);
            x++;
        }

        var square = 1 / (x * x);
        var series = (1.0 / 12) - (square * ((1.0 / 360) - (square * ((1.0 / 1260) - (square * ((1.0 / 1680) - (square / 1188)))))));
        return shift + ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + (series / x);
    }

    /// <summary>The derivative of <see cref="LogGamma"/> (Abramowitz and Stegun, 6.3.5 and 6.3.18).</summary>
    public static double Digamma(double x)
    {
        var shift = 0.0;
        while (x < SeriesStart)
        {
            shift -= 1 / x;
            x++;
        }

        var square = 1 / (x * x);
        var series = square * ((1.0 / 12) - (square * ((1.0 / 120) - (square * ((1.0 / 252) - (square * ((1.0 / 240) - (square / 132))))))));
        return shift + Math.Log(x) - (0.5 / x) - series;
    }

    /// <summary>The quantile of the standard normal distribution, by bisection, which is fast enough for the few that a forecast asks for.</summary>
    public static double NormalQuantile(double probability)
    {
        var (low, high) = (-40.0, 40.0);
        while (high - low > 1e-13)
        {
            var middle = (low + high) / 2;
            if (NormalCumulative(middle) < probability)
                low = middle;
            else
                high = middle;
        }

        return (low + high) / 2;
    }

    /// <summary>P(X ≤ x) of the standard normal distribution.</summary>
    public static double NormalCumulative(double x)
    {
        // erfc by its series near 0 and by its continued fraction beyond (Abramowitz and Stegun, 7.1.6 and 26.2.14).
        var magnitude = Math.Abs(x);
        double tail;
        if (magnitude < 3)
        {
            var (term, sum) = (magnitude, magnitude);
            for (var n = 1; n < MaximumIterations && term > sum * Precision; n++)
            {
                term *= magnitude * magnitude / ((2 * n) + 1);
                sum += term;
            }

            tail = 0.5 - (sum * Math.Exp(-magnitude * magnitude / 2) / Math.Sqrt(2 * Math.PI));
        }
        else
        {
            var fraction = magnitude;
            for (var n = 120; n > 0; n--)
                fraction = magnitude + (n / fraction);
            tail = Math.Exp(-magnitude * magnitude / 2) / (fraction * Math.Sqrt(2 * Math.PI));
        }

        return x < 0 ? tail : 1 - tail;
    }

    /// <summary>The quantile of Student's t with some degrees of freedom, by bisection.</summary>
    public static double StudentQuantile(double probability, double freedom)
    {
        if (probability < 0.5)
            return -StudentQuantile(1 - probability, freedom);
        var (low, high) = (0.0, 1.0);
        while (StudentCumulative(high, freedom) < probability && high < 1e12)
            high *= 2;
        while (high - low > 1e-12 * Math.Max(1, high))
        {
            var middle = (low + high) / 2;
            if (StudentCumulative(middle, freedom) < probability)
                low = middle;
            else
                high = middle;
        }

        return (low + high) / 2;
    }

    /// <summary>P(X ≤ x) of Student's t for x of 0 or more (Abramowitz and Stegun, 26.7.1).</summary>
    public static double StudentCumulative(double x, double freedom) => 1 - (0.5 * RegularizedBeta(freedom / (freedom + (x * x)), freedom / 2, 0.5));

    /// <summary>I of x at a and b, by the continued fraction of Lentz's method (Press and others, "Numerical Recipes", section 6.4, after Abramowitz and Stegun, 26.5.8).</summary>
    public static double RegularizedBeta(double x, double a, double b)
    {
        if (x <= 0)
            return 0;
        if (x >= 1)
            return 1;
        var front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(1 - x)));
        return x < (a + 1) / (a + b + 2) ? front * BetaFraction(x, a, b) / a : 1 - (front * BetaFraction(1 - x, b, a) / b);
    }

    /// <summary>A draw from the gamma distribution of a shape and the scale 1 (Marsaglia and Tsang, "A simple method for generating gamma variables", 2000).</summary>
    public static double SampleGamma(double shape, ref CounterRandom random)
    {
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

    private static double BetaFraction(double x, double a, double b)
    {
        const double Tiny = 1e-300;
        var c = 1.0;
        var d = 1 / NotZero(1 - ((a + b) * x / (a + 1)));
        var result = d;
        for (var m = 1; m <= MaximumIterations * 20; m++)
        {
            var even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / NotZero(1 + (even * d));
            c = NotZero(1 + (even / c));
            result *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / NotZero(1 + (odd * d));
            c = NotZero(1 + (odd / c));
            result *= d * c;
            if (Math.Abs((d * c) - 1) < Precision * 4)
                break;
        }

        return result;

        static double NotZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;
    }
}
