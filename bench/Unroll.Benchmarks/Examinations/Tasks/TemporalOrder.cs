using Unroll.Tensors;

namespace Unroll.Benchmarks.Examinations.Tasks;

/// <summary>
/// Temporal order of two symbols (Hochreiter and Schmidhuber 1997, experiment 6a): a sequence of 100 to 110 symbols starts with E, ends with B, and is made of
/// a, b, c, d at random but for an X or Y at a step of 10…20 and another at a step of 50…60. The answer is which of XX, XY, YX, YY it was.
/// </summary>
internal sealed class TemporalOrder : GeneratedTask
{
    /// <summary>The first of the two symbols that matter, X; Y comes after it.</summary>
    public const int X = 4;

    /// <summary>Starts a sequence.</summary>
    public const int Start = 6;

    /// <summary>Ends it.</summary>
    public const int End = 7;

    private const int DistractorKinds = 4;
    private const int ShortestLength = 100;
    private const int LongestLength = 110;
    private const int FirstPlace = 10;
    private const int SecondPlace = 50;
    private const int PlaceCount = 11;

    /// <inheritdoc/>
    public override string Name => "temporal-order";

    /// <inheritdoc/>
    public override string Question =>
        "Temporal order: which of X and Y stood at a step of 10…20 and which at one of 50…60 of 100 to 110 symbols; sequences answered right. Four answers are equally likely. (Hochreiter and Schmidhuber 1997, experiment 6a.)";

    /// <inheritdoc/>
    public override int InputSize => End + 1;

    /// <inheritdoc/>
    public override int OutputSize => 4;

    /// <inheritdoc/>
    public override int TimeSteps => LongestLength;

    /// <inheritdoc/>
    public override AnswerPlace Answers => AnswerPlace.LastStep;

    /// <inheritdoc/>
    public override TaskMeasure Measure => TaskMeasure.SequencesRight;

    /// <inheritdoc/>
    public override double Guess => 0.25;

    /// <inheritdoc/>
    protected override void Draw(SequenceBatch batch, int row, ref CounterRandom random)
    {
        var length = ShortestLength + random.NextInt32(LongestLength - ShortestLength + 1);
        var (first, second) = (FirstPlace + random.NextInt32(PlaceCount), SecondPlace + random.NextInt32(PlaceCount));
        var answer = random.NextInt32(4);
        batch.SetLength(row, length);
        batch.Classes[row] = answer;
        for (var step = 0; step < length; step++)
        {
            var distractor = random.NextInt32(DistractorKinds);
            var symbol = step == 0 ? Start
                : step == length - 1 ? End
                : step == first ? X + (answer / 2)
                : step == second ? X + (answer % 2)
                : distractor;
            batch[step, row, symbol] = 1;
        }
    }
}
