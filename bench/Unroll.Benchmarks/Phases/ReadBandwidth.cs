using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Unroll.Kernels;

namespace Unroll.Benchmarks.Phases;

/// <summary>
/// How fast a number of bytes is read again and again, each thread its part of them: so from the cache that holds that many, or from memory.
/// </summary>
internal sealed unsafe class ReadBandwidth : IParallelWork
{
    private const int Bursts = 15;

    // What one burst reads at least, so that handing it out to the threads is negligible.
    private const long BytesOfBurst = 1 << 25;

    // Four vectors a step, each with a sum of its own.
    private const int FloatsOfStep = 64;

    private readonly FloatBuffer values = new();
    private readonly int length;
    private readonly int parts;
    private readonly int passes;
    private float sink;

    private ReadBandwidth(long bytes, int threads)
    {
        parts = threads;
        length = (int)Math.Max(1, bytes / (sizeof(float) * FloatsOfStep * threads)) * FloatsOfStep;
        passes = (int)Math.Max(1, BytesOfBurst / (sizeof(float) * (long)length * threads));
        values.EnsureLength(length * threads);
        values.Span.Fill(1);
    }

    /// <summary>Measures, in GB/s; the best of some bursts, as the peak is measured.</summary>
    /// <param name="bytes">How many in all.</param>
    /// <param name="threads">Threads that share them.</param>
    public static double Measure(long bytes, int threads)
    {
        var reading = new ReadBandwidth(bytes, threads);
        var best = double.MaxValue;
        for (var burst = 0; burst < Bursts; burst++)
        {
            var start = Stopwatch.GetTimestamp();
            Workers.Run(reading, reading.parts);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return sizeof(float) * (double)reading.length * reading.parts * reading.passes / best / 1e9;
    }

    void IParallelWork.Run(int item)
    {
        var sum = 0f;
        for (var pass = 0; pass < passes; pass++)
            sum += Sum(values.Pointer.Pointer + ((nint)item * length), length);
        sink = sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float Sum(float* from, nint count)
    {
        Vector512<float> a = default, b = default, c = default, d = default;
        for (nint index = 0; index < count; index += FloatsOfStep)
        {
            a += Vector512.Load(from + index);
            b += Vector512.Load(from + index + 16);
            c += Vector512.Load(from + index + 32);
            d += Vector512.Load(from + index + 48);
        }

        return Vector512.Sum(a + b + c + d);
    }
}
