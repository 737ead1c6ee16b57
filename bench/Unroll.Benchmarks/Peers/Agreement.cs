using System.Globalization;

namespace Unroll.Benchmarks.Peers;

/// <summary>Holds the contestants' results against each other before anything is timed: a fast wrong answer wins nothing.</summary>
internal static class Agreement
{
    /// <summary>The most that any value may differ, as a share of the largest value of its array.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>
    /// Runs every contestant once (state-carrying ones thus stand at the same step) and compares what they made.
    /// </summary>
    /// <returns>The largest difference, as a share of the largest value of the array it occurs in.</returns>
    /// <exception cref="InvalidOperationException">It exceeds <see cref="Tolerance"/>.</exception>
    public static double Check(Workload workload, IReadOnlyList<IPeer> peers)
    {
        var outcomes = peers.Select(peer =>
        {
            peer.Run();
            return peer.Outcome();
        }).ToArray();
        return peers.Zip(outcomes).Skip(1)
            .Select(peer => Check(workload.ToString(), outcomes[0], peer.First.Name, peer.Second))
            .Prepend(0).Max();
    }

    /// <summary>Compares a contestant's arrays with those of Unroll by name.</summary>
    /// <param name="work">What was done.</param>
    /// <param name="expected">Unroll's.</param>
    /// <param name="peer">The contestant.</param>
    /// <param name="actual">Its arrays.</param>
    /// <returns>The largest difference, as a share of the largest value of the array it occurs in.</returns>
    /// <exception cref="InvalidOperationException">It exceeds <see cref="Tolerance"/>.</exception>
    public static double Check(
        string work, IReadOnlyDictionary<string, float[]> expected, string peer, IReadOnlyDictionary<string, float[]> actual)
    {
        var largest = 0.0;
        foreach (var (name, values) in actual)
        {
            var difference = RelativeDifference(expected[name], values);
            if (!(difference <= Tolerance))
            {
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{work}: {name} of {peer} differs from that of {PeerNames.Unroll} by {difference:E1} of its largest value; at most {Tolerance:E0} is rounding."));
            }

            largest = Math.Max(largest, difference);
        }

        return largest;
    }

    private static double RelativeDifference(float[] expected, float[] actual)
    {
        if (expected.Length != actual.Length)
            return double.PositiveInfinity;
        double difference = 0, scale = 0;
        for (var index = 0; index < expected.Length; index++)
        {
            difference = Math.Max(difference, Math.Abs((double)expected[index] - actual[index]));
            scale = Math.Max(scale, Math.Abs(expected[index]));
        }

        return difference / scale;
    }
}
