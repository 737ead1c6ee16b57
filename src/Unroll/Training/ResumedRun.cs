using Unroll.Layers;

namespace Unroll.Training;

/// <summary>What a checkpoint gave back, for the run that continues it.</summary>
internal sealed record ResumedRun(string File, string Hash, TrainingCounters Counters, BestModel Best, AverageModel? Average, RecurrentState? State)
{
    /// <summary>Fails unless the source is that of the checkpoint, and its position is one in it.</summary>
    public void CheckSource(UpdateSource source)
    {
        if (source.Hash != Hash)
            throw new InvalidDataException($"{File}: {source.Mismatch}. Resume with the same ones, or start a new run.");
        if (Counters.Position.Window > source.UpdatesPerEpoch)
            throw new InvalidDataException($"{File}: the checkpoint stands at window {Counters.Position.Window}; there are {source.UpdatesPerEpoch}.");
    }
}
