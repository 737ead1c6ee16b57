using Unroll.Cli.Measurement;

namespace Unroll.Cli.Benchmarks;

/// <summary>What a benchmark is measured on and with.</summary>
/// <param name="Processor">The processor.</param>
/// <param name="Roofline">Its peak in this run.</param>
/// <param name="Threads">Threads that the library uses.</param>
/// <param name="Time">About how long it takes.</param>
/// <param name="ForcedLanes">The width that <c>UNROLL_LANES</c> forces on the kernels, or null for the widest.</param>
internal sealed record BenchPlan(Processor Processor, Roofline Roofline, int Threads, TimeSpan Time, string? ForcedLanes);
