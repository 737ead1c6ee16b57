namespace Unroll.Kernels;

/// <summary>What kernels need of a lane beyond a cell's maths: memory, and the bits of a float.</summary>
internal unsafe interface ISimdLane<T> : ILane<T>
    where T : struct, ISimdLane<T>
{
    /// <summary>How many floats one value holds.</summary>
    static abstract int Width { get; }

    /// <summary>The largest number of rows a product tile of two vectors a row has, so that its accumulators stay in registers.</summary>
    static abstract int TileRows { get; }

    static abstract T Load(float* source);

    static abstract void Store(T value, float* target);

    /// <summary>The float at <paramref name="source"/> in all lanes.</summary>
    static abstract T LoadBroadcast(float* source);

    /// <summary>
    /// <c>sum += factor · other</c> with the bits of <see cref="ILane{T}.MultiplyAdd"/>. Written through the reference, the sum keeps its
    /// register; a returned value that is then assigned costs a move for every second product.
    /// </summary>
    static abstract void Accumulate(T factor, T other, ref T sum);

    /// <summary>Rounds to the nearest integer, ties to even.</summary>
    static abstract T Round(T value);

    /// <summary>Clears the sign.</summary>
    static abstract T Abs(T value);

    /// <summary><c>value · 2^exponent</c> for integral exponents in −126…127.</summary>
    static abstract T Scale(T value, T exponent);

    /// <summary>
    /// <c>2^n</c> for <c>value = n + <see cref="FloatBits.PowerBias"/></c> with integral n in −126…127: the sum holds the biased exponent in its lowest bits.
    /// </summary>
    static abstract T PowerOfTwo(T value);

    /// <summary>Zero where the magnitude is below a bound; NaN stays.</summary>
    static abstract T ZeroBelow(T value, T bound);

    /// <summary>Splits positive normal numbers into a mantissa in [√½, √2) and an integral exponent.</summary>
    static abstract T SplitExponent(T value, out T exponent);

    /// <summary>The sum of all lanes, in a fixed order.</summary>
    static abstract float Sum(T value);

    /// <summary>The largest lane; NaN if any is NaN.</summary>
    static abstract float Largest(T value);
}
