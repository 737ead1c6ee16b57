namespace Unroll.Kernels;

/// <summary>Sums over the rows of a matrix: the gradient of a bias. Rows are added in ascending order in blocks, whatever the lane width.</summary>
internal sealed unsafe class ColumnSums : IParallelWork
{
    private const int ChunkColumns = 128;

    /// <summary>Rows summed before they are added to the total: keeps rounding small over many rows.</summary>
    private const int BlockRows = 64;

    private const int ParallelLength = 1 << 17;

    [ThreadStatic]
    private static ColumnSums? shared;

    private float* matrix;
    private nint stride;
    private int rows;
    private int[]? map;
    private int columns;
    private float* target;

    /// <summary>Adds the sum of each mapped column to <c>target[map[column]]</c>; −1 skips a column.</summary>
    public static void Add(Floats matrix, nint stride, int rows, int[] targetOfColumn, Floats target) =>
        Run(matrix, stride, rows, targetOfColumn.Length, targetOfColumn, target);

    /// <summary>Adds the sum of each column to <c>target[column]</c>.</summary>
    public static void Add(Floats matrix, nint stride, int rows, int columns, Floats target) =>
        Run(matrix, stride, rows, columns, null, target);

    void IParallelWork.Run(int item)
    {
        var first = item * ChunkColumns;
        var count = Math.Min(ChunkColumns, columns - first);
        Span<float> total = stackalloc float[ChunkColumns];
        total.Clear();
        var block = stackalloc float[ChunkColumns];
        for (var start = 0; start < rows; start += BlockRows)
        {
            new Span<float>(block, count).Clear();
            for (var row = start; row < Math.Min(start + BlockRows, rows); row++)
                VectorKernels.Add(new(matrix + (row * stride) + first), new(block), count);
            for (var column = 0; column < count; column++)
                total[column] += block[column];
        }

        for (var column = 0; column < count; column++)
        {
            var place = map is null ? first + column : map[first + column];
            if (place >= 0)
                target[place] += total[column];
        }
    }

    private static void Run(Floats matrix, nint stride, int rows, int columns, int[]? map, Floats target)
    {
        var sums = shared ??= new();
        sums.matrix = matrix.Pointer;
        sums.stride = stride;
        sums.rows = rows;
        sums.columns = columns;
        sums.map = map;
        sums.target = target.Pointer;
        var items = (columns + ChunkColumns - 1) / ChunkColumns;
        if ((long)rows * columns >= ParallelLength)
        {
            Workers.Run(sums, items);
        }
        else
        {
            for (var item = 0; item < items; item++)
                ((IParallelWork)sums).Run(item);
        }
    }
}
