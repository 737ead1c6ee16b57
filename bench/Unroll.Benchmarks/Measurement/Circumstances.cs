using System.Globalization;
using System.Text.Json.Serialization;
using Unroll.Cli.Measurement;

namespace Unroll.Benchmarks.Measurement;

/// <summary>When, where and with what a table was measured; kept with every figure, because without it figures compare with nothing.</summary>
/// <param name="Date">The day, as <c>2026-01-31</c>.</param>
/// <param name="Machine">The machine and the versions.</param>
/// <param name="PeakOneCore">Peak of one core at that time, in billions of operations a second.</param>
/// <param name="PeakAllCores">Peak of all cores.</param>
/// <param name="Threads">Threads that each contestant had.</param>
/// <param name="Rounds">How often each had its turn.</param>
internal sealed record Circumstances(string Date, Machine Machine, double PeakOneCore, double PeakAllCores, int Threads, int Rounds)
{
    /// <summary>How long a cache line took from one core to another and back; null where it was not measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? HandoverNanoseconds { get; init; }

    /// <summary>What was read, for models of a text.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }

    /// <summary>The peak that shares refer to.</summary>
    [JsonIgnore]
    public double Peak => PeakOf(Threads);

    /// <summary>Measures the peak and looks around.</summary>
    public static Circumstances Now(int threads, int rounds)
    {
        var roofline = Roofline.Measure();
        var date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return new(date, Machine.Current(), roofline.OneCore, roofline.AllCores, threads, rounds) { HandoverNanoseconds = Handover.Nanoseconds() };
    }

    /// <summary>The peak of so many threads.</summary>
    public double PeakOf(int threads) => new Roofline(0, PeakOneCore, PeakAllCores, Machine.Cores).Of(threads);

    /// <summary>All of it in a sentence or two.</summary>
    public override string ToString()
    {
        var text = Text is null ? "" : $" Text: {Text}.";
        var handover = HandoverNanoseconds is { } time ? string.Create(CultureInfo.InvariantCulture, $"; a line between two cores and back: {time:F0} ns") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Date}; {Machine}. Peak of this run: {PeakOneCore:F0} GF/s on one core, {PeakAllCores:F0} on {Machine.Cores}{handover}. {Count(Threads, "thread")}; in turn, median of {Count(Rounds, "round")}.{text}");
    }

    private static string Count(int number, string noun) => string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? "" : "s")}");
}
