namespace Unroll.Benchmarks.Soak;

/// <summary>A leak made on purpose, which the check has to find.</summary>
/// <param name="bytes">What every call keeps for good; 0 for nothing.</param>
internal sealed class Leak(int bytes)
{
    private readonly List<byte[]> kept = [];

    /// <summary>Leaks once.</summary>
    public void Drip()
    {
        if (bytes > 0)
            kept.Add(new byte[bytes]);
    }
}
