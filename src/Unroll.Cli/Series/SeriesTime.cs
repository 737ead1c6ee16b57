using System.Globalization;

namespace Unroll.Cli.Series;

/// <summary>Reads times as tables have them: ISO 8601 and its parts, or one format that the user names. Times with an offset are brought to UTC.</summary>
/// <param name="format">The user's format, or null.</param>
internal sealed class SeriesTime(string? format)
{
    private const DateTimeStyles Styles = DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces;

    private static readonly string[] Known =
    [
        "yyyy-MM-dd", "yyyy-MM", "yyyy-M-d", "yyyy/MM/dd", "yyyy/M/d", "yyyyMMdd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-ddTHH:mm",
        "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ss.FFFFFFF", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ssK", "yyyy/MM/dd HH:mm",
        "yyyy/MM/dd HH:mm:ss",
    ];

    private static readonly string[] Year = ["yyyy"];

    private readonly string[]? own = format is null ? null : [format];

    /// <summary>Whether a text is a time.</summary>
    public bool TryRead(string text, out DateTime time) => TryRead(text, own ?? Known, out time);

    /// <summary>Whether a text is a time, or a year of four digits, which elsewhere is a number.</summary>
    public bool TryReadNamed(string text, out DateTime time) => TryRead(text, out time) || (own is null && TryRead(text, Year, out time));

    private static bool TryRead(string text, string[] formats, out DateTime time)
    {
        if (!DateTime.TryParseExact(text, formats, CultureInfo.InvariantCulture, Styles, out time))
            return false;
        time = DateTime.SpecifyKind(time, DateTimeKind.Unspecified);
        return true;
    }

    /// <summary>A time as it is written, without what is zero.</summary>
    public static string Write(DateTime time) =>
        time.ToString(time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
