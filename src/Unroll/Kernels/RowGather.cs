namespace Unroll.Kernels;

/// <summary>Copies rows of a table by number, and adds rows back to those they came from.</summary>
internal sealed unsafe class RowGather : IParallelWork
{
    private const int RowChunk = 64;

    /// <summary>The most and the fewest columns of a thread's part when rows are added: the fewest are four cache lines.</summary>
    private const int LargestChunk = 256;

    private const int SmallestChunk = 64;

    private const int ParallelLength = 1 << 16;

    [ThreadStatic]
    private static RowGather? shared;

    private bool adds;
    private int[] numbers = [];
    private int first;
    private int rows;
    private int columns;
    private int columnChunk;
    private float* table;
    private nint tableStride;
    private float* matrix;
    private nint matrixStride;

    /// <summary><c>matrix[r] = table[numbers[first + r]]</c>.</summary>
    public static void Copy(Floats table, nint tableStride, int[] numbers, int first, int rows, int columns, Floats matrix, nint matrixStride) =>
        Run(adds: false, table, tableStride, numbers, first, rows, columns, matrix, matrixStride);

    /// <summary><c>table[numbers[first + r]] += matrix[r]</c>, the last row first; the threads share the columns.</summary>
    public static void Add(Floats matrix, nint matrixStride, int[] numbers, int first, int rows, int columns, Floats table, nint tableStride) =>
        Run(adds: true, table, tableStride, numbers, first, rows, columns, matrix, matrixStride);

    void IParallelWork.Run(int item)
    {
        if (adds)
        {
            var column = item * columnChunk;
            var count = Math.Min(columnChunk, columns - column);
            for (var row = rows - 1; row >= 0; row--)
                VectorKernels.Add(new(matrix + (row * matrixStride) + column), new(table + (numbers[first + row] * tableStride) + column), count);
            return;
        }

        for (var row = item * RowChunk; row < Math.Min(rows, (item + 1) * RowChunk); row++)
        {
            new ReadOnlySpan<float>(table + (numbers[first + row] * tableStride), columns)
                .CopyTo(new Span<float>(matrix + (row * matrixStride), columns));
        }
    }

    private static void Run(
        bool adds, Floats table, nint tableStride, int[] numbers, int first, int rows, int columns, Floats matrix, nint matrixStride)
    {
        var gather = shared ??= new();
        gather.adds = adds;
        gather.numbers = numbers;
        gather.first = first;
        gather.rows = rows;
        gather.columns = columns;
        gather.columnChunk = Math.Clamp(
            columns / (2 * Workers.Count) / FloatBuffer.AlignmentInFloats * FloatBuffer.AlignmentInFloats, SmallestChunk, LargestChunk);
        gather.table = table.Pointer;
        gather.tableStride = tableStride;
        gather.matrix = matrix.Pointer;
        gather.matrixStride = matrixStride;
        var items = adds ? (columns + gather.columnChunk - 1) / gather.columnChunk : (rows + RowChunk - 1) / RowChunk;
        Workers.Run(gather, items, (long)rows * columns >= ParallelLength);
    }
}
