using Unroll.Layers;

namespace Unroll.Training;

/// <summary>What a checkpoint gave back, for the run that continues it.</summary>
internal sealed record ResumedRun(string Source, string TextHash, TrainingCounters Counters, BestModel Best, RecurrentState State)
{
    /// <summary>Fails unless the texts are those of the checkpoint, and its position is one in them.</summary>
    public void CheckTexts(TrainingTexts texts, int windowsPerEpoch)
    {
        if (texts.Hash != TextHash)
        {
            throw new InvalidDataException(
                $"{Source}: the checkpoint was made with another text or another part for validation than '{texts.Training.Name}'. "
                + "Resume with the same ones, or start a new run.");
        }

        if (Counters.Position.Window > windowsPerEpoch)
            throw new InvalidDataException($"{Source}: the checkpoint stands at window {Counters.Position.Window}; the text has {windowsPerEpoch}.");
    }
}
