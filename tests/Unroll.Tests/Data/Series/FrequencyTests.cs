using System.Globalization;
using Unroll.Data;

namespace Unroll.Tests.Data.Series;

public sealed class FrequencyTests
{
    private const int Seed = 77;

    [Theory]
    [InlineData("day", FrequencyUnit.Day, 1)]
    [InlineData("15min", FrequencyUnit.Minute, 15)]
    [InlineData("1h", FrequencyUnit.Hour, 1)]
    [InlineData("business-day", FrequencyUnit.BusinessDay, 1)]
    [InlineData("business day", FrequencyUnit.BusinessDay, 1)]
    [InlineData(" 3 Months ", FrequencyUnit.Month, 3)]
    [InlineData("q", FrequencyUnit.Quarter, 1)]
    [InlineData("2 weeks", FrequencyUnit.Week, 2)]
    [InlineData("30s", FrequencyUnit.Second, 30)]
    [InlineData("year", FrequencyUnit.Year, 1)]
    public void Texts_are_read(string text, FrequencyUnit unit, int count)
    {
        Assert.True(Frequency.TryParse(text, out var frequency));
        Assert.Equal(new(unit, count), frequency);
        Assert.True(Frequency.TryParse(frequency.ToString(), out var again));
        Assert.Equal(frequency, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0 days")]
    [InlineData("fortnight")]
    [InlineData("2 business days")]
    [InlineData("99999999999 days")]
    [InlineData("-1 day")]
    [InlineData("1.5h")]
    public void Other_texts_are_not(string text) => Assert.False(Frequency.TryParse(text, out _));

    [Theory]
    [InlineData(FrequencyUnit.Month, 1, "2023-01-31", 1, "2023-02-28")]
    [InlineData(FrequencyUnit.Month, 1, "2023-01-31", 13, "2024-02-29")]
    [InlineData(FrequencyUnit.Month, 1, "2023-02-28", 1, "2023-03-31")]
    [InlineData(FrequencyUnit.Month, 1, "2023-01-15", -2, "2022-11-15")]
    [InlineData(FrequencyUnit.Quarter, 1, "2023-03-31", 1, "2023-06-30")]
    [InlineData(FrequencyUnit.Quarter, 2, "2023-01-01", 1, "2023-07-01")]
    [InlineData(FrequencyUnit.Year, 1, "2024-02-29", 1, "2025-02-28")]
    [InlineData(FrequencyUnit.Year, 1, "2024-02-29", 4, "2028-02-29")]
    [InlineData(FrequencyUnit.BusinessDay, 1, "2024-01-05", 1, "2024-01-08")]
    [InlineData(FrequencyUnit.BusinessDay, 1, "2024-01-08", -1, "2024-01-05")]
    [InlineData(FrequencyUnit.BusinessDay, 1, "2024-01-05 09:30", 5, "2024-01-12 09:30")]
    [InlineData(FrequencyUnit.Day, 1, "2024-02-28", 2, "2024-03-01")]
    [InlineData(FrequencyUnit.Minute, 15, "2024-01-01 23:45", 1, "2024-01-02 00:00")]
    [InlineData(FrequencyUnit.Week, 1, "2024-01-01", 52, "2024-12-30")]
    public void Steps_lead_to_the_dates_of_a_calendar(FrequencyUnit unit, int count, string start, long steps, string expected) =>
        Assert.Equal(Date(expected), new Frequency(unit, count).Add(Date(start), steps));

    [Fact]
    public void The_index_of_a_step_is_its_number_and_between_steps_that_of_the_one_before()
    {
        var random = new Random(Seed);
        Frequency[] all = [new(FrequencyUnit.Second, 7), new(FrequencyUnit.Minute, 15), new(FrequencyUnit.Hour), new(FrequencyUnit.Day), new(FrequencyUnit.BusinessDay), new(FrequencyUnit.Week, 2), new(FrequencyUnit.Month), new(FrequencyUnit.Month, 5), new(FrequencyUnit.Quarter), new(FrequencyUnit.Year)];
        for (var turn = 0; turn < 2000; turn++)
        {
            var frequency = all[turn % all.Length];
            var start = new DateTime(1950, 1, 1).AddDays(random.Next(20_000)).AddMinutes(random.Next(1440));
            if (frequency.Unit == FrequencyUnit.BusinessDay && start.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
                continue;
            var step = random.Next(200);
            var time = frequency.Add(start, step);
            var where = $"seed {Seed}, turn {turn}: {frequency} from {start:O}, step {step}";
            Assert.True(frequency.TryIndexOf(start, time, out var index) && index == step, $"{where}: {time:O} has the index {index}");
            Assert.True(!frequency.TryIndexOf(start, time.AddMilliseconds(1), out index) && index == step, $"{where}: a little later has the index {index}");
            Assert.True(time < frequency.Add(start, step + 1), where);
        }
    }

    [Theory]
    [InlineData("2024-01-31,2024-02-29,2024-03-31,2024-04-30", "month")]
    [InlineData("2023-01-01,2023-02-01,2023-03-01,2023-06-01,2023-07-01", "month")]
    [InlineData("2023-03-31,2023-06-30,2023-09-30,2023-12-31", "quarter")]
    [InlineData("2020-02-29,2021-02-28,2022-02-28", "year")]
    [InlineData("2024-01-01,2024-01-02,2024-01-03,2024-01-07,2024-01-08", "day")]
    [InlineData("2024-01-01,2024-01-02,2024-01-03,2024-01-04,2024-01-05,2024-01-08,2024-01-09,2024-01-10", "business day")]
    [InlineData("2024-01-01,2024-01-08,2024-01-15", "week")]
    [InlineData("2024-01-01,2024-01-29,2024-02-26,2024-03-25", "4 weeks")]
    [InlineData("2024-01-01 00:00,2024-01-01 00:15,2024-01-01 00:30,2024-01-01 01:00", "15 minutes")]
    [InlineData("2024-01-01 00:00,2024-01-01 01:00,2024-01-01 02:00", "hour")]
    [InlineData("2024-01-01 00:00,2024-01-01 00:07,2024-01-01 01:02", null)]
    [InlineData("2024-01-01 00:00,2024-01-02 00:00,2024-01-03 00:00,2024-01-03 12:00", null)]
    [InlineData("2024-01-01", null)]
    public void The_frequency_of_dates_is_found(string dates, string? expected) =>
        Assert.Equal(expected, Frequency.Infer([.. dates.Split(',').Select(Date)])?.ToString());

    [Fact]
    public void Five_days_of_a_week_are_no_business_days_until_a_weekend_was_passed() =>
        Assert.Equal("day", Frequency.Infer([.. Enumerable.Range(1, 5).Select(day => new DateTime(2024, 1, day))])?.ToString());

    [Fact]
    public void Seasons_are_the_customary_ones()
    {
        Assert.Equal([24, 12, 4, 4, 1, 1, 1, 1], new Frequency[] { new(FrequencyUnit.Hour), new(FrequencyUnit.Month), new(FrequencyUnit.Quarter), new(FrequencyUnit.Month, 3), new(FrequencyUnit.Year), new(FrequencyUnit.Week), new(FrequencyUnit.Day), Frequency.Steps }.Select(frequency => frequency.CustomarySeason));
        Assert.False(Frequency.Steps.HasCalendar);
        Assert.Equal("Numbered steps have no dates.", Assert.Throws<InvalidOperationException>(() => Frequency.Steps.Add(default, 1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Frequency(FrequencyUnit.Year).Add(new(2024, 1, 1), 9000));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Frequency(FrequencyUnit.Month).Add(new(2024, 1, 1), 1L << 40));
    }

    private static DateTime Date(string text) => DateTime.Parse(text, CultureInfo.InvariantCulture);
}
