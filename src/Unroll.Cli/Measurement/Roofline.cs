using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unroll.Cli.Measurement;

/// <summary>
/// The floating-point peak of this machine at this moment: multiply-adds on registers alone, fused where the processor can, on the widest
/// vectors there are.
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
    private const int Bursts = 250;

    /// <summary>Measures for about a quarter of a second on one core, then as long on all of them.</summary>
    public static Roofline Measure()
    {
        var lanes = Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector256<float>.Count;
        var cores = Environment.ProcessorCount;
        Burst();
        return new(lanes, BestRate(lanes), RateOfAll(cores, lanes), cores);
    }

    /// <summary>The peak of so many threads; between one core and all of them in proportion.</summary>
    public double Of(int threads) => threads == 1 ? OneCore : AllCores * Math.Min(threads, CoreCount) / CoreCount;

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
            a = Vector512.MultiplyAddEstimate(a, factor, factor);
            b = Vector512.MultiplyAddEstimate(b, factor, factor);
            c = Vector512.MultiplyAddEstimate(c, factor, factor);
            d = Vector512.MultiplyAddEstimate(d, factor, factor);
            e = Vector512.MultiplyAddEstimate(e, factor, factor);
            f = Vector512.MultiplyAddEstimate(f, factor, factor);
            g = Vector512.MultiplyAddEstimate(g, factor, factor);
            h = Vector512.MultiplyAddEstimate(h, factor, factor);
            i = Vector512.MultiplyAddEstimate(i, factor, factor);
            j = Vector512.MultiplyAddEstimate(j, factor, factor);
            k = Vector512.MultiplyAddEstimate(k, factor, factor);
            l = Vector512.MultiplyAddEstimate(l, factor, factor);
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
            a = Vector256.MultiplyAddEstimate(a, factor, factor);
            b = Vector256.MultiplyAddEstimate(b, factor, factor);
            c = Vector256.MultiplyAddEstimate(c, factor, factor);
            d = Vector256.MultiplyAddEstimate(d, factor, factor);
            e = Vector256.MultiplyAddEstimate(e, factor, factor);
            f = Vector256.MultiplyAddEstimate(f, factor, factor);
            g = Vector256.MultiplyAddEstimate(g, factor, factor);
            h = Vector256.MultiplyAddEstimate(h, factor, factor);
            i = Vector256.MultiplyAddEstimate(i, factor, factor);
            j = Vector256.MultiplyAddEstimate(j, factor, factor);
            k = Vector256.MultiplyAddEstimate(k, factor, factor);
            l = Vector256.MultiplyAddEstimate(l, factor, factor);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
