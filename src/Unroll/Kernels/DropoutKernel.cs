using System.Numerics;

namespace Unroll.Kernels;

/// <summary>Dropout with a counter-based mask, <see cref="RandomMask"/>.</summary>
internal sealed unsafe class DropoutKernel : IParallelWork
{
    private const int Chunk = 1 << 14;

    [ThreadStatic]
    private static DropoutKernel? shared;

    private float* source;
    private float* target;
    private int length;
    private float scale;
    private RandomMask mask;
    private bool add;

    /// <summary>What kept values are multiplied by, so that the expectation stays (inverted dropout).</summary>
    /// <param name="rate">The probability of a zero.</param>
    public static float ScaleOf(float rate) => 1 / (1 - rate);

    /// <summary><c>target = source · mask / (1 − rate)</c>, or <c>+=</c>.</summary>
    public static void Apply(Floats source, Floats target, int length, float rate, ulong bits, bool accumulate)
    {
        var kernel = shared ??= new();
        kernel.source = source.Pointer;
        kernel.target = target.Pointer;
        kernel.length = length;
        kernel.scale = ScaleOf(rate);
        kernel.mask = new(rate, bits);
        kernel.add = accumulate;
        Workers.Run(kernel, (length + Chunk - 1) / Chunk);
    }

    void IParallelWork.Run(int item)
    {
        var index = item * Chunk;
        var end = Math.Min(index + Chunk, length);
        var keep = mask;
        for (; index + Vector<float>.Count <= end; index += Vector<float>.Count)
        {
            var value = Vector.ConditionalSelect(keep.Kept(index), Vector.Load(source + index) * scale, Vector<float>.Zero);
            if (add)
                value += Vector.Load(target + index);
            Vector.Store(value, target + index);
        }

        for (; index < end; index++)
        {
            var value = keep.Keeps(index) ? source[index] * scale : 0;
            target[index] = add ? target[index] + value : value;
        }
    }
}
