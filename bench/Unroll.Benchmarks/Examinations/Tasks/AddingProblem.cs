using System.Globalization;
using Unroll.Tensors;

namespace Unroll.Benchmarks.Examinations.Tasks;

/// <summary>
/// The adding problem (Hochreiter and Schmidhuber 1997, experiment 4), in the form of Le et al. 2015 and Bai et al. 2018: T pairs of a number in
/// [0, 1) and a mark; two different steps, anywhere, are marked with 1, the others with 0. The answer is the sum of the two marked numbers.
/// </summary>
/// <param name="timeSteps">T, at least 2.</param>
internal sealed class AddingProblem(int timeSteps) : GeneratedTask
{
    /// <inheritdoc/>
    public override string Name => string.Create(CultureInfo.InvariantCulture, $"adding-{timeSteps}");

    /// <inheritdoc/>
    public override string Question => string.Create(
        CultureInfo.InvariantCulture,
        $"The adding problem, T = {timeSteps}: the sum of the two marked numbers of a sequence; mean squared error. Who always says 1 gets 1/6. (Hochreiter and Schmidhuber 1997; in the form of Le et al. 2015.)");

    /// <inheritdoc/>
    public override int InputSize => 2;

    /// <inheritdoc/>
    public override int OutputSize => 1;

    /// <inheritdoc/>
    public override int TimeSteps => timeSteps;

    /// <inheritdoc/>
    public override AnswerPlace Answers => AnswerPlace.LastStep;

    /// <inheritdoc/>
    public override TaskMeasure Measure => TaskMeasure.SquaredError;

    /// <summary>The variance of the sum of two numbers uniform in [0, 1): twice 1/12.</summary>
    public override double Guess => 1 / 6.0;

    /// <inheritdoc/>
    protected override void Draw(SequenceBatch batch, int row, ref CounterRandom random)
    {
        for (var step = 0; step < batch.TimeSteps; step++)
            batch[step, row, 0] = random.NextSingle();
        var first = random.NextInt32(batch.TimeSteps);
        var other = random.NextInt32(batch.TimeSteps - 1);
        // All steps but the first one are equally likely.
        var second = other < first ? other : other + 1;
        batch[first, row, 1] = 1;
        batch[second, row, 1] = 1;
        batch.Numbers!.Values[row] = batch[first, row, 0] + batch[second, row, 0];
    }
}
