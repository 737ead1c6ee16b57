namespace Unroll.Benchmarks.Peers;

/// <summary>One contestant, set up for one workload with the values all of them share.</summary>
internal interface IPeer : IDisposable
{
    /// <summary>Its name in the tables.</summary>
    string Name { get; }

    /// <summary>Does the work once: what is timed.</summary>
    void Run();

    /// <summary>
    /// What the last <see cref="Run"/> made, to compare with the other contestants' by name. Padding is zero, gates stand in PyTorch's order.
    /// </summary>
    IReadOnlyDictionary<string, float[]> Outcome();

    /// <summary>Nothing to free, unless it holds native memory.</summary>
    void IDisposable.Dispose()
    {
    }
}
