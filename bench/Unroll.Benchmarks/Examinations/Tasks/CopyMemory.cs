using System.Globalization;
using Unroll.Tensors;

namespace Unroll.Benchmarks.Examinations.Tasks;

/// <summary>
/// The copying memory problem as Arjovsky, Shah and Bengio 2016 give it: ten symbols of eight kinds, T − 1 blanks, a delimiter, ten blanks. The answer is T + 10
/// blanks and then the ten symbols in their order.
/// </summary>
/// <param name="blankSteps">T, at least 1: how long the symbols have to be remembered.</param>
internal sealed class CopyMemory(int blankSteps) : GeneratedTask
{
    /// <summary>How many symbols have to be remembered.</summary>
    public const int SymbolCount = 10;

    /// <summary>How many kinds of symbols there are, numbered from 0.</summary>
    public const int SymbolKinds = 8;

    /// <summary>The number of the blank, in input and answers.</summary>
    public const int Blank = SymbolKinds;

    /// <summary>The number of the delimiter, in the input alone.</summary>
    public const int Delimiter = SymbolKinds + 1;

    /// <inheritdoc/>
    public override string Name => string.Create(CultureInfo.InvariantCulture, $"copy-{blankSteps}");

    /// <inheritdoc/>
    public override string Question => string.Create(
        CultureInfo.InvariantCulture,
        $"Copy memory, T = {blankSteps}: ten symbols of eight kinds have to be repeated after {blankSteps} steps; mean nats of all {TimeSteps} answers. Who remembers nothing gets 10·ln 8/(T + 20). (Arjovsky et al. 2016.)");

    /// <inheritdoc/>
    public override int InputSize => Delimiter + 1;

    /// <inheritdoc/>
    public override int OutputSize => Blank + 1;

    /// <inheritdoc/>
    public override int TimeSteps => blankSteps + (2 * SymbolCount);

    /// <inheritdoc/>
    public override AnswerPlace Answers => AnswerPlace.EveryStep;

    /// <inheritdoc/>
    public override TaskMeasure Measure => TaskMeasure.Nats;

    /// <summary>Blanks for sure, and one of eight symbols by chance, ten times.</summary>
    public override double Guess => SymbolCount * Math.Log(SymbolKinds) / TimeSteps;

    /// <inheritdoc/>
    protected override void Draw(SequenceBatch batch, int row, ref CounterRandom random)
    {
        var answers = batch.TimeSteps - SymbolCount;
        for (var step = 0; step < batch.TimeSteps; step++)
        {
            var symbol = step < SymbolCount ? random.NextInt32(SymbolKinds) : step == answers - 1 ? Delimiter : Blank;
            batch[step, row, symbol] = 1;
            if (step < answers)
                batch.Classes[(step * batch.BatchSize) + row] = Blank;
            if (step < SymbolCount)
                batch.Classes[((answers + step) * batch.BatchSize) + row] = symbol;
        }
    }
}
