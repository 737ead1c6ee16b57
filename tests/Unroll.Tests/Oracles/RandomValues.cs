namespace Unroll.Tests.Oracles;

/// <summary>
/// Random test values. They are rounded to float32, so that the engine and the oracle start from exactly the same numbers.
/// </summary>
internal static class RandomValues
{
    public static double[] Uniform(Random random, int length, double scale = 1)
    {
        var values = new double[length];
        for (var index = 0; index < length; index++)
            values[index] = (float)(((2 * random.NextDouble()) - 1) * scale);
        return values;
    }

    public static float[] Singles(Random random, int length, double scale = 1) => ToSingle(Uniform(random, length, scale));

    public static float[] ToSingle(ReadOnlySpan<double> values)
    {
        var singles = new float[values.Length];
        for (var index = 0; index < values.Length; index++)
            singles[index] = (float)values[index];
        return singles;
    }

    public static double[] ToDouble(ReadOnlySpan<float> values)
    {
        var doubles = new double[values.Length];
        for (var index = 0; index < values.Length; index++)
            doubles[index] = values[index];
        return doubles;
    }
}
