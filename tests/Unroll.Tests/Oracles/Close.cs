namespace Unroll.Tests.Oracles;

/// <summary>Comparisons that name the tensor, the place and both values.</summary>
internal static class Close
{
    /// <summary>Outputs of a float32 implementation against libtorch or the oracle.</summary>
    public const double OutputTolerance = 1e-5;

    /// <summary>Gradients, relative to the largest value of the tensor.</summary>
    public const double GradientTolerance = 1e-4;

    /// <summary>What one time step adds to a gradient when weights, inputs and seeds are of about 1.</summary>
    public const double TermScale = 0.1;

    /// <summary>Losses of a training run of 30 updates.</summary>
    public const double LossTolerance = 1e-4;

    public static void Absolute(string name, ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance = OutputTolerance)
    {
        Assert.True(expected.Length == actual.Length, $"{name}: {actual.Length} values; expected {expected.Length}.");
        for (var index = 0; index < expected.Length; index++)
        {
            // Written so that a NaN on either side fails.
            if (!(Math.Abs(expected[index] - actual[index]) <= tolerance))
                Assert.Fail($"{name}[{index}] is {actual[index]:R}; expected {expected[index]:R} within {tolerance:R}.");
        }
    }

    public static void Absolute(string name, ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double tolerance = OutputTolerance) =>
        Absolute(name, expected, RandomValues.ToDouble(actual), tolerance);

    public static void Relative(string name, ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance = GradientTolerance)
    {
        var largest = 0.0;
        foreach (var value in expected)
            largest = Math.Max(largest, Math.Abs(value));
        Absolute(name, expected, actual, tolerance * Math.Max(largest, 1e-30));
    }

    public static void Relative(string name, ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double tolerance = GradientTolerance) =>
        Relative(name, expected, RandomValues.ToDouble(actual), tolerance);

    /// <summary>
    /// Gradients of a random case. They are sums of terms of about <see cref="TermScale"/> that can cancel to almost nothing in a tensor of one
    /// value, while the rounding stays that of the terms: the scale is the tensor's largest value, but not less than that.
    /// </summary>
    public static void Gradients(string name, ReadOnlySpan<double> expected, ReadOnlySpan<float> actual)
    {
        var scale = TermScale;
        foreach (var value in expected)
            scale = Math.Max(scale, Math.Abs(value));
        Absolute(name, expected, actual, GradientTolerance * scale);
    }

    /// <summary>Bit for bit: also tells −0 from 0 and one NaN from another.</summary>
    public static void Bits(string name, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.True(expected.Length == actual.Length, $"{name}: {actual.Length} values; expected {expected.Length}.");
        for (var index = 0; index < expected.Length; index++)
        {
            if (BitConverter.SingleToInt32Bits(expected[index]) != BitConverter.SingleToInt32Bits(actual[index]))
                Assert.Fail($"{name}[{index}] is {actual[index]:R}; expected exactly {expected[index]:R}.");
        }
    }
}
