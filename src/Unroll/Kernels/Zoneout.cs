using System.Numerics;

namespace Unroll.Kernels;

/// <summary>
/// Zoneout of one kind of values of a layer: each keeps its value of the step before with a probability z, or, without a mask, is the expectation
/// <c>z·old + (1 − z)·new</c> of that. Lengths are multiples of 16.
/// </summary>
/// <remarks>Krueger et al., "Zoneout: Regularizing RNNs by Randomly Preserving Hidden Activations" (2017), section 3.</remarks>
internal readonly unsafe struct Zoneout
{
    private readonly float rate;
    private readonly bool isRandom;
    private readonly RandomMask mask;

    /// <summary>In expectation, or at random.</summary>
    /// <param name="rate">z, 0 to below 1; 0 for no zoneout.</param>
    /// <param name="bits">Names the mask of all steps and rows, or null for the expectation.</param>
    public Zoneout(float rate, ulong? bits = null)
    {
        this.rate = rate;
        isRandom = bits is not null;
        mask = bits is { } name ? new(rate, name) : default;
    }

    /// <summary>Whether it does anything.</summary>
    public bool IsActive => rate > 0;

    /// <summary><c>target = old where it is kept, else fresh</c>.</summary>
    /// <typeparam name="T">The lane type.</typeparam>
    /// <param name="first">The place of the first value in the mask.</param>
    /// <param name="old">Values of the step before.</param>
    /// <param name="fresh">What the step gave.</param>
    /// <param name="target">Where the values after the step go; may be any of the others.</param>
    /// <param name="length">How many values.</param>
    public void Forward<T>(int first, Floats old, Floats fresh, Floats target, int length)
        where T : struct, ISimdLane<T>
    {
        if (!isRandom)
        {
            Expect<T>(old.Pointer, fresh.Pointer, target.Pointer, length);
            return;
        }

        // The mask drops what is kept from the step before.
        var renews = mask;
        for (var index = 0; index < length; index += Vector<float>.Count)
        {
            var value = Vector.ConditionalSelect(renews.Kept(first + index), Vector.Load(fresh.Pointer + index), Vector.Load(old.Pointer + index));
            Vector.Store(value, target.Pointer + index);
        }
    }

    /// <summary>Splits a gradient: what belongs to the step stays, the rest belongs to the values of the step before.</summary>
    /// <typeparam name="T">The lane type.</typeparam>
    /// <param name="first">The place of the first value in the mask.</param>
    /// <param name="gradient">In, the gradient of the values after the step; out, of what the step gave.</param>
    /// <param name="passed">Out, the gradient of the values before the step, as far as they were kept.</param>
    /// <param name="length">How many values.</param>
    public void Backward<T>(int first, Floats gradient, Floats passed, int length)
        where T : struct, ISimdLane<T>
    {
        if (!isRandom)
        {
            Scale<T>(gradient.Pointer, passed.Pointer, length);
            return;
        }

        var renews = mask;
        for (var index = 0; index < length; index += Vector<float>.Count)
        {
            var (fresh, value) = (renews.Kept(first + index), Vector.Load(gradient.Pointer + index));
            Vector.Store(Vector.ConditionalSelect(fresh, value, Vector<float>.Zero), gradient.Pointer + index);
            Vector.Store(Vector.ConditionalSelect(fresh, Vector<float>.Zero, value), passed.Pointer + index);
        }
    }

    private void Expect<T>(float* old, float* fresh, float* target, int length)
        where T : struct, ISimdLane<T>
    {
        var (z, rest, normal) = (T.Broadcast(rate), T.Broadcast(1 - rate), T.Broadcast(FloatBits.SmallestNormal));
        for (var index = 0; index < length; index += T.Width)
            T.Store(T.ZeroBelow(T.MultiplyAdd(z, T.Load(old + index), rest * T.Load(fresh + index)), normal), target + index);
    }

    private void Scale<T>(float* gradient, float* passed, int length)
        where T : struct, ISimdLane<T>
    {
        var (z, rest) = (T.Broadcast(rate), T.Broadcast(1 - rate));
        for (var index = 0; index < length; index += T.Width)
        {
            var value = T.Load(gradient + index);
            T.Store(z * value, passed + index);
            T.Store(rest * value, gradient + index);
        }
    }
}
