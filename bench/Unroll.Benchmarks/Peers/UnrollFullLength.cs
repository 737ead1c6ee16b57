namespace Unroll.Benchmarks.Peers;

/// <summary>Unroll's training step on the batch in which every sequence has the longest one's length: what mixed lengths save is measured against it.</summary>
internal sealed class UnrollFullLength(Workload workload, SharedValues values) : IPeer
{
    private readonly UnrollTraining training = new(workload with { Job = Job.Training }, values);

    public string Name => PeerNames.UnrollFullLength;

    public void Run() => training.Run();

    /// <summary>Nothing to compare: it does other work than the rest.</summary>
    public IReadOnlyDictionary<string, float[]> Outcome() => new Dictionary<string, float[]>();
}
