using System.Globalization;

namespace Unroll.Data;

/// <summary>How far apart the steps of a series are: a number of units, <c>15 minutes</c>, <c>1 month</c>.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Count">How many of them, at least 1; of business days 1.</param>
public readonly record struct Frequency(FrequencyUnit Unit, int Count = 1)
{
    private const int DaysOfWeek = 7;
    private const int WorkDays = 5;

    private static readonly (FrequencyUnit Unit, string Name, string[] Short)[] Names =
    [
        (FrequencyUnit.Step, "step", []),
        (FrequencyUnit.Second, "second", ["s", "sec"]),
        (FrequencyUnit.Minute, "minute", ["min"]),
        (FrequencyUnit.Hour, "hour", ["h"]),
        (FrequencyUnit.Day, "day", ["d"]),
        (FrequencyUnit.BusinessDay, "business day", ["b", "business-day"]),
        (FrequencyUnit.Week, "week", ["w"]),
        (FrequencyUnit.Month, "month", ["m"]),
        (FrequencyUnit.Quarter, "quarter", ["q"]),
        (FrequencyUnit.Year, "year", ["y"]),
    ];

    /// <summary>Numbered steps.</summary>
    public static Frequency Steps => new(FrequencyUnit.Step);

    /// <summary>Whether its steps have dates.</summary>
    public bool HasCalendar => Unit != FrequencyUnit.Step;

    /// <summary>
    /// The season that is customary for it, in steps (M4; Makridakis, Spiliotis and Assimakopoulos, 2020): 24 hours, 12 months, 4 quarters, otherwise 1, which is none.
    /// </summary>
    public int CustomarySeason => (Unit, Count) switch
    {
        (FrequencyUnit.Hour, 1) => 24,
        (FrequencyUnit.Month, 1) => 12,
        (FrequencyUnit.Month, 3) or (FrequencyUnit.Quarter, 1) => 4,
        _ => 1,
    };

    /// <summary>Reads a frequency such as <c>day</c>, <c>15min</c>, <c>1h</c>, <c>business-day</c> or <c>3 months</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="frequency">The frequency; a step where the text is none.</param>
    public static bool TryParse(string text, out Frequency frequency)
    {
        ArgumentNullException.ThrowIfNull(text);
        frequency = Steps;
        var trimmed = text.Trim().ToLowerInvariant();
        var digits = trimmed.TakeWhile(char.IsAsciiDigit).Count();
        var count = 1;
        if (digits > 0 && (!int.TryParse(trimmed.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out count) || count < 1))
            return false;
        var word = trimmed[digits..].Trim();
        foreach (var (unit, name, shorts) in Names)
        {
            if (word != name && word != name + "s" && !shorts.Contains(word))
                continue;
            frequency = new(unit, count);
            return unit != FrequencyUnit.BusinessDay || count == 1;
        }

        return false;
    }

    /// <summary>The time some steps after another.</summary>
    /// <param name="start">A time of a step.</param>
    /// <param name="steps">How many; may be negative.</param>
    /// <exception cref="InvalidOperationException">There is no calendar.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is outside the years 1 to 9999.</exception>
    public DateTime Add(DateTime start, long steps)
    {
        var distance = checked(steps * Count);
        return Unit switch
        {
            FrequencyUnit.Second => start.AddTicks(distance * TimeSpan.TicksPerSecond),
            FrequencyUnit.Minute => start.AddTicks(distance * TimeSpan.TicksPerMinute),
            FrequencyUnit.Hour => start.AddTicks(distance * TimeSpan.TicksPerHour),
            FrequencyUnit.Day => start.AddDays(distance),
            FrequencyUnit.BusinessDay => FromWorkDay(WorkDayOf(start) + distance) + start.TimeOfDay,
            FrequencyUnit.Week => start.AddDays(distance * DaysOfWeek),
            FrequencyUnit.Month => AddMonths(start, distance),
            FrequencyUnit.Quarter => AddMonths(start, distance * 3),
            FrequencyUnit.Year => AddMonths(start, distance * 12),
            _ => throw new InvalidOperationException("Numbered steps have no dates."),
        };
    }

    /// <summary>The number of the step at a time.</summary>
    /// <param name="start">The time of step 0.</param>
    /// <param name="time">A time, not before it.</param>
    /// <param name="index">The number of the last step that is not after the time.</param>
    /// <returns>Whether a step is exactly then.</returns>
    public bool TryIndexOf(DateTime start, DateTime time, out long index)
    {
        index = Unit switch
        {
            FrequencyUnit.Month => Months(start, time) / Count,
            FrequencyUnit.Quarter => Months(start, time) / (3 * Count),
            FrequencyUnit.Year => Months(start, time) / (12 * Count),
            FrequencyUnit.BusinessDay => WorkDayOf(time) - WorkDayOf(start),
            _ => (time - start).Ticks / TicksOfStep,
        };
        if (index > 0 && Add(start, index) > time)
            index--;
        return index >= 0 && Add(start, index) == time;
    }

    /// <summary>The frequency that most neighbouring times have, with all times on its steps; null where there is none.</summary>
    /// <param name="times">In ascending order, none twice; at least two.</param>
    public static Frequency? Infer(IReadOnlyList<DateTime> times)
    {
        ArgumentNullException.ThrowIfNull(times);
        if (times.Count < 2)
            return null;
        var candidates = Candidates(times).Where(candidate => times.All(time => candidate.TryIndexOf(times[0], time, out _))).ToList();
        return candidates.Count == 0 ? null : candidates[0];
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var unit = Unit;
        var name = Names.Single(entry => entry.Unit == unit).Name;
        return Count == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{Count} {name}s");
    }

    private long TicksOfStep => Count * Unit switch
    {
        FrequencyUnit.Second => TimeSpan.TicksPerSecond,
        FrequencyUnit.Minute => TimeSpan.TicksPerMinute,
        FrequencyUnit.Hour => TimeSpan.TicksPerHour,
        FrequencyUnit.Day => TimeSpan.TicksPerDay,
        FrequencyUnit.Week => DaysOfWeek * TimeSpan.TicksPerDay,
        _ => throw new InvalidOperationException("Numbered steps have no dates."),
    };

    /// <summary>What the most frequent distance may mean, the coarsest first.</summary>
    private static IEnumerable<Frequency> Candidates(IReadOnlyList<DateTime> times)
    {
        var counts = new Dictionary<long, int>();
        for (var index = 1; index < times.Count; index++)
        {
            var ticks = (times[index] - times[index - 1]).Ticks;
            counts[ticks] = counts.GetValueOrDefault(ticks) + 1;
        }

        var usual = counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key).First().Key;
        var days = usual / (double)TimeSpan.TicksPerDay;
        if (days is >= 365 and <= 366)
            yield return new(FrequencyUnit.Year);
        if (days is >= 90 and <= 92)
            yield return new(FrequencyUnit.Quarter);
        if (days is >= 28 and <= 31)
            yield return new(FrequencyUnit.Month);
        if (usual % (DaysOfWeek * TimeSpan.TicksPerDay) == 0)
            yield return new(FrequencyUnit.Week, (int)(usual / (DaysOfWeek * TimeSpan.TicksPerDay)));
        // Five days in a row and then a gap: only where no weekend ever has a value, and weekends were passed.
        if (usual == TimeSpan.TicksPerDay && (times[^1] - times[0]).Days >= DaysOfWeek && times.All(time => time.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)))
            yield return new(FrequencyUnit.BusinessDay);
        foreach (var (unit, ticks) in (ReadOnlySpan<(FrequencyUnit, long)>)[(FrequencyUnit.Day, TimeSpan.TicksPerDay), (FrequencyUnit.Hour, TimeSpan.TicksPerHour), (FrequencyUnit.Minute, TimeSpan.TicksPerMinute), (FrequencyUnit.Second, TimeSpan.TicksPerSecond)])
        {
            if (usual % ticks == 0 && usual / ticks <= int.MaxValue)
            {
                yield return new(unit, (int)(usual / ticks));
                yield break;
            }
        }
    }

    private static DateTime AddMonths(DateTime start, long months)
    {
        if (months is < int.MinValue or > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(months), months, "A time this far away is outside the years 1 to 9999.");
        var moved = start.AddMonths((int)months);
        // The last day of a month stays the last one.
        return start.Day == DateTime.DaysInMonth(start.Year, start.Month) && start.Day >= 28
            ? moved.AddDays(DateTime.DaysInMonth(moved.Year, moved.Month) - moved.Day)
            : moved;
    }

    private static long Months(DateTime start, DateTime time) => ((time.Year - start.Year) * 12L) + time.Month - start.Month;

    /// <summary>Work days since Monday, 1 January of year 1; a day of a weekend counts as the Friday before.</summary>
    private static long WorkDayOf(DateTime time)
    {
        var day = time.Ticks / TimeSpan.TicksPerDay;
        return (day / DaysOfWeek * WorkDays) + Math.Min(day % DaysOfWeek, WorkDays - 1);
    }

    private static DateTime FromWorkDay(long workDay) => new(((workDay / WorkDays * DaysOfWeek) + (workDay % WorkDays)) * TimeSpan.TicksPerDay);
}
