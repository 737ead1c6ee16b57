using System.Globalization;
using Unroll.Tensors;

namespace Unroll.Benchmarks.Examinations.Tasks;

/// <summary>
/// Words of balanced brackets of one kind, Dyck-1. After every bracket, whether all that were opened are closed; that is the question which brackets may follow,
/// since ")" may unless all are closed, and "(" always. Word by word as in Suzgun, Gehrmann, Belinkov and Shieber 2019, "LSTM Networks Can Perform Dynamic Counting".
/// </summary>
/// <remarks>A word opens and closes with equal probability where both lead to a word of its length; the paper draws from a grammar.</remarks>
internal sealed class DyckWords : GeneratedTask
{
    private const int TrainingLength = 50;

    /// <inheritdoc/>
    public override string Name => "dyck-1";

    /// <inheritdoc/>
    public override string Question => string.Create(
        CultureInfo.InvariantCulture,
        $"Counting, Dyck-1: after every one of {TimeSteps} brackets, whether all are closed, which says what may follow; words with every answer right, "
        + $"and the same of words of {LongerTimeSteps}, which nest deeper. Who answers no but at the end gets those right that close there first. (Word by word as in Suzgun et al. 2019.)");

    /// <inheritdoc/>
    public override int InputSize => 2;

    /// <inheritdoc/>
    public override int OutputSize => 2;

    /// <inheritdoc/>
    public override int TimeSteps => TrainingLength;

    /// <inheritdoc/>
    public override int? LongerTimeSteps => 4 * TrainingLength;

    /// <inheritdoc/>
    public override AnswerPlace Answers => AnswerPlace.EveryStep;

    /// <inheritdoc/>
    public override TaskMeasure Measure => TaskMeasure.SequencesRight;

    /// <summary>
    /// The share of words that are closed after their last bracket and not before: always to answer "not all closed" but there is the best that
    /// can be done without counting.
    /// </summary>
    public override double Guess => ClosedOnlyAtTheEnd(TrainingLength);

    /// <summary>The probability that a word closes at its end for the first time.</summary>
    /// <param name="length">Brackets, even.</param>
    public static double ClosedOnlyAtTheEnd(int length)
    {
        // The probability of each depth after the steps so far, all of them open.
        var depths = new double[length + 2];
        depths[1] = 1;
        for (var step = 1; step < length - 1; step++)
        {
            var next = new double[length + 2];
            for (var depth = 1; depth <= length - step; depth++)
            {
                var opens = depth < length - step ? 0.5 : 0;
                next[depth + 1] += opens * depths[depth];
                next[depth - 1] += (1 - opens) * depths[depth];
            }

            next[0] = 0;
            depths = next;
        }

        return depths[1];
    }

    /// <inheritdoc/>
    protected override void Draw(SequenceBatch batch, int row, ref CounterRandom random)
    {
        var depth = 0;
        for (var step = 0; step < batch.TimeSteps; step++)
        {
            var coin = random.NextInt32(2);
            var opens = depth == 0 || (depth < batch.TimeSteps - step && coin == 0);
            depth += opens ? 1 : -1;
            batch[step, row, opens ? 0 : 1] = 1;
            batch.Classes[(step * batch.BatchSize) + row] = depth == 0 ? 1 : 0;
        }
    }
}
