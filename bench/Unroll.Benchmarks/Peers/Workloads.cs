namespace Unroll.Benchmarks.Peers;

/// <summary>The shapes that Unroll is measured on: from a small model's to one that fills the caches.</summary>
internal static class Workloads
{
    private static readonly PeerCell[] cells = Enum.GetValues<PeerCell>();

    private static readonly (int BatchSize, int TimeSteps, int HiddenSize)[] batches =
        [(20, 35, 200), (32, 50, 128), (64, 50, 256), (64, 50, 512), (64, 100, 1024)];

    /// <summary>The rows of one table, in the order they are printed.</summary>
    public static IEnumerable<Workload> Of(Job job)
    {
        (int, int, int)[] shapes = job switch
        {
            Job.Training => [.. batches, (1, 100, 256)],
            Job.Inference => batches,
            Job.Streaming => [(1, 1, 32), (1, 1, 64), (1, 1, 128), (1, 1, 256), (1, 1, 512)],
            _ => [(32, 50, 128)],
        };
        return from shape in shapes from cell in cells select new Workload(job, cell, shape.Item1, shape.Item2, shape.Item3);
    }
}
