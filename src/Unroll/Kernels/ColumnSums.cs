using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>Sums over the rows of a matrix: the gradient of a bias. Rows are added in ascending order in blocks, whatever the lane width.</summary>
internal sealed unsafe class ColumnSums : IParallelWork
{
    /// <summary>Columns of an item: two groups of eight of the widest lane.</summary>
    private const int ChunkColumns = 256;

    /// <summary>Rows summed before they are added to the total: keeps rounding small over many rows.</summary>
    private const int BlockRows = 64;

    private const int ParallelLength = 1 << 17;

    [ThreadStatic]
    private static ColumnSums? shared;

    private float* matrix;
    private nint stride;
    private int rows;
    private int columns;
    private float* target;

    /// <summary>Adds the sum of each column to <c>target[column]</c>.</summary>
    public static void Add(Floats matrix, nint stride, int rows, int columns, Floats target)
    {
        var sums = shared ??= new();
        sums.matrix = matrix.Pointer;
        sums.stride = stride;
        sums.rows = rows;
        sums.columns = columns;
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

    void IParallelWork.Run(int item)
    {
        var first = item * ChunkColumns;
        var count = Math.Min(ChunkColumns, columns - first);
        var total = stackalloc float[ChunkColumns];
        switch (LaneSelection.Current)
        {
            case LaneWidth.Bits512: Sum<Lanes512>(first, count, total); break;
            case LaneWidth.Bits256: Sum<Lanes256>(first, count, total); break;
            case LaneWidth.Bits128: Sum<Lanes128>(first, count, total); break;
            default: Sum<LanesScalar>(first, count, total); break;
        }

        for (var column = 0; column < count; column++)
            target[first + column] += total[column];
    }

    private void Sum<T>(int first, int count, float* total)
        where T : struct, ISimdLane<T>
    {
        var column = 0;
        for (; column + (8 * T.Width) <= count; column += 8 * T.Width)
            SumEight<T>(matrix + first + column, total + column);
        for (; column < count; column++)
            SumOne(matrix + first + column, total + column);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumEight<T>(float* source, float* total)
        where T : struct, ISimdLane<T>
    {
        T t0 = default, t1 = default, t2 = default, t3 = default, t4 = default, t5 = default, t6 = default, t7 = default;
        for (var start = 0; start < rows; start += BlockRows)
        {
            T s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
            for (var row = Math.Min(BlockRows, rows - start); row > 0; row--, source += stride)
            {
                s0 += T.Load(source);
                s1 += T.Load(source + T.Width);
                s2 += T.Load(source + (2 * T.Width));
                s3 += T.Load(source + (3 * T.Width));
                s4 += T.Load(source + (4 * T.Width));
                s5 += T.Load(source + (5 * T.Width));
                s6 += T.Load(source + (6 * T.Width));
                s7 += T.Load(source + (7 * T.Width));
            }

            t0 += s0;
            t1 += s1;
            t2 += s2;
            t3 += s3;
            t4 += s4;
            t5 += s5;
            t6 += s6;
            t7 += s7;
        }

        T.Store(t0, total);
        T.Store(t1, total + T.Width);
        T.Store(t2, total + (2 * T.Width));
        T.Store(t3, total + (3 * T.Width));
        T.Store(t4, total + (4 * T.Width));
        T.Store(t5, total + (5 * T.Width));
        T.Store(t6, total + (6 * T.Width));
        T.Store(t7, total + (7 * T.Width));
    }

    private void SumOne(float* source, float* total)
    {
        *total = 0;
        for (var start = 0; start < rows; start += BlockRows)
        {
            var sum = 0f;
            for (var row = Math.Min(BlockRows, rows - start); row > 0; row--, source += stride)
                sum += *source;
            *total += sum;
        }
    }
}
