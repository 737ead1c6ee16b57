using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>x + y.</summary>
internal readonly struct SumOf : IElementwiseOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x, T y)
        where T : struct, ISimdLane<T> => x + y;
}

/// <summary>x − y.</summary>
internal readonly struct DifferenceOf : IElementwiseOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x, T y)
        where T : struct, ISimdLane<T> => x - y;
}

/// <summary>x · y.</summary>
internal readonly struct ProductOf : IElementwiseOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x, T y)
        where T : struct, ISimdLane<T> => x * y;
}

/// <summary>(x − y)².</summary>
internal readonly struct SquaredDifference : IElementwiseOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x, T y)
        where T : struct, ISimdLane<T> => (x - y) * (x - y);
}

/// <summary>factor · (x − y).</summary>
internal readonly struct ScaledDifference(float factor) : IElementwiseOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x, T y)
        where T : struct, ISimdLane<T> => T.Broadcast(factor) * (x - y);
}

/// <summary>x itself.</summary>
internal readonly struct CopyOf : IElementwiseOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x, T y)
        where T : struct, ISimdLane<T> => x;
}

/// <summary>factor · x.</summary>
internal readonly struct ScaleBy(float factor) : IElementwiseOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x, T y)
        where T : struct, ISimdLane<T> => T.Broadcast(factor) * x;
}

/// <summary>The same value everywhere.</summary>
internal readonly struct Constant(float value) : IElementwiseOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x, T y)
        where T : struct, ISimdLane<T> => T.Broadcast(value);
}

/// <summary>x · (y + offset).</summary>
internal readonly struct ProductWithOffset(float offset) : IElementwiseOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x, T y)
        where T : struct, ISimdLane<T> => x * (y + T.Broadcast(offset));
}

/// <summary>factor · (x − shift).</summary>
internal readonly struct ShiftAndScale(float shift, float factor) : IElementwiseOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x, T y)
        where T : struct, ISimdLane<T> => T.Broadcast(factor) * (x - T.Broadcast(shift));
}

/// <summary>spread · (x − mean − along · y).</summary>
internal readonly struct NormGradient(float spread, float mean, float along) : IElementwiseOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x, T y)
        where T : struct, ISimdLane<T> => T.Broadcast(spread) * (x - T.Broadcast(mean) - (T.Broadcast(along) * y));
}
