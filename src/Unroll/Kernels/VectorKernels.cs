using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>Elementwise work over plain vectors.</summary>
internal static unsafe class VectorKernels
{
    /// <summary><c>target += source</c>.</summary>
    public static void Add(Floats source, Floats target, int length)
    {
        switch (LaneSelection.Current)
        {
            case LaneWidth.Bits512: Add<Lanes512>(source.Pointer, target.Pointer, length); break;
            case LaneWidth.Bits256: Add<Lanes256>(source.Pointer, target.Pointer, length); break;
            case LaneWidth.Bits128: Add<Lanes128>(source.Pointer, target.Pointer, length); break;
            default: Add<LanesScalar>(source.Pointer, target.Pointer, length); break;
        }
    }

    /// <summary><c>target += share · (source − target)</c>.</summary>
    public static void Approach(Floats source, Floats target, int length, float share)
    {
        switch (LaneSelection.Current)
        {
            case LaneWidth.Bits512: Approach<Lanes512>(source.Pointer, target.Pointer, length, share); break;
            case LaneWidth.Bits256: Approach<Lanes256>(source.Pointer, target.Pointer, length, share); break;
            case LaneWidth.Bits128: Approach<Lanes128>(source.Pointer, target.Pointer, length, share); break;
            default: Approach<LanesScalar>(source.Pointer, target.Pointer, length, share); break;
        }
    }

    /// <summary><c>target = x · y</c>, or <c>+=</c>.</summary>
    public static void Multiply<T>(Floats x, Floats y, Floats target, int length, bool accumulate)
        where T : struct, ISimdLane<T> => Elementwise<ProductOf>.Row<T>(default, x.Pointer, y.Pointer, target.Pointer, length, accumulate);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Approach<T>(float* source, float* target, int length, float share)
        where T : struct, ISimdLane<T>
    {
        var shares = T.Broadcast(share);
        var index = 0;
        for (; index + T.Width <= length; index += T.Width)
        {
            var value = T.Load(target + index);
            T.Store(T.MultiplyAdd(shares, T.Load(source + index) - value, value), target + index);
        }

        for (; index < length; index++)
            target[index] = MathF.FusedMultiplyAdd(share, source[index] - target[index], target[index]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<T>(float* source, float* target, int length)
        where T : struct, ISimdLane<T>
    {
        var index = 0;
        for (; index + T.Width <= length; index += T.Width)
            T.Store(T.Load(target + index) + T.Load(source + index), target + index);
        for (; index < length; index++)
            target[index] += source[index];
    }
}
