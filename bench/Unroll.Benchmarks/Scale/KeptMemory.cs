namespace Unroll.Benchmarks.Scale;

/// <summary>What work keeps for its next repetition.</summary>
internal static class KeptMemory
{
    /// <summary>
    /// Bytes that stay reachable after the work was done twice, over those before it. Buffers of the library are arrays of the garbage collector,
    /// so its count is exact but for a few kilobytes.
    /// </summary>
    public static long Of(Action work)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        work();
        work();
        var after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(work);
        return after - before;
    }
}
