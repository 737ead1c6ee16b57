namespace Unroll.Data;

/// <summary>
/// What a date says of itself as numbers, known for any time ahead: the place in the day, the week and the year, each as sines and cosines of a few multiples of its
/// angle, so that the end of a period lies beside its start.
/// </summary>
internal static class CalendarFeatures
{
    private const double DaysOfYear = 365.2425;

    /// <summary>Multiples of the angle: three make seven week days, and nearly twelve months, free of each other.</summary>
    private const int Harmonics = 3;

    private const int HarmonicsOfDays = 2;

    /// <summary>How many numbers there are.</summary>
    public static int CountOf(Frequency frequency) => frequency.Unit switch
    {
        FrequencyUnit.Second or FrequencyUnit.Minute or FrequencyUnit.Hour => 2 * (Harmonics + Harmonics + HarmonicsOfDays),
        FrequencyUnit.Day or FrequencyUnit.BusinessDay => 2 * (Harmonics + HarmonicsOfDays),
        FrequencyUnit.Week => 2 * HarmonicsOfDays,
        FrequencyUnit.Month => 2 * Harmonics,
        FrequencyUnit.Quarter => 2 * HarmonicsOfDays,
        _ => 0,
    };

    /// <summary>Writes them.</summary>
    /// <param name="frequency">The frequency of the series.</param>
    /// <param name="time">The time of a step.</param>
    /// <param name="features">Overwritten.</param>
    public static void Write(Frequency frequency, DateTime time, Span<float> features)
    {
        var place = 0;
        switch (frequency.Unit)
        {
            case FrequencyUnit.Second or FrequencyUnit.Minute or FrequencyUnit.Hour:
                Add(features, ref place, time.TimeOfDay.TotalDays, Harmonics);
                Add(features, ref place, (int)time.DayOfWeek / 7.0, Harmonics);
                Add(features, ref place, (time.DayOfYear - 1) / DaysOfYear, HarmonicsOfDays);
                break;
            case FrequencyUnit.Day or FrequencyUnit.BusinessDay:
                Add(features, ref place, (int)time.DayOfWeek / 7.0, Harmonics);
                Add(features, ref place, (time.DayOfYear - 1) / DaysOfYear, HarmonicsOfDays);
                break;
            case FrequencyUnit.Week:
                Add(features, ref place, (time.DayOfYear - 1) / DaysOfYear, HarmonicsOfDays);
                break;
            case FrequencyUnit.Month:
                Add(features, ref place, (time.Month - 1) / 12.0, Harmonics);
                break;
            case FrequencyUnit.Quarter:
                Add(features, ref place, (time.Month - 1) / 3 / 4.0, HarmonicsOfDays);
                break;
        }
    }

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
