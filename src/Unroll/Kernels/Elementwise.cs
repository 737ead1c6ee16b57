namespace Unroll.Kernels;

/// <summary><c>target = f(x, y)</c> value by value, or <c>+=</c>; large tensors are split over the workers.</summary>
/// <typeparam name="TOperator">f.</typeparam>
internal sealed unsafe class Elementwise<TOperator> : IParallelWork
    where TOperator : struct, IElementwiseOperator
{
    /// <summary>Values of an item: 64 KiB a buffer.</summary>
    private const int Chunk = 1 << 14;

    /// <summary>Below this many values the second thread costs more than it saves.</summary>
    private const int ParallelLength = 1 << 16;

    [ThreadStatic]
    private static Elementwise<TOperator>? shared;

    private TOperator f;
    private float* first;
    private float* second;
    private float* result;
    private int total;
    private int rowLength;
    private nint secondStride;
    private int rowsPerItem;
    private bool add;

    /// <summary>All three of the same length.</summary>
    /// <param name="function">f.</param>
    /// <param name="x">[length].</param>
    /// <param name="y">[length]; <paramref name="x"/> itself for a function of one value.</param>
    /// <param name="target">[length]; may be <paramref name="x"/> or <paramref name="y"/>.</param>
    /// <param name="length">How many values.</param>
    /// <param name="accumulate">Whether to add to the target.</param>
    public static void Run(TOperator function, Floats x, Floats y, Floats target, int length, bool accumulate = false) =>
        Run(function, x, y, target, length, Chunk, Chunk, accumulate);

    /// <summary>x and the target as rows, the vector y beside each of them.</summary>
    /// <param name="function">f.</param>
    /// <param name="x">[rows, columns].</param>
    /// <param name="y">[columns].</param>
    /// <param name="target">[rows, columns]; may be <paramref name="x"/>.</param>
    /// <param name="length">rows · columns.</param>
    /// <param name="columns">At least 1.</param>
    /// <param name="accumulate">Whether to add to the target.</param>
    public static void RunRows(TOperator function, Floats x, Floats y, Floats target, int length, int columns, bool accumulate = false) =>
        Run(function, x, y, target, length, columns, 0, accumulate);

    void IParallelWork.Run(int item)
    {
        switch (LaneSelection.Current)
        {
            case LaneWidth.Bits512: Rows<Lanes512>(item); break;
            case LaneWidth.Bits256: Rows<Lanes256>(item); break;
            case LaneWidth.Bits128: Rows<Lanes128>(item); break;
            default: Rows<LanesScalar>(item); break;
        }
    }

    /// <summary>One stretch of values, at one lane width.</summary>
    internal static void Row<T>(TOperator f, float* x, float* y, float* target, int length, bool accumulate)
        where T : struct, ISimdLane<T>
    {
        var index = 0;
        for (; index + T.Width <= length; index += T.Width)
        {
            var value = f.Apply(T.Load(x + index), T.Load(y + index));
            T.Store(accumulate ? T.Load(target + index) + value : value, target + index);
        }

        for (; index < length; index++)
        {
            var value = f.Apply(LanesScalar.Load(x + index), LanesScalar.Load(y + index));
            LanesScalar.Store(accumulate ? LanesScalar.Load(target + index) + value : value, target + index);
        }
    }

    private static void Run(
        TOperator function, Floats x, Floats y, Floats target, int length, int rowLength, nint secondStride, bool accumulate)
    {
        var work = shared ??= new();
        work.f = function;
        work.first = x.Pointer;
        work.second = y.Pointer;
        work.result = target.Pointer;
        work.total = length;
        work.rowLength = rowLength;
        work.secondStride = secondStride;
        work.rowsPerItem = Math.Max(1, Chunk / rowLength);
        work.add = accumulate;
        var rows = (int)(((long)length + rowLength - 1) / rowLength);
        var items = (rows + work.rowsPerItem - 1) / work.rowsPerItem;
        Workers.Run(work, items, length >= ParallelLength);
    }

    private void Rows<T>(int item)
        where T : struct, ISimdLane<T>
    {
        var start = (nint)item * rowsPerItem * rowLength;
        var end = Math.Min(start + ((nint)rowsPerItem * rowLength), total);
        var y = second + (item * rowsPerItem * secondStride);
        for (; start < end; start += rowLength, y += secondStride)
            Row<T>(f, first + start, y, result + start, (int)Math.Min(rowLength, end - start), add);
    }
}
