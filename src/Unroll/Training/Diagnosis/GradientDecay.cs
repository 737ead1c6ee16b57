namespace Unroll.Training;

/// <summary>How a gradient changes with the distance from its loss.</summary>
internal static class GradientDecay
{
    /// <summary>Below it squares of float32 are subnormal or zero, and say nothing about the decay.</summary>
    private const double Smallest = 1e-35;

    /// <summary>The geometric mean of √(h² + s²) by distance.</summary>
    /// <param name="probes">‖∂L/∂h‖ and ‖∂L/∂s‖ of each probe, by distance.</param>
    public static double[] Mean(IReadOnlyCollection<(IReadOnlyList<double> Hidden, IReadOnlyList<double> States)> probes)
    {
        var length = probes.Count == 0 ? 0 : probes.Min(probe => probe.Hidden.Count);
        var mean = new double[length];
        for (var distance = 0; distance < length; distance++)
            mean[distance] = Math.Exp(probes.Average(probe => Math.Log(Both(probe.Hidden[distance], probe.States[distance]))));
        return mean;
    }

    /// <summary>The factor from step to step: least squares of the logarithm over all distances but 0, where the loss itself works; null of fewer than two.</summary>
    /// <param name="norms">Norms by distance.</param>
    public static double? PerStep(IReadOnlyList<double> norms)
    {
        var count = 0;
        var (sumX, sumY, sumXX, sumXY) = (0.0, 0.0, 0.0, 0.0);
        for (var distance = 1; distance < norms.Count && norms[distance] > Smallest && double.IsFinite(norms[distance]); distance++)
        {
            var logarithm = Math.Log(norms[distance]);
            count++;
            sumX += distance;
            sumY += logarithm;
            sumXX += (double)distance * distance;
            sumXY += distance * logarithm;
        }

        return count < 2 ? null : Math.Exp(((count * sumXY) - (sumX * sumY)) / ((count * sumXX) - (sumX * sumX)));
    }

    /// <summary>The steps after which half is left.</summary>
    public static double? HalfLife(double? perStep) => perStep is not { } factor ? null : factor >= 1 ? double.PositiveInfinity : Math.Log(0.5) / Math.Log(factor);

    /// <summary>The first distance at which less than a share of the norm at distance 0 is left, or null.</summary>
    public static int? LengthTo(IReadOnlyList<double> norms, double share)
    {
        for (var distance = 1; distance < norms.Count; distance++)
        {
            if (norms[distance] < share * norms[0])
                return distance;
        }

        return null;
    }

    private static double Both(double hidden, double states) => Math.Sqrt((hidden * hidden) + (states * states));
}
