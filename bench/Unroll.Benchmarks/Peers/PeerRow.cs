using Unroll.Benchmarks.Measurement;

namespace Unroll.Benchmarks.Peers;

/// <summary>A contestant's time on a workload.</summary>
internal sealed record PeerTime(string Peer, Timing Timing);

/// <summary>A measured workload: a row of a table.</summary>
/// <param name="Workload">What was done.</param>
/// <param name="Times">By contestant; the first is the one whose time the others are divided by.</param>
/// <param name="Difference">How far the contestants' results lie apart, as a share of the largest value.</param>
internal sealed record PeerRow(Workload Workload, IReadOnlyList<PeerTime> Times, double Difference)
{
    /// <summary>Checks that the contestants agree, then times them in turn.</summary>
    public static PeerRow Measure(Workload workload, int threads, int rounds)
    {
        var peers = Contestants.For(workload, threads);
        try
        {
            var difference = Agreement.Check(workload, peers);
            var timings = Alternation.Time([.. peers.Select(peer => (Action)peer.Run)], rounds);
            return new(workload, [.. peers.Zip(timings, (peer, timing) => new PeerTime(peer.Name, timing))], difference);
        }
        finally
        {
            foreach (var peer in peers)
                peer.Dispose();
        }
    }

    /// <summary>Billions of counted operations a second.</summary>
    public double CountedRate(Timing timing) => Workload.CountedOperations / timing.Median / 1e9;

    /// <summary>Billions of needed operations a second: what a share of peak refers to.</summary>
    public double NeededRate(Timing timing) => Workload.NeededOperations / timing.Median / 1e9;

    /// <summary>How many times as long as the first contestant another took, by the medians.</summary>
    public double Ratio(PeerTime time) => time.Timing.Median / Times[0].Timing.Median;
}
