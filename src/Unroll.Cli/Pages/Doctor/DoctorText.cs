using System.Globalization;
using Unroll.Training;

namespace Unroll.Cli.Pages.Doctor;

/// <summary>The diagnosis in words and numbers.</summary>
internal static class DoctorText
{
    /// <summary>What was looked at and at which cost.</summary>
    public static string Summary(DoctorReport report) => FormattableString.Invariant(
        $"{report.Updates:N0} updates, {report.Probes:N0} of them looked at closely. Diagnosis took {100 * report.CostShare:F1} % of the time.");

    /// <summary>A number with two or three digits, or a dash.</summary>
    public static string Number(double? value) => value switch
    {
        null => "–",
        0 => "0",
        { } number when !double.IsFinite(number) => number.ToString(CultureInfo.InvariantCulture),
        { } number when Math.Abs(number) is >= 0.001 and < 100_000 => number.ToString("0.###", CultureInfo.InvariantCulture),
        { } number => number.ToString("0.0e+0", CultureInfo.InvariantCulture).Replace("e+", "e", StringComparison.Ordinal),
    };

    /// <summary>A half-life.</summary>
    public static string Steps(double? halfLife) => halfLife switch
    {
        null => "–",
        double.PositiveInfinity => "no decay",
        { } steps => steps.ToString("F1", CultureInfo.InvariantCulture),
    };

    public static string Percent(double share) => FormattableString.Invariant($"{100 * share:F0} %");
}
