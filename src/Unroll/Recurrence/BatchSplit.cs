using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>
/// How a step of many streams is shared out. Many rows are cut into parts that go through all layers on their own; few rows are left whole, and the threads
/// share the units of each layer, so that each reads only its part of the weights.
/// </summary>
/// <param name="RowParts">Parts of the rows.</param>
/// <param name="UnitParts">Parts of the units; 1 where the rows suffice.</param>
internal readonly record struct BatchSplit(int RowParts, int UnitParts)
{
    /// <summary>The most rows of a part: their inputs, states and sums fit the second-level cache beside the weights they meet.</summary>
    private const int RowsOfPart = 96;

    /// <summary>Rows for each thread from which a part of the rows is worth reading all weights for.</summary>
    private const int RowsOfThread = 32;

    /// <summary>Multiply-adds of a step below which one thread is faster.</summary>
    private const long ParallelWork = 1 << 19;

    /// <summary>Chooses the parts.</summary>
    /// <param name="rows">Streams.</param>
    /// <param name="groups">Groups of units that are computed together.</param>
    /// <param name="work">Multiply-adds of the step.</param>
    public static BatchSplit Of(int rows, int groups, long work)
    {
        var threads = work < ParallelWork ? 1 : Workers.Count;
        if (threads == 1 || rows >= RowsOfThread * threads)
        {
            var parts = (rows + RowsOfPart - 1) / RowsOfPart;
            return new((parts + threads - 1) / threads * threads, 1);
        }

        var rowParts = Math.Max(1, rows / RowsOfThread);
        return new(rowParts, Math.Min(groups, (threads + rowParts - 1) / rowParts));
    }
}
