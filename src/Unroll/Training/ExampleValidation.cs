using Unroll.Tensors;

namespace Unroll.Training;

/// <summary>Measures the mean loss over all examples of a list, in batches whose sizes have nothing to do with those of training.</summary>
internal sealed class ExampleValidation<TExample>(IExampleModel<TExample> model, IReadOnlyList<TExample> examples)
    where TExample : ITrainingExample
{
    private const int MaximumBatch = 256;

    /// <summary>Rows times the steps of the longest, which bounds the memory of a batch.</summary>
    private const int MaximumSteps = 1 << 16;

    private readonly Tape tape = new(recording: false);
    private readonly TExample[] batch = new TExample[Math.Min(MaximumBatch, examples.Count)];

    /// <summary>Runs over the examples.</summary>
    /// <param name="step">The updates so far; nothing is random here.</param>
    /// <param name="cancellation">Stops it between two batches.</param>
    /// <returns>The losses, each times the weight of its example, over the sum of the weights.</returns>
    public double MeanLoss(TrainingStep step, CancellationToken cancellation)
    {
        var (sum, weights) = (0.0, 0.0);
        for (var start = 0; start < examples.Count;)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Take(start, out var weight);
            tape.Reset();
            sum += model.Loss(tape, batch.AsSpan(0, count), step).Scalar * weight;
            weights += weight;
            start += count;
        }

        return sum / weights;
    }

    private int Take(int start, out double weight)
    {
        var (count, longest) = (0, 0);
        weight = 0;
        while (count < batch.Length && start + count < examples.Count)
        {
            var example = examples[start + count];
            longest = Math.Max(longest, example.TimeSteps);
            if (count > 0 && (long)longest * (count + 1) > MaximumSteps)
                break;
            batch[count++] = example;
            weight += model.WeightOf(example);
        }

        return count;
    }
}
