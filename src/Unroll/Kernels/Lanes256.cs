using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Unroll.Kernels;

/// <summary>8 float32 lanes in one 256-bit register.</summary>
internal unsafe struct Lanes256 : ISimdLane<Lanes256>
{
    private Vector256<float> vector;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes256(Vector256<float> vector) => this.vector = vector;

    public static int Width => 8;

    public static int TileRows => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes256 value, float* target) => value.vector.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadBroadcast(float* source) => new(Vector256.Create(*source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Broadcast(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator +(Lanes256 left, Lanes256 right) => new(left.vector + right.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator -(Lanes256 left, Lanes256 right) => new(left.vector - right.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator *(Lanes256 left, Lanes256 right) => new(left.vector * right.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator /(Lanes256 left, Lanes256 right) => new(left.vector / right.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 MultiplyAdd(Lanes256 factor, Lanes256 other, Lanes256 addend) =>
        new(Fma.IsSupported
            ? Fma.MultiplyAdd(factor.vector, other.vector, addend.vector)
            : (factor.vector * other.vector) + addend.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(Lanes256 factor, Lanes256 other, ref Lanes256 sum)
    {
        // Not a conditional expression: the reference would live across its branches and tie the sum to memory.
        if (Fma.IsSupported)
            sum.vector = Fma.MultiplyAdd(factor.vector, other.vector, sum.vector);
        else
            sum.vector = (factor.vector * other.vector) + sum.vector;
    }

    // The native minimum and maximum return the second operand when either is NaN: the value goes second, so its NaN stays.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Max(Lanes256 value, Lanes256 bound) => new(Vector256.MaxNative(bound.vector, value.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Min(Lanes256 value, Lanes256 bound) => new(Vector256.MinNative(bound.vector, value.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 SelectPositive(Lanes256 value, Lanes256 then, Lanes256 otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(value.vector, Vector256<float>.Zero), then.vector, otherwise.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Tanh(Lanes256 value) => LaneMath<Lanes256>.Tanh(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Sigmoid(Lanes256 value) => LaneMath<Lanes256>.Sigmoid(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Exp(Lanes256 value) => LaneMath<Lanes256>.Exp(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Log(Lanes256 value) => LaneMath<Lanes256>.BoundedLog(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Sqrt(Lanes256 value) => new(Vector256.Sqrt(value.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Round(Lanes256 value) => new(Vector256.Round(value.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Abs(Lanes256 value) => new(Vector256.Abs(value.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Scale(Lanes256 value, Lanes256 exponent)
    {
        var bias = Vector256.ConvertToInt32Native(exponent.vector) + Vector256.Create(FloatBits.ExponentBias);
        return new(value.vector * Vector256.ShiftLeft(bias, FloatBits.MantissaBits).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 PowerOfTwo(Lanes256 value) => new(Vector256.ShiftLeft(value.vector.AsInt32(), FloatBits.MantissaBits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ZeroBelow(Lanes256 value, Lanes256 bound) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(Vector256.Abs(value.vector), bound.vector), Vector256<float>.Zero, value.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 SplitExponent(Lanes256 value, out Lanes256 exponent)
    {
        var shifted = value.vector.AsInt32() - Vector256.Create(FloatBits.SquareRootOfHalf);
        var power = Vector256.ShiftRightArithmetic(shifted, FloatBits.MantissaBits);
        exponent = new(Vector256.ConvertToSingle(power));
        return new((value.vector.AsInt32() - Vector256.ShiftLeft(power, FloatBits.MantissaBits)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes256 value) => Vector256.Sum(value.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Lanes256 value)
    {
        var largest = value.vector[0];
        for (var lane = 1; lane < Width; lane++)
            largest = MathF.Max(largest, value.vector[lane]);
        return largest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 WidenLower(Lanes256 words) => new(Vector256.ShiftLeft(words.vector.AsUInt32(), FloatBits.BFloat16Bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 WidenUpper(Lanes256 words) => new((words.vector.AsUInt32() & Vector256.Create(FloatBits.UpperHalf)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 PackBytes(Lanes256 first, Lanes256 second, Lanes256 third, Lanes256 fourth, out Lanes256 signs)
    {
        var lowest = Vector256.Create(0xFFU);
        var bytes = ((first.vector.AsUInt32() & lowest)
            | Vector256.ShiftLeft(second.vector.AsUInt32() & lowest, 8)
            | Vector256.ShiftLeft(third.vector.AsUInt32() & lowest, 16)
            | Vector256.ShiftLeft(fourth.vector.AsUInt32(), 24)).AsSByte();
        signs = new(Vector256.LessThan(bytes, Vector256<sbyte>.Zero).AsSingle());
        return new(Vector256.Abs(bytes).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 AddByteProducts(Lanes256 sums, Lanes256 magnitudes, Lanes256 bytes) =>
        new(ByteProducts.Add(sums.vector.AsInt32(), magnitudes.vector.AsByte(), bytes.vector.AsSByte()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ExclusiveOr(Lanes256 left, Lanes256 right) => new((left.vector.AsUInt32() ^ right.vector.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ToSingle(Lanes256 integers) => new(Vector256.ConvertToSingle(integers.vector.AsInt32()));
}
