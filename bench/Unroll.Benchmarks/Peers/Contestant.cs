namespace Unroll.Benchmarks.Peers;

/// <summary>One that takes part where its native library loads.</summary>
/// <param name="Name">Its name in the tables.</param>
/// <param name="Runtime">The library it needs, or null for none.</param>
/// <param name="Open">Sets it up.</param>
internal sealed record Contestant(string Name, PeerRuntime? Runtime, Func<IPeer> Open);
