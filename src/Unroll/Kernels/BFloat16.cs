namespace Unroll.Kernels;

/// <summary>The upper half of a float32: its sign, its exponent and 7 bits of its mantissa.</summary>
internal static class BFloat16
{
    /// <summary>The largest float32 that does not round to infinity: just below the middle between the largest bfloat16 and 2¹²⁸.</summary>
    public static readonly float LargestFinite = BitConverter.UInt32BitsToSingle(0x7F7F_7FFF);

    /// <summary>Just below half of the lowest bit that is kept.</summary>
    private const uint JustBelowHalf = 0x7FFF;

    /// <summary>Rounds to the nearest bfloat16, ties to even; a number beyond the largest becomes infinite.</summary>
    /// <param name="value">No NaN.</param>
    public static ushort Round(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        var lowestKept = (bits >> FloatBits.BFloat16Bits) & 1;
        return (ushort)((bits + JustBelowHalf + lowestKept) >> FloatBits.BFloat16Bits);
    }

    /// <summary>The same number as a float32.</summary>
    public static float Widen(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << FloatBits.BFloat16Bits);
}
