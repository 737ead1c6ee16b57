using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>An activation: its value, and its gradient in terms of that value.</summary>
internal interface IActivation
{
    /// <summary>y = f(x).</summary>
    static abstract T Value<T>(T x)
        where T : struct, ISimdLane<T>;

    /// <summary>dx = dy · f'(x), given y.</summary>
    static abstract T Gradient<T>(T y, T dy)
        where T : struct, ISimdLane<T>;
}

/// <summary>The value of an activation as an elementwise function of x.</summary>
internal readonly struct ValueOf<TActivation> : IElementwiseOperator
    where TActivation : struct, IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x, T y)
        where T : struct, ISimdLane<T> => TActivation.Value(x);
}

/// <summary>The gradient of an activation as an elementwise function of its value and of the value's gradient.</summary>
internal readonly struct GradientOf<TActivation> : IElementwiseOperator
    where TActivation : struct, IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x, T y)
        where T : struct, ISimdLane<T> => TActivation.Gradient(x, y);
}

/// <summary>Hyperbolic tangent; its derivative is 1 − y².</summary>
internal readonly struct TanhFunction : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x)
        where T : struct, ISimdLane<T> => T.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gradient<T>(T y, T dy)
        where T : struct, ISimdLane<T> => dy * (T.Broadcast(1) - (y * y));
}

/// <summary>Logistic sigmoid; its derivative is y (1 − y).</summary>
internal readonly struct SigmoidFunction : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x)
        where T : struct, ISimdLane<T> => T.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gradient<T>(T y, T dy)
        where T : struct, ISimdLane<T> => dy * y * (T.Broadcast(1) - y);
}

/// <summary>max(0, x); its derivative is 1 where y is positive and 0 elsewhere.</summary>
internal readonly struct ReluFunction : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x)
        where T : struct, ISimdLane<T> => T.Max(x, T.Broadcast(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gradient<T>(T y, T dy)
        where T : struct, ISimdLane<T> => T.SelectPositive(y, dy, T.Broadcast(0));
}

/// <summary>Natural exponential, its own derivative.</summary>
internal readonly struct ExpFunction : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x)
        where T : struct, ISimdLane<T> => T.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gradient<T>(T y, T dy)
        where T : struct, ISimdLane<T> => dy * y;
}
