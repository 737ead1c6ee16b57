namespace Unroll.Losses;

/// <summary>One number, held to the value by the square of their difference.</summary>
internal sealed class PointLaw : PredictiveLaw
{
    public override int Parameters => 1;

    public override bool HasSpread => false;

    public override double Loss(ReadOnlySpan<float> raw, double value, double scale, Span<double> gradient)
    {
        var error = raw[0] - value;
        gradient[0] = 2 * error;
        return error * error;
    }

    public override double Quantile(ReadOnlySpan<float> raw, double probability, double scale) => raw[0];
}
