using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

// Lanes hold no references, which the constraints of a generic interface cannot say.
#pragma warning disable CS8500

/// <summary>
/// A value that remembers how it came about: maths written over lanes and run over recorded values leaves its partial derivatives in a
/// <see cref="Recording{T}"/>, which gives the gradient of all inputs in one pass back.
/// </summary>
/// <remarks>Reverse-mode differentiation: Linnainmaa (1970); Griewank and Walther, "Evaluating Derivatives" (2008), chapter 3.</remarks>
/// <typeparam name="T">The lane type.</typeparam>
internal readonly unsafe struct Recorded<T> : ILane<Recorded<T>>
    where T : struct, ISimdLane<T>
{
    public readonly T Value;
    private readonly Recording<T>* recording;
    private readonly int node;

    /// <summary>A value at a node of a recording.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Recorded(T value, Recording<T>* recording, int node)
    {
        Value = value;
        this.recording = recording;
        this.node = node;
    }

    /// <summary>The node that the value came from; 0 for a constant.</summary>
    public int Node => node;

    /// <summary>A constant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Recorded<T> Broadcast(float value) => new(T.Broadcast(value), null, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Recorded<T> operator +(Recorded<T> left, Recorded<T> right) =>
        Of(left.Value + right.Value, left, T.Broadcast(1), right, T.Broadcast(1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Recorded<T> operator -(Recorded<T> left, Recorded<T> right) =>
        Of(left.Value - right.Value, left, T.Broadcast(1), right, T.Broadcast(-1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Recorded<T> operator *(Recorded<T> left, Recorded<T> right) =>
        Of(left.Value * right.Value, left, right.Value, right, left.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Recorded<T> operator /(Recorded<T> left, Recorded<T> right)
    {
        var quotient = left.Value / right.Value;
        var inverse = T.Broadcast(1) / right.Value;
        return Of(quotient, left, inverse, right, T.Broadcast(0) - (quotient * inverse));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Recorded<T> MultiplyAdd(Recorded<T> factor, Recorded<T> other, Recorded<T> addend)
    {
        var product = Of(default, factor, other.Value, other, factor.Value);
        return Of(T.MultiplyAdd(factor.Value, other.Value, addend.Value), product, T.Broadcast(1), addend, T.Broadcast(1));
    }

    /// <summary>Where both are equal, the gradient is that of the bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Recorded<T> Max(Recorded<T> value, Recorded<T> bound) =>
        Either(T.Max(value.Value, bound.Value), value.Value - bound.Value, value, bound);

    /// <summary>Where both are equal, the gradient is that of the bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Recorded<T> Min(Recorded<T> value, Recorded<T> bound) =>
        Either(T.Min(value.Value, bound.Value), bound.Value - value.Value, value, bound);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Recorded<T> SelectPositive(Recorded<T> value, Recorded<T> then, Recorded<T> otherwise) =>
        Either(T.SelectPositive(value.Value, then.Value, otherwise.Value), value.Value, then, otherwise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Recorded<T> Tanh(Recorded<T> value)
    {
        var tanh = T.Tanh(value.Value);
        return Of(tanh, value, T.Broadcast(1) - (tanh * tanh));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Recorded<T> Sigmoid(Recorded<T> value)
    {
        var sigmoid = T.Sigmoid(value.Value);
        return Of(sigmoid, value, sigmoid * (T.Broadcast(1) - sigmoid));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Recorded<T> Exp(Recorded<T> value)
    {
        var exp = T.Exp(value.Value);
        return Of(exp, value, exp);
    }

    /// <summary>Below the smallest normal number, where the value stays the same, the gradient is that of this number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Recorded<T> Log(Recorded<T> value) =>
        Of(T.Log(value.Value), value, T.Broadcast(1) / T.Max(value.Value, T.Broadcast(FloatBits.SmallestNormal)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Recorded<T> Sqrt(Recorded<T> value)
    {
        var root = T.Sqrt(value.Value);
        return Of(root, value, T.Broadcast(0.5f) / root);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Recorded<T> Either(T result, T condition, Recorded<T> then, Recorded<T> otherwise)
    {
        var (one, zero) = (T.Broadcast(1), T.Broadcast(0));
        return Of(result, then, T.SelectPositive(condition, one, zero), otherwise, T.SelectPositive(condition, zero, one));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Recorded<T> Of(T result, Recorded<T> value, T partial)
    {
        if (value.recording == null)
            return new(result, null, 0);
        return new(result, value.recording, value.recording->Add(value.node, partial));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Recorded<T> Of(T result, Recorded<T> first, T firstPartial, Recorded<T> second, T secondPartial)
    {
        var recording = first.recording != null ? first.recording : second.recording;
        if (recording == null)
            return new(result, null, 0);
        return new(result, recording, recording->Add(first.node, firstPartial, second.node, secondPartial));
    }
}
