using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Unroll.Kernels;

/// <summary>One float32, for machines without SIMD and for remainders.</summary>
internal unsafe struct LanesScalar : ISimdLane<LanesScalar>
{
    private float number;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private LanesScalar(float number) => this.number = number;

    private uint Bits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => BitConverter.SingleToUInt32Bits(number);
    }

    public static int Width => 1;

    public static int TileRows => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar Load(float* source) => new(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(LanesScalar value, float* target) => *target = value.number;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar LoadBroadcast(float* source) => new(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar Broadcast(float value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar operator +(LanesScalar left, LanesScalar right) => new(left.number + right.number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar operator -(LanesScalar left, LanesScalar right) => new(left.number - right.number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar operator *(LanesScalar left, LanesScalar right) => new(left.number * right.number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar operator /(LanesScalar left, LanesScalar right) => new(left.number / right.number);

    // Without the instruction MathF.FusedMultiplyAdd is a slow emulation.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar MultiplyAdd(LanesScalar factor, LanesScalar other, LanesScalar addend) =>
        new(Fma.IsSupported || AdvSimd.IsSupported
            ? MathF.FusedMultiplyAdd(factor.number, other.number, addend.number)
            : (factor.number * other.number) + addend.number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(LanesScalar factor, LanesScalar other, ref LanesScalar sum)
    {
        // Not a conditional expression: the reference would live across its branches and tie the sum to memory.
        if (Fma.IsSupported || AdvSimd.IsSupported)
            sum.number = MathF.FusedMultiplyAdd(factor.number, other.number, sum.number);
        else
            sum.number = (factor.number * other.number) + sum.number;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar Max(LanesScalar value, LanesScalar bound) => value.number < bound.number ? bound : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar Min(LanesScalar value, LanesScalar bound) => value.number > bound.number ? bound : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar SelectPositive(LanesScalar value, LanesScalar then, LanesScalar otherwise) =>
        value.number > 0 ? then : otherwise;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar Tanh(LanesScalar value) => LaneMath<LanesScalar>.Tanh(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar Sigmoid(LanesScalar value) => LaneMath<LanesScalar>.Sigmoid(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar Exp(LanesScalar value) => LaneMath<LanesScalar>.Exp(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar Log(LanesScalar value) => LaneMath<LanesScalar>.BoundedLog(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar Sqrt(LanesScalar value) => new(MathF.Sqrt(value.number));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar Round(LanesScalar value) => new(MathF.Round(value.number));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar Abs(LanesScalar value) => new(MathF.Abs(value.number));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar Scale(LanesScalar value, LanesScalar exponent)
    {
        var bias = float.ConvertToIntegerNative<int>(exponent.number) + FloatBits.ExponentBias;
        return new(value.number * BitConverter.Int32BitsToSingle(bias << FloatBits.MantissaBits));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar PowerOfTwo(LanesScalar value) =>
        new(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value.number) << FloatBits.MantissaBits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar ZeroBelow(LanesScalar value, LanesScalar bound) => MathF.Abs(value.number) < bound.number ? new(0) : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar SplitExponent(LanesScalar value, out LanesScalar exponent)
    {
        var bits = BitConverter.SingleToInt32Bits(value.number);
        var power = (bits - FloatBits.SquareRootOfHalf) >> FloatBits.MantissaBits;
        exponent = new(power);
        return new(BitConverter.Int32BitsToSingle(bits - (power << FloatBits.MantissaBits)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(LanesScalar value) => value.number;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(LanesScalar value) => value.number;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar WidenLower(LanesScalar words) => new(BitConverter.UInt32BitsToSingle(words.Bits << FloatBits.BFloat16Bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar WidenUpper(LanesScalar words) => new(BitConverter.UInt32BitsToSingle(words.Bits & FloatBits.UpperHalf));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar PackBytes(LanesScalar first, LanesScalar second, LanesScalar third, LanesScalar fourth, out LanesScalar signs)
    {
        var bytes = (first.Bits & 0xFF) | ((second.Bits & 0xFF) << 8) | ((third.Bits & 0xFF) << 16) | (fourth.Bits << 24);
        var negative = (bytes >> 7) & 0x0101_0101;
        var mask = negative * 0xFF;
        signs = new(BitConverter.UInt32BitsToSingle(mask));
        // −x is ~x + 1 in every byte; no byte is −128, so nothing is carried.
        return new(BitConverter.UInt32BitsToSingle((bytes ^ mask) + negative));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar AddByteProducts(LanesScalar sums, LanesScalar magnitudes, LanesScalar bytes) =>
        new(BitConverter.Int32BitsToSingle(ByteProducts.Add((int)sums.Bits, magnitudes.Bits, bytes.Bits)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar ExclusiveOr(LanesScalar left, LanesScalar right) => new(BitConverter.UInt32BitsToSingle(left.Bits ^ right.Bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanesScalar ToSingle(LanesScalar integers) => new((int)integers.Bits);
}
