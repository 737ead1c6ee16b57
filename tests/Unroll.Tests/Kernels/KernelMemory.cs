using Unroll.Kernels;

namespace Unroll.Tests.Kernels;

/// <summary>Buffers for kernel tests that end at a forbidden page where the system has such pages.</summary>
internal sealed class KernelMemory(bool guardBefore) : IDisposable
{
    private readonly List<GuardedBuffer> guarded = [];
    private readonly List<FloatBuffer> plain = [];

    /// <summary>Sizes at which loops over vectors and blocks have every kind of rest: 1–70 and around powers of two.</summary>
    public static IReadOnlyList<int> Sizes { get; } =
        [.. Enumerable.Range(1, 70).Concat(Enumerable.Range(7, 4).SelectMany(power => new[] { (1 << power) - 1, 1 << power, (1 << power) + 1 }))];

    public Floats Take(ReadOnlySpan<float> values)
    {
        var memory = Take(values.Length);
        values.CopyTo(memory.Span(values.Length));
        return memory;
    }

    public Floats Take(int length)
    {
        if (!OperatingSystem.IsLinux())
        {
            plain.Add(new(Math.Max(length, 1)));
            return plain[^1].Pointer;
        }

        guarded.Add(new(length, guardBefore));
        return guarded[^1].Pointer;
    }

    public void Dispose()
    {
        foreach (var buffer in guarded)
            buffer.Dispose();
        GC.KeepAlive(plain);
    }
}
