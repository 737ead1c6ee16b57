using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>What a vanilla cell does to its sum.</summary>
public interface IElmanActivation
{
    /// <summary>What files call a vanilla cell with this activation.</summary>
    static abstract string CellName { get; }

    /// <summary>How equations write it, such as <c>tanh</c>.</summary>
    static abstract string Symbol { get; }

    /// <summary>The paper that has the vanilla cell with it.</summary>
    static abstract string Source { get; }

    /// <summary>The activation.</summary>
    static abstract T Activate<T>(T sum)
        where T : struct, ILane<T>;

    /// <summary>The gradient of the sum, from the activation and its gradient.</summary>
    static abstract T Gradient<T>(T h, T dh)
        where T : struct, ILane<T>;
}

/// <summary>Hyperbolic tangent: <c>h = tanh(a)</c>, <c>da = dh (1 − h²)</c>.</summary>
public readonly struct TanhActivation : IElmanActivation
{
    /// <inheritdoc/>
    public static string CellName => "rnn-tanh";

    /// <inheritdoc/>
    public static string Symbol => "tanh";

    /// <inheritdoc/>
    public static string Source => "Elman, \"Finding Structure in Time\" (1990)";

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Activate<T>(T sum)
        where T : struct, ILane<T> => T.Tanh(sum);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gradient<T>(T h, T dh)
        where T : struct, ILane<T> => dh * (T.Broadcast(1) - (h * h));
}

/// <summary>Rectifier: <c>h = max(0, a)</c>, <c>da = dh where h &gt; 0, else 0</c>.</summary>
public readonly struct ReluActivation : IElmanActivation
{
    /// <inheritdoc/>
    public static string CellName => "rnn-relu";

    /// <inheritdoc/>
    public static string Symbol => "relu";

    /// <inheritdoc/>
    public static string Source => "Le, Jaitly and Hinton, \"A Simple Way to Initialize Recurrent Networks of Rectified Linear Units\" (2015)";

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Activate<T>(T sum)
        where T : struct, ILane<T> => T.Max(sum, T.Broadcast(0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gradient<T>(T h, T dh)
        where T : struct, ILane<T> => T.SelectPositive(h, dh, T.Broadcast(0));
}
