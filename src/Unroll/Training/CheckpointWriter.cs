using Unroll.Files;
using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Training;

/// <summary>Writes a run as one safetensors file.</summary>
internal static class CheckpointWriter
{
    public static void Save(string path, TrainingRun run, string? signature, IReadOnlyList<Parameter> parameters, TrainingOptions options, float baseRate)
    {
        var writer = new SafetensorsWriter();
        writer.Metadata[CheckpointFormat.FormatKey] = CheckpointFormat.Format;
        writer.Metadata[CheckpointFormat.KindKey] = CheckpointFormat.Kind;
        writer.Metadata[CheckpointFormat.VersionKey] = CheckpointFormat.Version;
        writer.Metadata[options.HashKey] = run.Source.Hash;
        foreach (var (key, _, value) in CheckpointFormat.Fixed(options, baseRate))
            writer.Metadata[key] = value;
        if (signature is not null)
            writer.Metadata[CheckpointFormat.SignatureKey] = signature;
        foreach (var (key, value) in options.Metadata)
            writer.Metadata[CheckpointFormat.MetadataPrefix + key] = value;
        AddCounters(writer, run, options.Optimizer.StepCount);
        for (var index = 0; index < parameters.Count; index++)
        {
            var parameter = parameters[index];
            AddFinite(writer, CheckpointFormat.ParameterPrefix + parameter.Name, parameter.Shape, run.LastValues(index));
            if (run.Average is { } average)
                AddFinite(writer, CheckpointFormat.AveragePrefix + parameter.Name, parameter.Shape, average.MeanValues(index));
            if (run.Best.Loss is not null)
                AddFinite(writer, CheckpointFormat.BestPrefix + parameter.Name, parameter.Shape, run.Best.BestValues(index));
        }

        foreach (var state in options.Optimizer.State)
            AddFinite(writer, CheckpointFormat.OptimizerPrefix + state.Name, state.Shape, state.Values.Span);
        AddState(writer, run.Source.State);
        writer.Save(path);
    }

    private static void AddCounters(SafetensorsWriter writer, TrainingRun run, long optimizerSteps)
    {
        var counters = run.Counters;
        writer.Metadata["run.update"] = CheckpointFormat.Text(counters.Update);
        writer.Metadata["run.finished"] = CheckpointFormat.Text(counters.Finished);
        writer.Metadata["run.epoch"] = CheckpointFormat.Text(counters.Position.Epoch);
        writer.Metadata["run.window"] = CheckpointFormat.Text(counters.Position.Window);
        writer.Metadata["run.loss_sum"] = CheckpointFormat.Text(counters.LossSum);
        writer.Metadata["run.loss_count"] = CheckpointFormat.Text(counters.LossCount);
        writer.Metadata["run.reported_loss"] = CheckpointFormat.Text(counters.ReportedLoss);
        writer.Metadata["run.gradient_norm"] = CheckpointFormat.Text(counters.GradientNorm);
        writer.Metadata["run.learning_rate"] = CheckpointFormat.Text(counters.LearningRate);
        writer.Metadata["run.evaluations_since_best"] = CheckpointFormat.Text(counters.EvaluationsSinceBest);
        writer.Metadata["run.elapsed_ticks"] = CheckpointFormat.Text(counters.Elapsed.Ticks);
        writer.Metadata[CheckpointFormat.OptimizerStepsKey] = CheckpointFormat.Text(optimizerSteps);
        if (run.Best.Loss is { } best)
            writer.Metadata[CheckpointFormat.BestLossKey] = CheckpointFormat.Text(best);
    }

    private static void AddState(SafetensorsWriter writer, RecurrentState? state)
    {
        if (state is null)
            return;
        AddFinite(writer, CheckpointFormat.HiddenName, state.Hidden.Shape, state.Hidden.Values);
        if (state.Cell is { } cell)
            AddFinite(writer, CheckpointFormat.CellName, cell.Shape, cell.Values);
    }

    private static void AddFinite(SafetensorsWriter writer, string name, Shape shape, ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
            {
                throw new InvalidOperationException(
                    $"There is nothing to save: '{name}' holds a value that is not finite, so training has diverged. "
                    + "The last checkpoint is untouched; resume from it with a lower learning rate.");
            }
        }

        writer.Add(name, shape, values);
    }
}
