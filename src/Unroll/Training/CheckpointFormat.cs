using System.Globalization;

namespace Unroll.Training;

/// <summary>The names in a checkpoint file, and the options it has to share with the trainer that resumes it.</summary>
internal static class CheckpointFormat
{
    public const string FormatKey = "format";
    public const string Format = "unroll";
    public const string KindKey = "kind";
    public const string Kind = "checkpoint";
    public const string VersionKey = "version";
    public const string Version = "1";
    public const string MetadataPrefix = "model.";
    public const string SignatureKey = "trainer.model";
    public const string AverageKey = "trainer.average_decay";
    public const string TextKey = "text.sha256";
    public const string ExamplesKey = "examples.sha256";

    public const string ParameterPrefix = "parameter.";
    public const string BestPrefix = "best.";
    public const string AveragePrefix = "average.";
    public const string OptimizerPrefix = "optimizer.";
    public const string HiddenName = "state.hidden";
    public const string CellName = "state.cell";

    public const string BestLossKey = "run.best_loss";
    public const string OptimizerStepsKey = "run.optimizer_steps";

    /// <summary>What has to be the same for a resumed run to give the same bits: key, words, value.</summary>
    public static IEnumerable<(string Key, string Words, string Value)> Fixed(TrainingOptions options, float baseRate)
    {
        yield return ("trainer.optimizer", "the optimiser", options.Optimizer.Description);
        yield return ("trainer.learning_rate", "the learning rate", Text(baseRate));
        yield return ("trainer.schedule", "the schedule", options.Schedule.Description);
        yield return ("trainer.clip_norm", "the clip norm", options.ClipNorm is { } norm ? Text(norm) : "none");
        yield return ("trainer.clip_value", "the clip value", options.ClipValue is { } value ? Text(value) : "none");
        yield return ("trainer.batch_size", "the batch size", Text(options.BatchSize));
        yield return ("trainer.seed", "the seed", Text(options.Seed));
        if (options.AverageDecay is { } decay)
            yield return (AverageKey, "the decay of the average", Text(decay));
        foreach (var own in options.OwnFixed)
            yield return own;
    }

    /// <summary>The shortest text that reads back as the same bits.</summary>
    public static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
