using System.Diagnostics;

namespace Unroll.Benchmarks.Soak;

/// <summary>What the process holds at a moment.</summary>
/// <param name="Live">Bytes that the collector finds reachable.</param>
/// <param name="Resident">Bytes of physical memory.</param>
internal readonly record struct MemorySample(long Live, long Resident)
{
    /// <summary>Collects everything that can be collected, then looks.</summary>
    public static MemorySample Take()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return new(GC.GetTotalMemory(forceFullCollection: true), process.WorkingSet64);
    }
}
