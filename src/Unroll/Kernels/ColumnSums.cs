using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// Sums over the rows of a matrix: the gradient of a bias. Rows are added one by one, the last one first, so that the sums over a matrix are those over
/// its end, continued over its beginning.
/// </summary>
internal sealed unsafe class ColumnSums : IParallelWork
{
    /// <summary>Columns of an item: two groups of eight of the widest lane.</summary>
    private const int ChunkColumns = 256;

    private const int ParallelLength = 1 << 17;

    [ThreadStatic]
    private static ColumnSums? shared;

    private float* matrix;
    private nint stride;
    private int rows;
    private int columns;
    private float* target;

    /// <summary>Adds all values of each column to <c>target[column]</c>, the last row first.</summary>
    public static void Add(Floats matrix, nint stride, int rows, int columns, Floats target)
    {
        var sums = shared ??= new();
        sums.matrix = matrix.Pointer;
        sums.stride = stride;
        sums.rows = rows;
        sums.columns = columns;
        sums.target = target.Pointer;
        var items = (columns + ChunkColumns - 1) / ChunkColumns;
        Workers.Run(sums, items, (long)rows * columns >= ParallelLength);
    }

    void IParallelWork.Run(int item)
    {
        var first = item * ChunkColumns;
        var count = Math.Min(ChunkColumns, columns - first);
        var source = matrix + ((rows - 1) * stride) + first;
        switch (LaneSelection.Current)
        {
            case LaneWidth.Bits512: Sum<Lanes512>(source, target + first, count); break;
            case LaneWidth.Bits256: Sum<Lanes256>(source, target + first, count); break;
            case LaneWidth.Bits128: Sum<Lanes128>(source, target + first, count); break;
            default: Sum<LanesScalar>(source, target + first, count); break;
        }
    }

    private void Sum<T>(float* source, float* sums, int count)
        where T : struct, ISimdLane<T>
    {
        var column = 0;
        for (; column + (8 * T.Width) <= count; column += 8 * T.Width)
            SumEight<T>(source + column, sums + column);
        for (; column + T.Width <= count; column += T.Width)
            SumVector<T>(source + column, sums + column);
        for (; column < count; column++)
            SumOne(source + column, sums + column);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumEight<T>(float* source, float* sums)
        where T : struct, ISimdLane<T>
    {
        var s0 = T.Load(sums);
        var s1 = T.Load(sums + T.Width);
        var s2 = T.Load(sums + (2 * T.Width));
        var s3 = T.Load(sums + (3 * T.Width));
        var s4 = T.Load(sums + (4 * T.Width));
        var s5 = T.Load(sums + (5 * T.Width));
        var s6 = T.Load(sums + (6 * T.Width));
        var s7 = T.Load(sums + (7 * T.Width));
        for (var row = rows; row > 0; row--, source -= stride)
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

        T.Store(s0, sums);
        T.Store(s1, sums + T.Width);
        T.Store(s2, sums + (2 * T.Width));
        T.Store(s3, sums + (3 * T.Width));
        T.Store(s4, sums + (4 * T.Width));
        T.Store(s5, sums + (5 * T.Width));
        T.Store(s6, sums + (6 * T.Width));
        T.Store(s7, sums + (7 * T.Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumVector<T>(float* source, float* sums)
        where T : struct, ISimdLane<T>
    {
        var sum = T.Load(sums);
        for (var row = rows; row > 0; row--, source -= stride)
            sum += T.Load(source);
        T.Store(sum, sums);
    }

    private void SumOne(float* source, float* sum)
    {
        for (var row = rows; row > 0; row--, source -= stride)
            *sum += *source;
    }
}
