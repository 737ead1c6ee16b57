using System.Globalization;
using Unroll.Data;

namespace Unroll.Models;

/// <summary>Measures a classifier on a set; the batches have nothing to do with the figures.</summary>
internal static class ClassifierEvaluator
{
    private const int MaximumBatch = 256;

    /// <summary>Rows times the steps of the longest, which bounds the memory of a batch.</summary>
    private const int MaximumSteps = 1 << 16;

    /// <summary>The logits of all examples, [N, K]: a row for each, or for each of its steps.</summary>
    public static float[] Logits(SequenceClassifier model, IReadOnlyList<ClassifierExample> examples, CancellationToken cancellation)
    {
        var labels = model.Labels.Count;
        var logits = new float[checked(examples.Sum(model.RowsOf) * labels)];
        var row = 0;
        var batch = new List<ClassifierExample>();
        for (var start = 0; start < examples.Count; start += batch.Count)
        {
            cancellation.ThrowIfCancellationRequested();
            batch.Clear();
            var longest = 0;
            for (var index = start; index < examples.Count && batch.Count < MaximumBatch; index++)
            {
                longest = Math.Max(longest, examples[index].TimeSteps);
                if (batch.Count > 0 && (long)longest * (batch.Count + 1) > MaximumSteps)
                    break;
                batch.Add(examples[index]);
            }

            var rows = batch.Sum(model.RowsOf);
            model.Logits([.. batch], logits.AsSpan(row * labels, rows * labels));
            row += rows;
        }

        return logits;
    }

    public static ClassificationReport Evaluate(SequenceClassifier model, SequenceSet sequences, CancellationToken cancellation)
    {
        var examples = model.Encode(sequences);
        var logits = Logits(model, examples, cancellation);
        var labels = model.Labels.Count;
        var actual = LabelsOf(model, examples);
        var probabilities = new double[logits.Length];
        var nats = new double[actual.Length];
        for (var row = 0; row < actual.Length; row++)
        {
            TemperatureSoftmax.Probabilities(logits.AsSpan(row * labels, labels), model.Temperature, probabilities.AsSpan(row * labels, labels));
            nats[row] = TemperatureSoftmax.Loss(logits.AsSpan(row * labels, labels), actual[row], model.Temperature);
        }

        return ClassificationReport.Of(
            model.Labels, actual, probabilities, nats, MajorityOf(model, sequences),
            string.Create(CultureInfo.InvariantCulture, $"on:{sequences.Name}|n:{examples.Count}{(model.Options.PerStep ? $"|steps:{actual.Length}" : "")}|temperature:{model.Temperature:G4}"));
    }

    /// <summary>The number of the label of each row of logits.</summary>
    public static int[] LabelsOf(SequenceClassifier model, IReadOnlyList<ClassifierExample> examples) =>
        [.. examples.SelectMany(example => model.Options.PerStep ? example.StepLabels : [example.Label])];

    /// <summary>The most frequent label of the training part; of the set itself where the model does not know it.</summary>
    private static int MajorityOf(SequenceClassifier model, SequenceSet sequences)
    {
        IEnumerable<long> counts = model.Training is { LabelCounts.Count: > 0 } record ? record.LabelCounts : model.Labels.Select(label => (long)sequences.CountOf(label));
        return counts.Index().MaxBy(entry => entry.Item).Index;
    }
}
