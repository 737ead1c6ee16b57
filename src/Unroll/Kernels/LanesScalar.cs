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
}
