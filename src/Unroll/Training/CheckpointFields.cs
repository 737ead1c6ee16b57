using System.Globalization;
using System.Numerics;
using Unroll.Files;

namespace Unroll.Training;

/// <summary>Reads the numbers in the metadata of a checkpoint; every one is checked.</summary>
internal sealed class CheckpointFields(SafetensorsFile file)
{
    /// <summary>More updates, or ticks (28 years), than any training has; products and sums of such counters fit their types.</summary>
    private const long LargestCounter = 1L << 53;

    public TrainingCounters ReadCounters()
    {
        var counters = new TrainingCounters
        {
            Update = Whole<long>("run.update"),
            Finished = Whole<long>("run.finished"),
            Position = new(Whole<long>("run.epoch"), Whole<int>("run.window")),
            LossSum = Finite("run.loss_sum"),
            LossCount = Whole<long>("run.loss_count"),
            ReportedLoss = Finite("run.reported_loss"),
            GradientNorm = Finite("run.gradient_norm"),
            LearningRate = (float)Finite("run.learning_rate"),
            EvaluationsSinceBest = Whole<int>("run.evaluations_since_best"),
            Elapsed = TimeSpan.FromTicks(Whole<long>("run.elapsed_ticks")),
        };
        if (counters.Finished > counters.Update || counters.Update - counters.Finished > 1)
            throw Fault("run.finished", CheckpointFormat.Text(counters.Finished), $"{counters.Update} or one less");
        return counters;
    }

    public double? ReadBestLoss() => file.Metadata.ContainsKey(CheckpointFormat.BestLossKey) ? Finite(CheckpointFormat.BestLossKey) : null;

    public long ReadOptimizerSteps() => Whole<long>(CheckpointFormat.OptimizerStepsKey);

    private T Whole<T>(string key)
        where T : struct, IBinaryInteger<T>
    {
        var text = file.RequireMetadata(key);
        return T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && long.CreateSaturating(value) <= LargestCounter
            ? value
            : throw Fault(key, text, "a whole number of 0 or more, at most 2^53");
    }

    private double Finite(string key)
    {
        var text = file.RequireMetadata(key);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw Fault(key, text, "a finite number");
    }

    private InvalidDataException Fault(string key, string text, string expected) =>
        new($"{file.Name}: metadata '{key}' is {SafetensorsFormat.Quote(text)}; expected {expected}.");
}
