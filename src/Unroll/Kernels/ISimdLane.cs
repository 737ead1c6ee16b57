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

    /// <summary>Reads each 32-bit word as two bfloat16 values and widens the one in its lower half.</summary>
    static abstract T WidenLower(T words);

    /// <summary>Reads each 32-bit word as two bfloat16 values and widens the one in its upper half.</summary>
    static abstract T WidenUpper(T words);

    /// <summary>
    /// The lowest bytes of four words side by side in one word, the first one lowest: signed bytes in −127…127, taken apart into magnitudes and signs.
    /// </summary>
    /// <param name="first">Words whose lowest byte counts.</param>
    /// <param name="second">The next ones.</param>
    /// <param name="third">The next ones.</param>
    /// <param name="fourth">The last ones.</param>
    /// <param name="signs">All bits of a byte set where it is negative.</param>
    /// <returns>The magnitudes.</returns>
    static abstract T PackBytes(T first, T second, T third, T fourth, out T signs);

    /// <summary>
    /// In each word: adds the four products of bytes at the same place to a 32-bit integer. Exact for any signed bytes, and magnitudes up to 127.
    /// </summary>
    /// <param name="sums">32-bit integers.</param>
    /// <param name="magnitudes">Bytes in 0…127.</param>
    /// <param name="bytes">Signed bytes.</param>
    static abstract T AddByteProducts(T sums, T magnitudes, T bytes);

    /// <summary>The bits in which two words differ.</summary>
    static abstract T ExclusiveOr(T left, T right);

    /// <summary>Converts 32-bit integers to the nearest float32.</summary>
    static abstract T ToSingle(T integers);
}
