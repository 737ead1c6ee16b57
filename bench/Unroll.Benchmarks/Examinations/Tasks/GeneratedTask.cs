using Unroll.Tensors;

namespace Unroll.Benchmarks.Examinations.Tasks;

/// <summary>A task whose sequences are drawn: no two updates see the same ones.</summary>
internal abstract class GeneratedTask : SequenceTask
{
    // Streams of the random numbers below this one are updates, so that a test has sequences of its own with every seed.
    private const ulong FirstTestStream = 1UL << 48;
    private const ulong TestSeed = 1;

    /// <inheritdoc/>
    public sealed override void FillForTraining(SequenceBatch batch, ulong seed, long update) => Fill(batch, new CounterRandom(seed, (ulong)update));

    /// <inheritdoc/>
    public sealed override void FillForTest(SequenceBatch batch, int number) => Fill(batch, new CounterRandom(TestSeed, FirstTestStream + (ulong)number));

    /// <summary>Draws one sequence and its answers.</summary>
    /// <param name="batch">Cleared.</param>
    /// <param name="row">Which row of it to write.</param>
    /// <param name="random">Where the numbers come from.</param>
    protected abstract void Draw(SequenceBatch batch, int row, ref CounterRandom random);

    private void Fill(SequenceBatch batch, CounterRandom random)
    {
        batch.Clear();
        for (var row = 0; row < batch.BatchSize; row++)
            Draw(batch, row, ref random);
    }
}
