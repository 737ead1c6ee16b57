namespace Unroll.Tests.Oracles;

/// <summary>Distances in units in the last place of float32.</summary>
internal static class Ulp
{
    /// <summary>
    /// How far <paramref name="actual"/> is from the exact value, in spacings of float32 at the exact value; 0 for two NaN or the same infinity.
    /// </summary>
    public static double Distance(float actual, double exact)
    {
        if (float.IsNaN(actual) || double.IsNaN(exact))
            return float.IsNaN(actual) && double.IsNaN(exact) ? 0 : double.PositiveInfinity;
        var rounded = (float)exact;
        if (actual == rounded)
            return Math.Abs(actual - exact) is var rest && double.IsFinite(rest) ? rest / Spacing(rounded) : 0;
        if (!float.IsFinite(actual) || !float.IsFinite(rounded))
            return Math.Abs((double)Order(actual) - Order(rounded));
        return Math.Abs(actual - exact) / Spacing(rounded);
    }

    /// <summary>The distance of a float32 to the next larger magnitude.</summary>
    private static double Spacing(float value)
    {
        var magnitude = Math.Min(Math.Abs(value), BitConverter.Int32BitsToSingle(0x7F7FFFFE));
        return (double)MathF.BitIncrement(magnitude) - magnitude;
    }

    // Two's complement order of the bit patterns, so that neighbours differ by one through zero.
    private static int Order(float value)
    {
        var bits = BitConverter.SingleToInt32Bits(value);
        return bits >= 0 ? bits : int.MinValue - bits;
    }
}
