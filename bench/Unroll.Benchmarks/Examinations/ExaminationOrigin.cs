using System.Globalization;
using Unroll.Benchmarks.Measurement;

namespace Unroll.Benchmarks.Examinations;

/// <summary>When, where and with what a row came about.</summary>
/// <param name="Date">The day, as <c>2026-01-31</c>.</param>
/// <param name="Machine">The machine and the versions.</param>
/// <param name="Threads">Threads.</param>
internal sealed record ExaminationOrigin(string Date, Machine Machine, int Threads)
{
    /// <summary>Today, here.</summary>
    public static ExaminationOrigin Now(int threads) =>
        new(DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Machine.Current(), threads);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Date}; {Machine.Processor}, {Machine.Cores} cores, {Machine.VectorBits}-bit vectors; {Machine.System}; {Machine.Runtime}; Unroll {Machine.Unroll}. Threads: {Threads}.");
}
