using Unroll.Benchmarks.Examinations.Tasks;

namespace Unroll.Benchmarks.Examinations;

/// <summary>Adds up what answers of a test are worth, batch by batch, in double precision.</summary>
/// <param name="measure">What counts.</param>
internal sealed class TestScore(TaskMeasure measure)
{
    private double total;
    private long count;

    /// <summary>The mean over all that was added.</summary>
    public double Result => total / count;

    /// <summary>Adds the answers to a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="answers">[rows, O]: the numbers, or the logits.</param>
    public void Add(SequenceBatch batch, ReadOnlySpan<float> answers)
    {
        switch (measure)
        {
            case TaskMeasure.SquaredError:
                AddSquares(batch.Numbers!.Values, answers);
                break;
            case TaskMeasure.Nats:
                AddNats(batch.Classes, answers);
                break;
            default:
                AddRightSequences(batch, answers);
                break;
        }
    }

    private void AddSquares(ReadOnlySpan<float> numbers, ReadOnlySpan<float> answers)
    {
        for (var index = 0; index < numbers.Length; index++)
        {
            var error = (double)answers[index] - numbers[index];
            total += error * error;
        }

        count += numbers.Length;
    }

    // −ln p of the right class: ln Σ exp(z − z_max) − (z_right − z_max).
    private void AddNats(ReadOnlySpan<int> classes, ReadOnlySpan<float> answers)
    {
        var width = answers.Length / classes.Length;
        for (var row = 0; row < classes.Length; row++)
        {
            var logits = answers.Slice(row * width, width);
            double largest = logits[IndexOfLargest(logits)], sum = 0;
            foreach (var logit in logits)
                sum += Math.Exp(logit - largest);
            total += Math.Log(sum) - (logits[classes[row]] - largest);
        }

        count += classes.Length;
    }

    private void AddRightSequences(SequenceBatch batch, ReadOnlySpan<float> answers)
    {
        var width = answers.Length / batch.Classes.Length;
        for (var row = 0; row < batch.BatchSize; row++)
        {
            var isRight = true;
            for (var answer = row; answer < batch.Classes.Length; answer += batch.BatchSize)
                isRight &= IndexOfLargest(answers.Slice(answer * width, width)) == batch.Classes[answer];
            total += isRight ? 1 : 0;
        }

        count += batch.BatchSize;
    }

    private static int IndexOfLargest(ReadOnlySpan<float> values)
    {
        var largest = 0;
        for (var index = 1; index < values.Length; index++)
            largest = values[index] > values[largest] ? index : largest;
        return largest;
    }
}
