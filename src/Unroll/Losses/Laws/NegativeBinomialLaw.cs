using Unroll.Tensors;

namespace Unroll.Losses;

/// <summary>
/// Counts with a mean μ and a variance μ + αμ² (Salinas, Flunkert, Gasthaus and Januschowski, "DeepAR", 2020, section 3.1). The mean is the softplus of the first
/// number times the scale, α that of the second over the root of the scale.
/// </summary>
internal sealed class NegativeBinomialLaw : PredictiveLaw
{
    private const double Smallest = 1e-6;
    private const int MaximumCount = 1_000_000_000;

    public override int Parameters => 2;

    // r = 1/α: −log Γ(n+r) + log Γ(n+1) + log Γ(r) + r·log(1+αμ) − n·log(αμ/(1+αμ))
    public override double Loss(ReadOnlySpan<float> raw, double value, double scale, Span<double> gradient)
    {
        var (mean, alpha) = (Mean(raw, scale), Alpha(raw, scale));
        var (count, r) = (Math.Max(0, Math.Round(value * scale)), 1 / alpha);
        var whole = 1 + (alpha * mean);
        gradient[0] = (mean - count) / (mean * whole) * scale * Logistic(raw[0]);
        var byR = Distributions.Digamma(r) - Distributions.Digamma(count + r) + Math.Log(whole) + ((count - mean) / (r + mean));
        gradient[1] = byR * -r * r * Logistic(raw[1]) / Math.Sqrt(scale);
        return Distributions.LogGamma(r) + Distributions.LogGamma(count + 1) - Distributions.LogGamma(count + r) + (r * Math.Log(whole)) - (count * Math.Log(alpha * mean / whole));
    }

    // By bisection over the counts: P(N ≤ n) is the regularised beta function I of 1/(1+αμ) at r and n + 1.
    public override double Quantile(ReadOnlySpan<float> raw, double probability, double scale)
    {
        var (mean, alpha) = (Mean(raw, scale), Alpha(raw, scale));
        var (low, high) = (-1L, 1L);
        while (high < MaximumCount && Cumulative(high, mean, alpha) < probability)
            (low, high) = (high, high * 2);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (Cumulative(middle, mean, alpha) < probability)
                low = middle;
            else
                high = middle;
        }

        return high / scale;
    }

    // A Poisson whose mean is drawn from a gamma.
    public override double Sample(ReadOnlySpan<float> raw, double scale, ref CounterRandom random)
    {
        var (mean, alpha) = (Mean(raw, scale), Alpha(raw, scale));
        return RandomDraws.SamplePoisson(Math.Min(MaximumCount, RandomDraws.SampleGamma(1 / alpha, ref random) * alpha * mean), ref random) / scale;
    }

    private static double Mean(ReadOnlySpan<float> raw, double scale) => (Softplus(raw[0]) + Smallest) * scale;

    private static double Alpha(ReadOnlySpan<float> raw, double scale) => (Softplus(raw[1]) + Smallest) / Math.Sqrt(scale);

    private static double Cumulative(long count, double mean, double alpha) => Distributions.RegularizedBeta(1 / (1 + (alpha * mean)), 1 / alpha, count + 1);
}
