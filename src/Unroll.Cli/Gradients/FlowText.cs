using System.Globalization;

namespace Unroll.Cli.Gradients;

/// <summary>The figures of a study in words.</summary>
internal static class FlowText
{
    /// <summary>Beyond this many steps a gradient neither halves nor doubles in any sequence that is looked at.</summary>
    private const double Steady = 10_000;

    /// <summary>A figure with three significant digits.</summary>
    public static string Figure(double value) => !double.IsFinite(value)
        ? "no number"
        : Math.Abs(value) is >= 1e5 or (< 1e-3 and > 0)
            ? value.ToString("0.0e0", CultureInfo.InvariantCulture)
            : value.ToString(Math.Abs(value) >= 100 ? "F0" : Math.Abs(value) >= 10 ? "F1" : "F3", CultureInfo.InvariantCulture);

    /// <summary>Half-life or doubling time.</summary>
    public static string HalfLife(double steps) => steps switch
    {
        double.NaN => "–",
        >= Steady or <= -Steady => "steady",
        >= 0 => steps.ToString("F1", CultureInfo.InvariantCulture),
        _ => $"doubles in {(-steps).ToString("F1", CultureInfo.InvariantCulture)}",
    };

    /// <summary>How a run with or without clipping ended.</summary>
    public static string End(ClippingRun run) => run.Diverged is { } update
        ? string.Create(CultureInfo.InvariantCulture, $"no number at update {update}")
        : Figure(run.FinalLoss!.Value);
}
