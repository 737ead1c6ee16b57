using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>The lane that the equations of a cell with choices run on: that of any cell, with other activations. It has the bits of <typeparamref name="T"/>.</summary>
/// <typeparam name="T">The lane that counts.</typeparam>
/// <typeparam name="TActivations">What σ and tanh are.</typeparam>
internal readonly struct ChosenLane<T, TActivations> : ILane<ChosenLane<T, TActivations>>, IBoundedLane
    where T : struct, ILane<T>
    where TActivations : struct, IActivations
{
    private readonly T value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ChosenLane(T value) => this.value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChosenLane<T, TActivations> Broadcast(float value) => new(T.Broadcast(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChosenLane<T, TActivations> operator +(ChosenLane<T, TActivations> left, ChosenLane<T, TActivations> right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChosenLane<T, TActivations> operator -(ChosenLane<T, TActivations> left, ChosenLane<T, TActivations> right) => new(left.value - right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChosenLane<T, TActivations> operator *(ChosenLane<T, TActivations> left, ChosenLane<T, TActivations> right) => new(left.value * right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChosenLane<T, TActivations> operator /(ChosenLane<T, TActivations> left, ChosenLane<T, TActivations> right) => new(left.value / right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChosenLane<T, TActivations> MultiplyAdd(
        ChosenLane<T, TActivations> factor, ChosenLane<T, TActivations> other, ChosenLane<T, TActivations> addend) =>
        new(T.MultiplyAdd(factor.value, other.value, addend.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChosenLane<T, TActivations> Max(ChosenLane<T, TActivations> value, ChosenLane<T, TActivations> bound) => new(T.Max(value.value, bound.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChosenLane<T, TActivations> Min(ChosenLane<T, TActivations> value, ChosenLane<T, TActivations> bound) => new(T.Min(value.value, bound.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChosenLane<T, TActivations> SelectPositive(
        ChosenLane<T, TActivations> value, ChosenLane<T, TActivations> then, ChosenLane<T, TActivations> otherwise) =>
        new(T.SelectPositive(value.value, then.value, otherwise.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChosenLane<T, TActivations> Tanh(ChosenLane<T, TActivations> value) => new(TActivations.Tanh(value.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChosenLane<T, TActivations> Sigmoid(ChosenLane<T, TActivations> value) => new(TActivations.Sigmoid(value.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChosenLane<T, TActivations> Exp(ChosenLane<T, TActivations> value) => new(T.Exp(value.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChosenLane<T, TActivations> Log(ChosenLane<T, TActivations> value) => new(T.Log(value.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChosenLane<T, TActivations> Sqrt(ChosenLane<T, TActivations> value) => new(T.Sqrt(value.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ChosenLane<T, TActivations> ILane<ChosenLane<T, TActivations>>.SmoothTanh(ChosenLane<T, TActivations> value) => new(T.SmoothTanh(value.value));

    static void ILane<ChosenLane<T, TActivations>>.StepWith<TCell>(StepChoices choices, TCell cell, in UnitStep<ChosenLane<T, TActivations>> step) => throw Twice();

    static void ILane<ChosenLane<T, TActivations>>.FilterWith<TCell>(StepChoices choices, TCell cell, in UnitStep<ChosenLane<T, TActivations>> step) => throw Twice();

    private static NotSupportedException Twice() => new("The choices of a cell are made once.");
}

/// <summary>Says that what a step sets is kept within a bound.</summary>
internal interface IBoundedLane;
