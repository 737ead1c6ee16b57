using System.Globalization;

namespace Unroll.Benchmarks.Soak;

/// <summary>
/// Watches memory while work is repeated: after a first tenth, in which buffers take their size, it has to stay flat.
/// </summary>
/// <param name="name">What is repeated.</param>
/// <param name="count">How often.</param>
internal sealed class GrowthCheck(string name, long count)
{
    /// <summary>How much more may be held at the end than after the first tenth.</summary>
    public const double Tolerance = 0.02;

    private const int Parts = 10;

    private readonly MemorySample[] samples = new MemorySample[Parts];
    private long done;
    private int part;

    /// <summary>Whether all repetitions are done.</summary>
    public bool IsDone => done >= count;

    /// <summary>Call after each repetition; looks at memory after each tenth of them.</summary>
    public void Count()
    {
        done++;
        if (part == Parts || done < count * (part + 1) / Parts)
            return;
        samples[part] = MemorySample.Take();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{done,12:N0} {name}: {samples[part].Live,14:N0} bytes live, {samples[part].Resident,14:N0} resident"));
        part++;
    }

    /// <summary>Prints how much memory has grown.</summary>
    /// <returns>Whether it stayed flat.</returns>
    public bool Conclude()
    {
        var live = Growth(samples[0].Live, samples[^1].Live);
        var resident = Growth(samples[0].Resident, samples[^1].Resident);
        var isFlat = live <= Tolerance && resident <= Tolerance;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {live:+0.00%;-0.00%} live, {resident:+0.00%;-0.00%} resident; at most {Tolerance:0%} is flat: {(isFlat ? "passed" : "failed")}"));
        return isFlat;
    }

    private static double Growth(long first, long last) => ((double)last / first) - 1;
}
