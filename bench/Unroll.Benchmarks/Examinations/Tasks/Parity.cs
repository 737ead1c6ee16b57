using System.Globalization;
using Unroll.Tensors;

namespace Unroll.Benchmarks.Examinations.Tasks;

/// <summary>Parity of a string of random bits: after every bit, whether the number of ones so far is odd.</summary>
internal sealed class Parity : GeneratedTask
{
    private const int TrainingLength = 50;

    /// <inheritdoc/>
    public override string Name => "parity";

    /// <inheritdoc/>
    public override string Question => string.Create(
        CultureInfo.InvariantCulture,
        $"Parity: after every one of {TimeSteps} random bits, whether the number of ones so far is odd; strings with every answer right, and the same of strings of {LongerTimeSteps}. Guessing gets none right.");

    /// <inheritdoc/>
    public override int InputSize => 1;

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

    /// <summary>Every answer is right with probability 1/2.</summary>
    public override double Guess => Math.Pow(0.5, TrainingLength);

    /// <inheritdoc/>
    protected override void Draw(SequenceBatch batch, int row, ref CounterRandom random)
    {
        var parity = 0;
        for (var step = 0; step < batch.TimeSteps; step++)
        {
            var bit = random.NextInt32(2);
            parity ^= bit;
            batch[step, row, 0] = bit;
            batch.Classes[(step * batch.BatchSize) + row] = parity;
        }
    }
}
