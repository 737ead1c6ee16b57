namespace Unroll.Kernels;

/// <summary>
/// The sum of <c>f(x, y)</c> over all values: float sums over short blocks, added in double in ascending order, so that neither the length nor
/// the number of threads shows in the result.
/// </summary>
/// <typeparam name="TOperator">f.</typeparam>
internal sealed unsafe class Reduction<TOperator> : IParallelWork
    where TOperator : struct, IElementwiseOperator
{
    /// <summary>Values a float sums up before the double takes over.</summary>
    private const int Block = 1 << 8;

    private const int BlocksPerItem = 64;

    private const int ParallelLength = 1 << 17;

    [ThreadStatic]
    private static Reduction<TOperator>? shared;

    private float[] blocks = [];
    private TOperator f;
    private float* first;
    private float* second;
    private int total;

    /// <summary>Σ f(x, y).</summary>
    /// <param name="function">f.</param>
    /// <param name="x">[length].</param>
    /// <param name="y">[length]; <paramref name="x"/> itself for a function of one value.</param>
    /// <param name="length">How many values.</param>
    public static double Sum(TOperator function, Floats x, Floats y, int length)
    {
        var work = shared ??= new();
        work.f = function;
        work.first = x.Pointer;
        work.second = y.Pointer;
        work.total = length;
        var count = (int)(((long)length + Block - 1) / Block);
        if (work.blocks.Length < count)
            work.blocks = new float[count];
        var items = (count + BlocksPerItem - 1) / BlocksPerItem;
        Workers.Run(work, items, length >= ParallelLength);

        var sum = 0.0;
        foreach (var block in work.blocks.AsSpan(0, count))
            sum += block;
        return sum;
    }

    void IParallelWork.Run(int item)
    {
        var end = (int)Math.Min(((long)item + 1) * BlocksPerItem * Block, total);
        for (var start = item * BlocksPerItem * Block; start < end; start += Block)
        {
            var count = Math.Min(Block, end - start);
            blocks[start / Block] = LaneSelection.Current switch
            {
                LaneWidth.Bits512 => SumBlock<Lanes512>(f, first + start, second + start, count),
                LaneWidth.Bits256 => SumBlock<Lanes256>(f, first + start, second + start, count),
                LaneWidth.Bits128 => SumBlock<Lanes128>(f, first + start, second + start, count),
                _ => SumBlock<LanesScalar>(f, first + start, second + start, count),
            };
        }
    }

    /// <summary>The sum of one block, at one lane width.</summary>
    internal static float SumBlock<T>(TOperator f, float* x, float* y, int length)
        where T : struct, ISimdLane<T>
    {
        var sums = T.Broadcast(0);
        var index = 0;
        for (; index + T.Width <= length; index += T.Width)
            sums += f.Apply(T.Load(x + index), T.Load(y + index));
        var sum = T.Sum(sums);
        for (; index < length; index++)
        {
            float value;
            LanesScalar.Store(f.Apply(LanesScalar.Load(x + index), LanesScalar.Load(y + index)), &value);
            sum += value;
        }

        return sum;
    }
}
