using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unroll.Kernels;

/// <summary>16 float32 lanes in one 512-bit register.</summary>
internal unsafe struct Lanes512 : ISimdLane<Lanes512>
{
    private Vector512<float> vector;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes512(Vector512<float> vector) => this.vector = vector;

    public static int Width => 16;

    public static int TileRows => 12;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes512 value, float* target) => value.vector.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LoadBroadcast(float* source) => new(Vector512.Create(*source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Broadcast(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator +(Lanes512 left, Lanes512 right) => new(left.vector + right.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator -(Lanes512 left, Lanes512 right) => new(left.vector - right.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator *(Lanes512 left, Lanes512 right) => new(left.vector * right.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator /(Lanes512 left, Lanes512 right) => new(left.vector / right.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MultiplyAdd(Lanes512 factor, Lanes512 other, Lanes512 addend) =>
        new(Vector512.FusedMultiplyAdd(factor.vector, other.vector, addend.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(Lanes512 factor, Lanes512 other, ref Lanes512 sum) =>
        sum.vector = Vector512.FusedMultiplyAdd(factor.vector, other.vector, sum.vector);

    // The native minimum and maximum return the second operand when either is NaN: the value goes second, so its NaN stays.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Max(Lanes512 value, Lanes512 bound) => new(Vector512.MaxNative(bound.vector, value.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Min(Lanes512 value, Lanes512 bound) => new(Vector512.MinNative(bound.vector, value.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 SelectPositive(Lanes512 value, Lanes512 then, Lanes512 otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(value.vector, Vector512<float>.Zero), then.vector, otherwise.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Tanh(Lanes512 value) => LaneMath<Lanes512>.Tanh(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Sigmoid(Lanes512 value) => LaneMath<Lanes512>.Sigmoid(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Exp(Lanes512 value) => LaneMath<Lanes512>.Exp(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Log(Lanes512 value) => LaneMath<Lanes512>.BoundedLog(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Sqrt(Lanes512 value) => new(Vector512.Sqrt(value.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Round(Lanes512 value) => new(Vector512.Round(value.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Abs(Lanes512 value) => new(Vector512.Abs(value.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Scale(Lanes512 value, Lanes512 exponent)
    {
        var bias = Vector512.ConvertToInt32Native(exponent.vector) + Vector512.Create(FloatBits.ExponentBias);
        return new(value.vector * Vector512.ShiftLeft(bias, FloatBits.MantissaBits).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 PowerOfTwo(Lanes512 value) => new(Vector512.ShiftLeft(value.vector.AsInt32(), FloatBits.MantissaBits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ZeroBelow(Lanes512 value, Lanes512 bound) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(value.vector), bound.vector), Vector512<float>.Zero, value.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 SplitExponent(Lanes512 value, out Lanes512 exponent)
    {
        var shifted = value.vector.AsInt32() - Vector512.Create(FloatBits.SquareRootOfHalf);
        var power = Vector512.ShiftRightArithmetic(shifted, FloatBits.MantissaBits);
        exponent = new(Vector512.ConvertToSingle(power));
        return new((value.vector.AsInt32() - Vector512.ShiftLeft(power, FloatBits.MantissaBits)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes512 value) => Vector512.Sum(value.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Lanes512 value)
    {
        var largest = value.vector[0];
        for (var lane = 1; lane < Width; lane++)
            largest = MathF.Max(largest, value.vector[lane]);
        return largest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 WidenLower(Lanes512 words) => new(Vector512.ShiftLeft(words.vector.AsUInt32(), FloatBits.BFloat16Bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 WidenUpper(Lanes512 words) => new((words.vector.AsUInt32() & Vector512.Create(FloatBits.UpperHalf)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 PackBytes(Lanes512 first, Lanes512 second, Lanes512 third, Lanes512 fourth, out Lanes512 signs)
    {
        var lowest = Vector512.Create(0xFFU);
        var bytes = ((first.vector.AsUInt32() & lowest)
            | Vector512.ShiftLeft(second.vector.AsUInt32() & lowest, 8)
            | Vector512.ShiftLeft(third.vector.AsUInt32() & lowest, 16)
            | Vector512.ShiftLeft(fourth.vector.AsUInt32(), 24)).AsSByte();
        signs = new(Vector512.LessThan(bytes, Vector512<sbyte>.Zero).AsSingle());
        return new(Vector512.Abs(bytes).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 AddByteProducts(Lanes512 sums, Lanes512 magnitudes, Lanes512 bytes) =>
        new(ByteProducts.Add(sums.vector.AsInt32(), magnitudes.vector.AsByte(), bytes.vector.AsSByte()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ExclusiveOr(Lanes512 left, Lanes512 right) => new((left.vector.AsUInt32() ^ right.vector.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ToSingle(Lanes512 integers) => new(Vector512.ConvertToSingle(integers.vector.AsInt32()));
}
