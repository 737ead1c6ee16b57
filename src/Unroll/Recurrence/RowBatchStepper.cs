using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>
/// Many streams whose weights are kept in fewer bits: each row steps as it does alone, and the threads share the rows. Narrow weights are widened
/// row by row anyway, so a product of many rows has little to gain.
/// </summary>
/// <param name="layers">The weights, bottom layer first.</param>
internal sealed class RowBatchStepper(StepWeights[] layers) : BatchStepper, IParallelWork
{
    /// <summary>Rows of an item: few enough that no thread waits long for the last one.</summary>
    private const int RowsOfItem = 4;

    /// <summary>Multiply-adds of a step below which one thread is as fast, the second one awake or not.</summary>
    private const long ParallelWork = 1 << 18;

    private readonly long workOfRow = layers.Sum(weights => weights.WorkOfRow);
    private CellStepper[][] steppers = [];
    private int count;
    private RowsView x;
    private RowsView h;

    /// <inheritdoc/>
    public override void Step(CellStepper[][] streams, int rows, RowsView inputs, RowsView outputs)
    {
        steppers = streams;
        count = rows;
        x = inputs;
        h = outputs;
        Workers.Run(this, (rows + RowsOfItem - 1) / RowsOfItem, rows * workOfRow >= ParallelWork);
    }

    void IParallelWork.Run(int item)
    {
        for (var row = item * RowsOfItem; row < Math.Min(count, (item + 1) * RowsOfItem); row++)
            StepAlone(steppers[row], row, x, h);
    }
}
