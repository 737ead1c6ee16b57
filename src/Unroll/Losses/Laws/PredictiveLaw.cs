using Unroll.Tensors;

namespace Unroll.Losses;

/// <summary>
/// What a network says of a number that is not known yet: the parameters of a probability distribution, or some of its quantiles, as numbers without bounds. Forward,
/// gradient and quantiles stand side by side; all in double precision.
/// </summary>
internal abstract class PredictiveLaw
{
    /// <summary>P: how many numbers the network gives.</summary>
    public abstract int Parameters { get; }

    /// <summary>Whether it says how sure it is.</summary>
    public virtual bool HasSpread => true;

    /// <summary>What a value costs, in nats or units of the loss.</summary>
    /// <param name="raw">[P] of the network.</param>
    /// <param name="value">What came.</param>
    /// <param name="scale">What one unit of the value stands for; only laws of counts look at it.</param>
    /// <param name="gradient">[P], overwritten with the derivatives by the raw numbers.</param>
    public abstract double Loss(ReadOnlySpan<float> raw, double value, double scale, Span<double> gradient);

    /// <summary>The value that comes or is undercut with a probability.</summary>
    /// <param name="raw">[P].</param>
    /// <param name="probability">Above 0 and below 1.</param>
    /// <param name="scale">As in <see cref="Loss"/>.</param>
    public abstract double Quantile(ReadOnlySpan<float> raw, double probability, double scale);

    /// <summary>A value drawn at random.</summary>
    /// <param name="raw">[P].</param>
    /// <param name="scale">As in <see cref="Loss"/>.</param>
    /// <param name="random">Where the draw comes from.</param>
    public virtual double Sample(ReadOnlySpan<float> raw, double scale, ref CounterRandom random) =>
        Quantile(raw, Math.Clamp(random.NextDouble(), 1e-9, 1 - 1e-9), scale);

    /// <summary>log (1 + eˣ), above 0.</summary>
    protected static double Softplus(double x) => x > 30 ? x : Math.Log(1 + Math.Exp(x));

    /// <summary>The derivative of <see cref="Softplus"/>: 1 / (1 + e⁻ˣ).</summary>
    protected static double Logistic(double x) => 1 / (1 + Math.Exp(-x));
}
