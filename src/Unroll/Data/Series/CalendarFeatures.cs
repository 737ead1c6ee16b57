namespace Unroll.Data;

/// <summary>Periods of the calendar.</summary>
[Flags]
internal enum CalendarPeriods
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The place in the day.</summary>
    Day = 1,

    /// <summary>The place in the week.</summary>
    Week = 2,

    /// <summary>The place in the year.</summary>
    Year = 4,
}

/// <summary>
/// What a date says of itself as numbers, known for any time ahead: the place in the day, the week and the year, each as sines and cosines of a few multiples of its
/// angle, so that the end of a period lies beside its start.
/// </summary>
internal static class CalendarFeatures
{
    private const double DaysOfYear = 365.2425;

    /// <summary>Multiples of the angle: three make seven week days, and nearly twelve months, free of each other.</summary>
    private const int Harmonics = 3;

    /// <summary>Of the place in the year where it is read by days or weeks, and of quarters.</summary>
    private const int FewHarmonics = 2;

    /// <summary>A period that was not seen so often teaches its single days and not what returns.</summary>
    private const int SeenPeriods = 2;

    /// <summary>The periods that steps of a frequency have a place in, as far as some time has seen them twice.</summary>
    /// <param name="frequency">The frequency of the series.</param>
    /// <param name="seen">How long the training part is.</param>
    public static CalendarPeriods Of(Frequency frequency, TimeSpan seen)
    {
        var all = frequency.Unit switch
        {
            FrequencyUnit.Second or FrequencyUnit.Minute or FrequencyUnit.Hour => CalendarPeriods.Day | CalendarPeriods.Week | CalendarPeriods.Year,
            FrequencyUnit.Day or FrequencyUnit.BusinessDay => CalendarPeriods.Week | CalendarPeriods.Year,
            FrequencyUnit.Week or FrequencyUnit.Month or FrequencyUnit.Quarter => CalendarPeriods.Year,
            _ => CalendarPeriods.None,
        };
        foreach (var (period, days) in (ReadOnlySpan<(CalendarPeriods, double)>)[(CalendarPeriods.Day, 1), (CalendarPeriods.Week, 7), (CalendarPeriods.Year, DaysOfYear)])
        {
            // A step more or less is not what decides.
            if (seen.TotalDays < 0.98 * SeenPeriods * days)
                all &= ~period;
        }

        return all;
    }

    /// <summary>How many numbers there are.</summary>
    public static int CountOf(Frequency frequency, CalendarPeriods periods) =>
        (periods.HasFlag(CalendarPeriods.Day) ? 2 * Harmonics : 0) + (periods.HasFlag(CalendarPeriods.Week) ? 2 * Harmonics : 0)
        + (periods.HasFlag(CalendarPeriods.Year) ? 2 * HarmonicsOfYear(frequency) : 0);

    /// <summary>Writes them.</summary>
    /// <param name="frequency">The frequency of the series.</param>
    /// <param name="periods">Which are read.</param>
    /// <param name="time">The time of a step.</param>
    /// <param name="features">Overwritten.</param>
    public static void Write(Frequency frequency, CalendarPeriods periods, DateTime time, Span<float> features)
    {
        var place = 0;
        if (periods.HasFlag(CalendarPeriods.Day))
            Add(features, ref place, time.TimeOfDay.TotalDays, Harmonics);
        if (periods.HasFlag(CalendarPeriods.Week))
            Add(features, ref place, (int)time.DayOfWeek / 7.0, Harmonics);
        if (periods.HasFlag(CalendarPeriods.Year))
            Add(features, ref place, PlaceInYear(frequency, time), HarmonicsOfYear(frequency));
    }

    private static int HarmonicsOfYear(Frequency frequency) => frequency.Unit == FrequencyUnit.Month ? Harmonics : FewHarmonics;

    private static double PlaceInYear(Frequency frequency, DateTime time) => frequency.Unit switch
    {
        FrequencyUnit.Month => (time.Month - 1) / 12.0,
        FrequencyUnit.Quarter => (time.Month - 1) / 3 / 4.0,
        _ => (time.DayOfYear - 1) / DaysOfYear,
    };

    private static void Add(Span<float> features, ref int place, double share, int harmonics)
    {
        for (var multiple = 1; multiple <= harmonics; multiple++)
        {
            var (sine, cosine) = Math.SinCos(2 * Math.PI * multiple * share);
            features[place++] = (float)sine;
            features[place++] = (float)cosine;
        }
    }
}
