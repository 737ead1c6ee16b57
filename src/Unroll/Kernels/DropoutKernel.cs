using System.Numerics;
using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>Dropout with a counter-based mask: element i is dropped by a hash of i and a key.</summary>
internal sealed unsafe class DropoutKernel : IParallelWork
{
    private const int Chunk = 1 << 14;

    // Multipliers and shifts of the integer hash "lowbias32" (C. Wellons, Prospecting for Hash Functions, 2018).
    private const uint FirstMultiplier = 0x7FEB352D;
    private const uint SecondMultiplier = 0x846CA68B;

    [ThreadStatic]
    private static DropoutKernel? shared;

    private float* source;
    private float* target;
    private int length;
    private float scale;
    private uint threshold;
    private uint step;
    private uint key;
    private bool add;

    /// <summary><c>target = source · mask / (1 − rate)</c>, or <c>+=</c>.</summary>
    public static void Apply(Floats source, Floats target, int length, float rate, ulong bits, bool accumulate)
    {
        var kernel = shared ??= new();
        kernel.source = source.Pointer;
        kernel.target = target.Pointer;
        kernel.length = length;
        kernel.scale = 1 / (1 - rate);
        kernel.threshold = (uint)(rate * 4294967296.0);
        kernel.step = (uint)(bits >> 32) | 1;
        kernel.key = (uint)bits;
        kernel.add = accumulate;
        Workers.Run(kernel, (length + Chunk - 1) / Chunk);
    }

    void IParallelWork.Run(int item)
    {
        var index = item * Chunk;
        var end = Math.Min(index + Chunk, length);
        var lanes = Vector<uint>.Indices * step;
        for (; index + Vector<float>.Count <= end; index += Vector<float>.Count)
        {
            var keep = Vector.GreaterThanOrEqual(Hash((new Vector<uint>((uint)index * step) + lanes) ^ new Vector<uint>(key)), new Vector<uint>(threshold));
            var value = Vector.Load(source + index) * scale;
            value = Vector.ConditionalSelect(Vector.AsVectorSingle(keep), value, Vector<float>.Zero);
            if (add)
                value += Vector.Load(target + index);
            Vector.Store(value, target + index);
        }

        for (; index < end; index++)
        {
            var value = Hash(((uint)index * step) ^ key) >= threshold ? source[index] * scale : 0;
            target[index] = add ? target[index] + value : value;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Hash(Vector<uint> value)
    {
        value = (value ^ (value >> 16)) * FirstMultiplier;
        value = (value ^ (value >> 15)) * SecondMultiplier;
        return value ^ (value >> 16);
    }

    private static uint Hash(uint value)
    {
        value = (value ^ (value >> 16)) * FirstMultiplier;
        value = (value ^ (value >> 15)) * SecondMultiplier;
        return value ^ (value >> 16);
    }
}
