using Unroll.Benchmarks.Measurement;
using Unroll.Cli.Measurement;

namespace Unroll.Benchmarks.Peers;

/// <summary>Measures one workload: checks that the contestants agree, then times them in turn.</summary>
internal static class PeerMeasurement
{
    /// <summary>Measures every contestant that loads here.</summary>
    /// <returns>Unroll beside each of the others; those that do not load say why.</returns>
    /// <exception cref="InvalidOperationException">The results differ by more than rounding.</exception>
    public static IReadOnlyList<PeerFigure> Measure(Workload workload, Circumstances run)
    {
        var contestants = Contestants.For(workload, run.Threads);
        var present = contestants.Where(contestant => contestant.Runtime?.Problem is null).ToArray();
        var peers = new List<IPeer>();
        try
        {
            foreach (var contestant in present)
                peers.Add(contestant.Open());
            var difference = Agreement.Check(workload, peers);
            var timings = Alternation.Time([.. peers.Select(peer => (Action)peer.Run)], run.Rounds);
            var times = present.Zip(timings).ToDictionary(pair => pair.First.Name, pair => pair.Second);
            return [.. contestants.Skip(1).Select(contestant => Figure(workload, contestant, times, difference, run))];
        }
        finally
        {
            foreach (var peer in peers)
                peer.Dispose();
        }
    }

    private static PeerFigure Figure(
        Workload workload, Contestant contestant, Dictionary<string, Timing> times, double difference, Circumstances run)
    {
        var unroll = times[PeerNames.Unroll];
        var peer = times.GetValueOrDefault(contestant.Name);
        return new()
        {
            Table = PeerTables.Of(workload.Job),
            Cell = workload.Cell.ToString().ToLowerInvariant(),
            Batch = workload.BatchSize,
            Time = workload.TimeSteps,
            Hidden = workload.HiddenSize,
            Peer = contestant.Name,
            PeerSeconds = peer?.Median,
            UnrollSeconds = unroll.Median,
            Ratio = peer?.Median / unroll.Median,
            Goal = Goals.Ratio(workload, contestant.Name),
            NotLoadable = contestant.Runtime?.Problem,
            PeerFastestSeconds = peer?.Minimum,
            UnrollFastestSeconds = unroll.Minimum,
            UnrollShareOfPeak = workload.Job == Job.Streaming ? null : workload.NeededOperations / unroll.Median / 1e9 / run.Peak,
            GoalSeconds = Goals.StepSeconds(workload),
            Difference = difference,
            Run = run,
        };
    }
}
