using Unroll.Tensors;

namespace Unroll.Losses;

/// <summary>Student's t with location, scale and degrees of freedom above 2: a bell with heavier tails, which single shocks move less.</summary>
internal sealed class StudentLaw : PredictiveLaw
{
    private const double SmallestFreedom = 2;

    /// <summary>Beyond it the law is normal for every purpose, and the derivative of its logarithms is rounding.</summary>
    private const double LargestFreedom = 1e4;

    public override int Parameters => 3;

    // −log Γ((ν+1)/2) + log Γ(ν/2) + ½ log πν + log σ + (ν+1)/2 · log(1 + z²/ν) with z = (y − μ)/σ
    public override double Loss(ReadOnlySpan<float> raw, double value, double scale, Span<double> gradient)
    {
        var (deviation, freedom) = (Deviation(raw), Freedom(raw));
        var z = (value - raw[0]) / deviation;
        var tail = 1 + (z * z / freedom);
        var pull = (freedom + 1) * z / (freedom * tail);
        gradient[0] = -pull / deviation;
        gradient[1] = (1 - (pull * z)) / deviation * Logistic(raw[1]);
        var byFreedom = (0.5 * (Distributions.Digamma(freedom / 2) - Distributions.Digamma((freedom + 1) / 2)))
            + (0.5 / freedom) + (0.5 * Math.Log(tail)) - ((freedom + 1) / 2 * z * z / (freedom * freedom * tail));
        gradient[2] = freedom >= LargestFreedom ? 0 : byFreedom * Logistic(raw[2]);
        return Distributions.LogGamma(freedom / 2) - Distributions.LogGamma((freedom + 1) / 2) + (0.5 * Math.Log(Math.PI * freedom)) + Math.Log(deviation)
            + ((freedom + 1) / 2 * Math.Log(tail));
    }

    public override double Quantile(ReadOnlySpan<float> raw, double probability, double scale) =>
        raw[0] + (Deviation(raw) * Distributions.StudentQuantile(probability, Freedom(raw)));

    // Normal over the root of a gamma that has ν/2 for its shape.
    public override double Sample(ReadOnlySpan<float> raw, double scale, ref CounterRandom random)
    {
        var freedom = Freedom(raw);
        var normal = random.NextNormal();
        return raw[0] + (Deviation(raw) * normal / Math.Sqrt(RandomDraws.SampleGamma(freedom / 2, ref random) * 2 / freedom));
    }

    private static double Deviation(ReadOnlySpan<float> raw) => Softplus(raw[1]) + GaussianLaw.SmallestDeviation;

    private static double Freedom(ReadOnlySpan<float> raw) => Math.Min(LargestFreedom, SmallestFreedom + Softplus(raw[2]));
}
