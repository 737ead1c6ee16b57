using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Unroll.Kernels;

/// <summary>4 float32 lanes in one 128-bit register.</summary>
internal unsafe struct Lanes128 : ISimdLane<Lanes128>
{
    private Vector128<float> vector;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes128(Vector128<float> vector) => this.vector = vector;

    public static int Width => 4;

    public static int TileRows => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes128 value, float* target) => value.vector.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadBroadcast(float* source) => new(Vector128.Create(*source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Broadcast(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 left, Lanes128 right) => new(left.vector + right.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 left, Lanes128 right) => new(left.vector - right.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator *(Lanes128 left, Lanes128 right) => new(left.vector * right.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator /(Lanes128 left, Lanes128 right) => new(left.vector / right.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MultiplyAdd(Lanes128 factor, Lanes128 other, Lanes128 addend) =>
        new(Fma.IsSupported || AdvSimd.IsSupported
            ? Vector128.FusedMultiplyAdd(factor.vector, other.vector, addend.vector)
            : (factor.vector * other.vector) + addend.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(Lanes128 factor, Lanes128 other, ref Lanes128 sum)
    {
        // Not a conditional expression: the reference would live across its branches and tie the sum to memory.
        if (Fma.IsSupported || AdvSimd.IsSupported)
            sum.vector = Vector128.FusedMultiplyAdd(factor.vector, other.vector, sum.vector);
        else
            sum.vector = (factor.vector * other.vector) + sum.vector;
    }

    // The native minimum and maximum return the second operand when either is NaN: the value goes second, so its NaN stays.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Max(Lanes128 value, Lanes128 bound) => new(Vector128.MaxNative(bound.vector, value.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Min(Lanes128 value, Lanes128 bound) => new(Vector128.MinNative(bound.vector, value.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 SelectPositive(Lanes128 value, Lanes128 then, Lanes128 otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(value.vector, Vector128<float>.Zero), then.vector, otherwise.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Tanh(Lanes128 value) => LaneMath<Lanes128>.Tanh(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Sigmoid(Lanes128 value) => LaneMath<Lanes128>.Sigmoid(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Exp(Lanes128 value) => LaneMath<Lanes128>.Exp(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Log(Lanes128 value) => LaneMath<Lanes128>.BoundedLog(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Sqrt(Lanes128 value) => new(Vector128.Sqrt(value.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Round(Lanes128 value) => new(Vector128.Round(value.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Abs(Lanes128 value) => new(Vector128.Abs(value.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Scale(Lanes128 value, Lanes128 exponent)
    {
        var bias = Vector128.ConvertToInt32Native(exponent.vector) + Vector128.Create(FloatBits.ExponentBias);
        return new(value.vector * Vector128.ShiftLeft(bias, FloatBits.MantissaBits).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 PowerOfTwo(Lanes128 value) => new(Vector128.ShiftLeft(value.vector.AsInt32(), FloatBits.MantissaBits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ZeroBelow(Lanes128 value, Lanes128 bound) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(Vector128.Abs(value.vector), bound.vector), Vector128<float>.Zero, value.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 SplitExponent(Lanes128 value, out Lanes128 exponent)
    {
        var shifted = value.vector.AsInt32() - Vector128.Create(FloatBits.SquareRootOfHalf);
        var power = Vector128.ShiftRightArithmetic(shifted, FloatBits.MantissaBits);
        exponent = new(Vector128.ConvertToSingle(power));
        return new((value.vector.AsInt32() - Vector128.ShiftLeft(power, FloatBits.MantissaBits)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes128 value) => Vector128.Sum(value.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Lanes128 value)
    {
        var largest = value.vector[0];
        for (var lane = 1; lane < Width; lane++)
            largest = MathF.Max(largest, value.vector[lane]);
        return largest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 WidenLower(Lanes128 words) => new(Vector128.ShiftLeft(words.vector.AsUInt32(), FloatBits.BFloat16Bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 WidenUpper(Lanes128 words) => new((words.vector.AsUInt32() & Vector128.Create(FloatBits.UpperHalf)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 PackBytes(Lanes128 first, Lanes128 second, Lanes128 third, Lanes128 fourth, out Lanes128 signs)
    {
        var lowest = Vector128.Create(0xFFU);
        var bytes = ((first.vector.AsUInt32() & lowest)
            | Vector128.ShiftLeft(second.vector.AsUInt32() & lowest, 8)
            | Vector128.ShiftLeft(third.vector.AsUInt32() & lowest, 16)
            | Vector128.ShiftLeft(fourth.vector.AsUInt32(), 24)).AsSByte();
        signs = new(Vector128.LessThan(bytes, Vector128<sbyte>.Zero).AsSingle());
        return new(Vector128.Abs(bytes).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 AddByteProducts(Lanes128 sums, Lanes128 magnitudes, Lanes128 bytes) =>
        new(ByteProducts.Add(sums.vector.AsInt32(), magnitudes.vector.AsByte(), bytes.vector.AsSByte()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ExclusiveOr(Lanes128 left, Lanes128 right) => new((left.vector.AsUInt32() ^ right.vector.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ToSingle(Lanes128 integers) => new(Vector128.ConvertToSingle(integers.vector.AsInt32()));
}
