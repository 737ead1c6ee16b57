namespace Unroll.Losses;

/// <summary>Some quantiles, each held by its pinball loss (Koenker and Bassett, 1978); what lies between them, and a little beyond, goes on straight.</summary>
/// <param name="levels">The probabilities, ascending, above 0 and below 1.</param>
internal sealed class QuantileLaw(IReadOnlyList<double> levels) : PredictiveLaw
{
    public override int Parameters => levels.Count;

    // Mean over the levels of max(q·d, (q − 1)·d) with d = y − ŷ
    public override double Loss(ReadOnlySpan<float> raw, double value, double scale, Span<double> gradient)
    {
        var sum = 0.0;
        for (var index = 0; index < levels.Count; index++)
        {
            var (level, distance) = (levels[index], value - raw[index]);
            sum += Math.Max(level * distance, (level - 1) * distance);
            gradient[index] = (distance > 0 ? -level : 1 - level) / levels.Count;
        }

        return sum / levels.Count;
    }

    // Sorted, as quantiles may cross that were learned one by one (Chernozhukov, Fernández-Val and Galichon, 2010).
    public override double Quantile(ReadOnlySpan<float> raw, double probability, double scale)
    {
        Span<float> sorted = stackalloc float[levels.Count];
        raw.CopyTo(sorted);
        sorted.Sort();
        if (levels.Count == 1)
            return sorted[0];
        var right = 1;
        while (right < levels.Count - 1 && levels[right] < probability)
            right++;
        var share = (probability - levels[right - 1]) / (levels[right] - levels[right - 1]);
        return sorted[right - 1] + (share * (sorted[right] - (double)sorted[right - 1]));
    }
}
