using System.Runtime.Intrinsics;

namespace Unroll.Kernels;

/// <summary>The lane widths kernels exist in.</summary>
internal enum LaneWidth
{
    Scalar = 1,
    Bits128 = 4,
    Bits256 = 8,
    Bits512 = 16,
}

/// <summary>Which lane width this process uses: the widest the machine accelerates, or what <c>UNROLL_LANES</c> names.</summary>
internal static class LaneSelection
{
    /// <summary>The environment variable that forces a width.</summary>
    public const string Variable = "UNROLL_LANES";

    private static readonly LaneWidth? Chosen = TryParse(Environment.GetEnvironmentVariable(Variable), out var width) ? width : null;

    /// <summary>The width in use.</summary>
    /// <exception cref="InvalidOperationException">UNROLL_LANES names no width, or one this machine lacks.</exception>
    public static LaneWidth Current => Chosen ?? throw new InvalidOperationException(
        $"{Variable}={Environment.GetEnvironmentVariable(Variable)} is not a lane width of this machine; use one of {string.Join(", ", Available())}, or unset it.");

    /// <summary>Reads a width as the variable spells it; empty means the widest.</summary>
    public static bool TryParse(string? text, out LaneWidth width)
    {
        width = Widest();
        switch (text)
        {
            case null or "":
                return true;
            case "scalar":
                width = LaneWidth.Scalar;
                return true;
            case "128":
                width = LaneWidth.Bits128;
                return Vector128.IsHardwareAccelerated;
            case "256":
                width = LaneWidth.Bits256;
                return Vector256.IsHardwareAccelerated;
            case "512":
                width = LaneWidth.Bits512;
                return Vector512.IsHardwareAccelerated;
            default:
                return false;
        }
    }

    private static LaneWidth Widest() =>
        Vector512.IsHardwareAccelerated ? LaneWidth.Bits512
        : Vector256.IsHardwareAccelerated ? LaneWidth.Bits256
        : Vector128.IsHardwareAccelerated ? LaneWidth.Bits128
        : LaneWidth.Scalar;

    private static IEnumerable<string> Available()
    {
        yield return "scalar";
        if (Vector128.IsHardwareAccelerated)
            yield return "128";
        if (Vector256.IsHardwareAccelerated)
            yield return "256";
        if (Vector512.IsHardwareAccelerated)
            yield return "512";
    }
}
