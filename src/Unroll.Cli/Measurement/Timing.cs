namespace Unroll.Cli.Measurement;

/// <summary>Seconds of one run, over the rounds.</summary>
/// <param name="Median">The median: what is shown and compared.</param>
/// <param name="Minimum">The fastest round: what the machine can do when nothing disturbs it.</param>
/// <param name="Rounds">How many rounds there were.</param>
internal sealed record Timing(double Median, double Minimum, int Rounds)
{
    /// <summary>Sums up the rounds.</summary>
    /// <param name="seconds">At least one.</param>
    public static Timing Of(IReadOnlyCollection<double> seconds)
    {
        var sorted = seconds.Order().ToArray();
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new(median, sorted[0], sorted.Length);
    }
}
