using System.Numerics;
using System.Runtime.InteropServices;

namespace Unroll.Files;

/// <summary>Conversions between the bytes of a safetensors file and values in memory.</summary>
internal static class SafetensorsValues
{
    private const uint SingleExponent = 0x7F80_0000;
    private const ulong DoubleExponent = 0x7FF0_0000_0000_0000;
    private const ushort HalfExponent = 0x7C00;

    /// <summary>BF16 is the upper half of single precision, so its exponent stands where that one's does.</summary>
    private const ushort UpperHalfExponent = (ushort)(SingleExponent >> 16);

    /// <summary>Copies floating-point values; false when the type is no floating-point type.</summary>
    public static bool TryConvert(SafetensorsType type, ReadOnlySpan<byte> bytes, Span<float> destination)
    {
        switch (type)
        {
            case SafetensorsType.F32:
                MemoryMarshal.Cast<byte, float>(bytes).CopyTo(destination);
                return true;
            case SafetensorsType.BF16:
                var upperHalves = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (var i = 0; i < upperHalves.Length; i++)
                    destination[i] = BitConverter.UInt32BitsToSingle((uint)upperHalves[i] << 16);
                return true;
            case SafetensorsType.F16:
                var halves = MemoryMarshal.Cast<byte, Half>(bytes);
                for (var i = 0; i < halves.Length; i++)
                    destination[i] = (float)halves[i];
                return true;
            case SafetensorsType.F64:
                var doubles = MemoryMarshal.Cast<byte, double>(bytes);
                for (var i = 0; i < doubles.Length; i++)
                    destination[i] = (float)doubles[i];
                return true;
            default:
                return false;
        }
    }

    /// <summary>Copies integers; false when the type is no integer type.</summary>
    public static bool TryConvert(SafetensorsType type, ReadOnlySpan<byte> bytes, Span<long> destination)
    {
        switch (type)
        {
            case SafetensorsType.I64:
                MemoryMarshal.Cast<byte, long>(bytes).CopyTo(destination);
                return true;
            case SafetensorsType.I32:
                var integers = MemoryMarshal.Cast<byte, int>(bytes);
                for (var i = 0; i < integers.Length; i++)
                    destination[i] = integers[i];
                return true;
            case SafetensorsType.I8:
                var signed = MemoryMarshal.Cast<byte, sbyte>(bytes);
                for (var i = 0; i < signed.Length; i++)
                    destination[i] = signed[i];
                return true;
            case SafetensorsType.U8 or SafetensorsType.Bool:
                for (var i = 0; i < bytes.Length; i++)
                    destination[i] = bytes[i];
                return true;
            default:
                return false;
        }
    }

    /// <summary>The index of the first value that is NaN or infinite: whose exponent has every bit set; −1 when there is none.</summary>
    public static int IndexOfNonFinite(SafetensorsType type, ReadOnlySpan<byte> bytes) => type switch
    {
        SafetensorsType.F32 => IndexOfAllBits(MemoryMarshal.Cast<byte, uint>(bytes), SingleExponent),
        SafetensorsType.F64 => IndexOfAllBits(MemoryMarshal.Cast<byte, ulong>(bytes), DoubleExponent),
        SafetensorsType.F16 => IndexOfAllBits(MemoryMarshal.Cast<byte, ushort>(bytes), HalfExponent),
        SafetensorsType.BF16 => IndexOfAllBits(MemoryMarshal.Cast<byte, ushort>(bytes), UpperHalfExponent),
        _ => -1,
    };

    /// <summary>The index of the first value with all bits of the mask set.</summary>
    private static int IndexOfAllBits<T>(ReadOnlySpan<T> values, T mask)
        where T : unmanaged, IBinaryInteger<T>
    {
        var masks = new Vector<T>(mask);
        var i = 0;
        for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            if (Vector.EqualsAny(new Vector<T>(values[i..]) & masks, masks))
                break;
        }

        for (; i < values.Length; i++)
        {
            if ((values[i] & mask) == mask)
                return i;
        }

        return -1;
    }
}
