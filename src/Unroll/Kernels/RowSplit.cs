namespace Unroll.Kernels;

/// <summary>Splits the rows of a matrix over the workers when there is enough to do.</summary>
internal static class RowSplit
{
    /// <summary>Values of an item.</summary>
    private const int Chunk = 1 << 13;

    private const int ParallelLength = 1 << 15;

    /// <summary>How many rows an item has.</summary>
    public static int RowsPerItem(int columns) => Math.Max(1, Chunk / Math.Max(1, columns));

    /// <summary>Runs work whose item i is the i-th group of <see cref="RowsPerItem"/> rows.</summary>
    public static void Run(IParallelWork work, int rows, int columns)
    {
        var perItem = RowsPerItem(columns);
        var items = (rows + perItem - 1) / perItem;
        Workers.Run(work, items, (long)rows * columns >= ParallelLength);
    }
}
