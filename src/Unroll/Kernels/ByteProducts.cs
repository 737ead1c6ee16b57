using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Unroll.Kernels;

/// <summary>
/// Sums of four products of bytes in each 32-bit word: <c>sums + Σ magnitudes · bytes</c>. Magnitudes are at most 127, so that the two products
/// that x86 adds in 16 bits stay within 127 · 128 · 2 = 32,512 and nothing saturates: every way gives the same integers.
/// </summary>
internal static class ByteProducts
{
    /// <summary>16 words; the processor has no 512-bit registers without the byte instructions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> sums, Vector512<byte> magnitudes, Vector512<sbyte> bytes)
    {
        if (Avx512BW.IsSupported)
            return sums + Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(magnitudes, bytes), Vector512<short>.One);
        return Vector512.Create(
            Add(sums.GetLower(), magnitudes.GetLower(), bytes.GetLower()), Add(sums.GetUpper(), magnitudes.GetUpper(), bytes.GetUpper()));
    }

    /// <summary>8 words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Vector256<byte> magnitudes, Vector256<sbyte> bytes)
    {
        if (Avx2.IsSupported)
            return sums + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(magnitudes, bytes), Vector256<short>.One);
        return Vector256.Create(
            Add(sums.GetLower(), magnitudes.GetLower(), bytes.GetLower()), Add(sums.GetUpper(), magnitudes.GetUpper(), bytes.GetUpper()));
    }

    /// <summary>4 words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> sums, Vector128<byte> magnitudes, Vector128<sbyte> bytes)
    {
        if (Ssse3.IsSupported)
            return sums + Sse2.MultiplyAddAdjacent(Ssse3.MultiplyAddAdjacent(magnitudes, bytes), Vector128<short>.One);
        if (Dp.IsSupported)
            return Dp.DotProduct(sums, magnitudes.AsSByte(), bytes);
        for (var word = 0; word < Vector128<int>.Count; word++)
            sums = sums.WithElement(word, Add(sums[word], magnitudes.AsUInt32()[word], bytes.AsUInt32()[word]));
        return sums;
    }

    /// <summary>One word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Add(int sum, uint magnitudes, uint bytes) =>
        sum
            + ((int)(magnitudes & 0xFF) * (sbyte)bytes)
            + ((int)((magnitudes >> 8) & 0xFF) * (sbyte)(bytes >> 8))
            + ((int)((magnitudes >> 16) & 0xFF) * (sbyte)(bytes >> 16))
            + ((int)(magnitudes >> 24) * (sbyte)(bytes >> 24));
}
