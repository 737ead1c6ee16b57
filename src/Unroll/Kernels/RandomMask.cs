using System.Numerics;
using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>Which values a mask drops: value i by a hash of i and a key, so that any part of it can be had in any order.</summary>
internal readonly unsafe struct RandomMask
{
    // Multipliers and shifts of the integer hash "lowbias32" (C. Wellons, Prospecting for Hash Functions, 2018).
    private const uint FirstMultiplier = 0x7FEB352D;
    private const uint SecondMultiplier = 0x846CA68B;

    private readonly uint threshold;
    private readonly uint step;
    private readonly uint key;
    private readonly Vector<uint> lanes;

    /// <summary>A mask.</summary>
    /// <param name="rate">The probability that a value is dropped, 0 to below 1.</param>
    /// <param name="bits">Names the mask.</param>
    public RandomMask(float rate, ulong bits)
    {
        threshold = (uint)(rate * 4294967296.0);
        step = (uint)(bits >> 32) | 1;
        key = (uint)bits;
        lanes = Vector<uint>.Indices * step;
    }

    /// <summary>All ones where a value is kept.</summary>
    /// <param name="index">The first value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> Kept(int index) => Vector.AsVectorSingle(
        Vector.GreaterThanOrEqual(Hash((new Vector<uint>((uint)index * step) + lanes) ^ new Vector<uint>(key)), new Vector<uint>(threshold)));

    /// <summary>Whether a value is kept.</summary>
    /// <param name="index">Which.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Keeps(int index) => Hash(((uint)index * step) ^ key) >= threshold;

    /// <summary>Writes a number where values are kept and zero where they are dropped.</summary>
    /// <param name="index">The first value.</param>
    /// <param name="number">The number.</param>
    /// <param name="target">[length].</param>
    /// <param name="length">How many values.</param>
    public void Fill(int index, float number, Floats target, int length)
    {
        for (var place = 0; place < length; place++)
            target[place] = Keeps(index + place) ? number : 0;
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
