using Unroll.Tensors;

namespace Unroll.Losses;

/// <summary>A normal distribution, its mean and, through softplus, its deviation.</summary>
internal sealed class GaussianLaw : PredictiveLaw
{
    /// <summary>Keeps a constant series from driving the likelihood to infinity; in units of the scale.</summary>
    public const double SmallestDeviation = 1e-3;

    public override int Parameters => 2;

    // log σ + z²/2 + log √2π with z = (y − μ)/σ
    public override double Loss(ReadOnlySpan<float> raw, double value, double scale, Span<double> gradient)
    {
        var deviation = Deviation(raw);
        var z = (value - raw[0]) / deviation;
        gradient[0] = -z / deviation;
        gradient[1] = (1 - (z * z)) / deviation * Logistic(raw[1]);
        return Math.Log(deviation) + (z * z / 2) + (0.5 * Math.Log(2 * Math.PI));
    }

    public override double Quantile(ReadOnlySpan<float> raw, double probability, double scale) =>
        raw[0] + (Deviation(raw) * Distributions.NormalQuantile(probability));

    public override double Sample(ReadOnlySpan<float> raw, double scale, ref CounterRandom random) => raw[0] + (Deviation(raw) * random.NextNormal());

    private static double Deviation(ReadOnlySpan<float> raw) => Softplus(raw[1]) + SmallestDeviation;
}
