using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// A number type in which the pointwise maths of a cell is written: several float32 lanes of a SIMD register, one scalar float, or a double
/// for the reference. The same text of a cell then runs at every width.
/// </summary>
/// <typeparam name="T">The type itself.</typeparam>
public interface ILane<T>
    where T : struct, ILane<T>
{
    /// <summary>The same value in all lanes.</summary>
    /// <param name="value">Any value.</param>
    static abstract T Broadcast(float value);

    /// <summary>Lane by lane sum.</summary>
    static abstract T operator +(T left, T right);

    /// <summary>Lane by lane difference.</summary>
    static abstract T operator -(T left, T right);

    /// <summary>Lane by lane product.</summary>
    static abstract T operator *(T left, T right);

    /// <summary>Lane by lane quotient.</summary>
    static abstract T operator /(T left, T right);

    /// <summary><c>factor · other + addend</c>, with one rounding where the machine can.</summary>
    static abstract T MultiplyAdd(T factor, T other, T addend);

    /// <summary>The larger of both; NaN in <paramref name="value"/> stays NaN.</summary>
    static abstract T Max(T value, T bound);

    /// <summary>The smaller of both; NaN in <paramref name="value"/> stays NaN.</summary>
    static abstract T Min(T value, T bound);

    /// <summary><paramref name="then"/> where <paramref name="value"/> is greater than zero, else <paramref name="otherwise"/>.</summary>
    static abstract T SelectPositive(T value, T then, T otherwise);

    /// <summary>Hyperbolic tangent.</summary>
    static abstract T Tanh(T value);

    /// <summary>Logistic sigmoid, <c>1 / (1 + exp(−x))</c>.</summary>
    static abstract T Sigmoid(T value);

    /// <summary>Natural exponential.</summary>
    static abstract T Exp(T value);

    /// <summary>Natural logarithm of numbers from 1.2e-38 on; what is smaller counts as that.</summary>
    static abstract T Log(T value);

    /// <summary>Square root; NaN below zero.</summary>
    static abstract T Sqrt(T value);

    /// <summary>Hyperbolic tangent as a part of other functions: no choice of activations replaces it.</summary>
    internal static virtual T SmoothTanh(T value) => T.Tanh(value);

    /// <summary>The step of a cell with choices. It is asked of the lane so that choices never come upon choices: compiled ahead of time, that would have no end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static virtual void StepWith<TCell>(StepChoices choices, TCell cell, in UnitStep<T> step)
        where TCell : struct, ICell
    {
        if (choices.IsHard)
            cell.Step(step.With<HardActivations>(choices));
        else
            cell.Step(step.With<SmoothActivations>(choices));
    }

    /// <summary>The filter of a cell with choices.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static virtual void FilterWith<TCell>(StepChoices choices, TCell cell, in UnitStep<T> step)
        where TCell : struct, ICell
    {
        if (choices.IsHard)
            cell.Filter(step.With<HardActivations>(choices));
        else
            cell.Filter(step.With<SmoothActivations>(choices));
    }
}
