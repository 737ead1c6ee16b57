namespace Unroll.Kernels;

/// <summary>The layout of an IEEE 754 float32.</summary>
internal static class FloatBits
{
    public const int MantissaBits = 23;

    public const int ExponentBias = 127;

    /// <summary>A bfloat16 is the upper half of a float32.</summary>
    public const int BFloat16Bits = 16;

    /// <summary>The bits of the upper half.</summary>
    public const uint UpperHalf = 0xFFFF_0000;

    /// <summary>The bits of √½.</summary>
    public const int SquareRootOfHalf = 0x3F3504F3;

    /// <summary>2⁻¹²⁶: below it are the subnormal numbers.</summary>
    public const float SmallestNormal = 1.17549435e-38f;

    /// <summary>
    /// 1.5 · 2²³ + 127. Added to a number below 2²² it rounds it to the nearest integer n, ties to even, and leaves n + 127 in the lowest bits.
    /// </summary>
    public const float PowerBias = 12582912f + ExponentBias;
}
