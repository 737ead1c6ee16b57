using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unroll.Benchmarks.Measurement;

/// <summary>
/// The floating-point peak of this machine at this moment: fused multiply-adds on registers alone, on the widest vectors there are.
/// Clock rates and neighbours change, so a share of peak is only worth something against the peak of the same run.
/// </summary>
/// <param name="LaneCount">Floats in a vector.</param>
/// <param name="OneCore">Billions of floating-point operations a second on one core.</param>
/// <param name="AllCores">The same on all of them at once.</param>
/// <param name="CoreCount">How many that are.</param>
internal sealed record Roofline(int LaneCount, double OneCore, double AllCores, int CoreCount)
{
    // Latency 4, two units a core: 8 chains keep them busy; 12 leave room for wider cores and still stay in 16 registers.
    private const int Chains = 12;
    private const int Steps = 200_000;
    private const int Bursts = 100;

    /// <summary>Measures for about a tenth of a second on one core, then as long on all of them.</summary>
    public static Roofline Measure()
    {
        var lanes = Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector256<float>.Count;
        var cores = Environment.ProcessorCount;
        Burst();
        return new(lanes, BestRate(lanes), RateOfAll(cores, lanes), cores);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{OneCore:F0} GF/s on one core, {AllCores:F0} GF/s on {CoreCount} ({LaneCount} lanes)");

    private static double RateOfAll(int cores, int lanes)
    {
        var rates = new double[cores];
        using var start = new Barrier(cores);
        var threads = Enumerable.Range(0, cores).Select(index => new Thread(() =>
        {
            start.SignalAndWait();
            rates[index] = BestRate(lanes);
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        return rates.Sum();
    }

    private static double BestRate(int lanes)
    {
        var best = TimeSpan.MaxValue;
        for (var burst = 0; burst < Bursts; burst++)
        {
            var start = Stopwatch.GetTimestamp();
            Burst();
            var elapsed = Stopwatch.GetElapsedTime(start);
            if (elapsed < best)
                best = elapsed;
        }

        return 2.0 * lanes * Chains * Steps / best.TotalSeconds / 1e9;
    }

    private static float Burst() => Vector512.IsHardwareAccelerated ? Burst512(Steps) : Burst256(Steps);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float Burst512(int steps)
    {
        var factor = Vector512.Create(0.5f);
        Vector512<float> a = factor, b = factor, c = factor, d = factor, e = factor, f = factor;
        Vector512<float> g = factor, h = factor, i = factor, j = factor, k = factor, l = factor;
        for (var step = 0; step < steps; step++)
        {
            a = Vector512.FusedMultiplyAdd(a, factor, factor);
            b = Vector512.FusedMultiplyAdd(b, factor, factor);
            c = Vector512.FusedMultiplyAdd(c, factor, factor);
            d = Vector512.FusedMultiplyAdd(d, factor, factor);
            e = Vector512.FusedMultiplyAdd(e, factor, factor);
            f = Vector512.FusedMultiplyAdd(f, factor, factor);
            g = Vector512.FusedMultiplyAdd(g, factor, factor);
            h = Vector512.FusedMultiplyAdd(h, factor, factor);
            i = Vector512.FusedMultiplyAdd(i, factor, factor);
            j = Vector512.FusedMultiplyAdd(j, factor, factor);
            k = Vector512.FusedMultiplyAdd(k, factor, factor);
            l = Vector512.FusedMultiplyAdd(l, factor, factor);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float Burst256(int steps)
    {
        var factor = Vector256.Create(0.5f);
        Vector256<float> a = factor, b = factor, c = factor, d = factor, e = factor, f = factor;
        Vector256<float> g = factor, h = factor, i = factor, j = factor, k = factor, l = factor;
        for (var step = 0; step < steps; step++)
        {
            a = Vector256.FusedMultiplyAdd(a, factor, factor);
            b = Vector256.FusedMultiplyAdd(b, factor, factor);
            c = Vector256.FusedMultiplyAdd(c, factor, factor);
            d = Vector256.FusedMultiplyAdd(d, factor, factor);
            e = Vector256.FusedMultiplyAdd(e, factor, factor);
            f = Vector256.FusedMultiplyAdd(f, factor, factor);
            g = Vector256.FusedMultiplyAdd(g, factor, factor);
            h = Vector256.FusedMultiplyAdd(h, factor, factor);
            i = Vector256.FusedMultiplyAdd(i, factor, factor);
            j = Vector256.FusedMultiplyAdd(j, factor, factor);
            k = Vector256.FusedMultiplyAdd(k, factor, factor);
            l = Vector256.FusedMultiplyAdd(l, factor, factor);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
