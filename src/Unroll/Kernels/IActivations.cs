using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>What a cell with choices takes for σ and tanh.</summary>
internal interface IActivations
{
    static abstract T Sigmoid<T>(T value)
        where T : struct, ILane<T>;

    static abstract T Tanh<T>(T value)
        where T : struct, ILane<T>;
}

/// <summary>σ and tanh themselves.</summary>
internal readonly struct SmoothActivations : IActivations
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T value)
        where T : struct, ILane<T> => T.Sigmoid(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Tanh<T>(T value)
        where T : struct, ILane<T> => T.Tanh(value);
}

/// <summary><c>max(0, min(1, 0.2·x + 0.5))</c> for σ and <c>max(−1, min(1, x))</c> for tanh.</summary>
/// <remarks>ONNX's HardSigmoid with its defaults, Keras 2's hard_sigmoid; Courbariaux, Bengio and David, "BinaryConnect" (2015), has another slope.</remarks>
internal readonly struct HardActivations : IActivations
{
    private const float Slope = 0.2f;
    private const float Middle = 0.5f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T value)
        where T : struct, ILane<T> =>
        T.Max(T.Min(T.MultiplyAdd(value, T.Broadcast(Slope), T.Broadcast(Middle)), T.Broadcast(1)), T.Broadcast(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Tanh<T>(T value)
        where T : struct, ILane<T> => T.Max(T.Min(value, T.Broadcast(1)), T.Broadcast(-1));
}
