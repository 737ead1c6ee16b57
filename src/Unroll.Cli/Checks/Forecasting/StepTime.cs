using System.Globalization;

namespace Unroll.Cli.Checks.Forecasting;

/// <summary>Times in words.</summary>
internal static class StepTime
{
    /// <summary>A day, with the time of it where it is not midnight.</summary>
    public static string Of(DateTime time) =>
        time.ToString(time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : time.Second == 0 ? "yyyy-MM-dd HH:mm" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
