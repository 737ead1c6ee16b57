using Unroll.Data;

namespace Unroll.Tests.Data.Series;

public sealed class CalendarFeaturesTests
{
    /// <summary>A sine or cosine in float32.</summary>
    private const double Tolerance = 1e-6;

    [Fact]
    public void Months_are_twelfths_of_a_circle()
    {
        var features = Of(new(FrequencyUnit.Month), new(2024, 4, 1));
        // April is a quarter: sin and cos of 90°, 180° and 270°.
        Close([1, 0, 0, -1, -1, 0], features);
        Close([0, 1, 0, 1, 0, 1], Of(new(FrequencyUnit.Month), new(2024, 1, 31)));
    }

    [Fact]
    public void Quarters_weeks_and_hours_have_their_places()
    {
        Close([0, -1, 0, 1], Of(new(FrequencyUnit.Quarter), new(2024, 8, 15)));
        Close([0, 1, 0, 1], Of(new(FrequencyUnit.Week), new(2024, 1, 1)));
        var hour = Of(new(FrequencyUnit.Hour), new(2024, 1, 7, 6, 0, 0));
        Close([1, 0, 0, -1, -1, 0], hour[..6]);
        // A Sunday is the first day of a week.
        Close([0, 1, 0, 1, 0, 1], hour[6..12]);
        Assert.Equal(16, hour.Length);
        Assert.Empty(Of(new(FrequencyUnit.Year), new(2024, 1, 1)));
        Assert.Empty(Of(Frequency.Steps, default));
    }

    [Fact]
    public void What_repeats_with_the_week_the_day_or_the_year_is_the_same_again()
    {
        var day = new DateTime(2023, 5, 17);
        Close(Of(new(FrequencyUnit.Day), day)[..6], Of(new(FrequencyUnit.Day), day.AddDays(7))[..6]);
        Close(Of(new(FrequencyUnit.Minute, 15), day.AddHours(5))[..6], Of(new(FrequencyUnit.Minute, 15), day.AddHours(29))[..6]);
        Close(Of(new(FrequencyUnit.Month), day), Of(new(FrequencyUnit.Month), day.AddYears(3)));
        // The seven days of a week differ from each other by more than a rounding.
        for (var first = 0; first < 7; first++)
        {
            for (var second = first + 1; second < 7; second++)
                Assert.True(Of(new(FrequencyUnit.Day), day.AddDays(first))[..6].Zip(Of(new(FrequencyUnit.Day), day.AddDays(second)), (a, b) => Math.Abs(a - b)).Max() > 0.3);
        }
    }

    [Theory]
    [InlineData(FrequencyUnit.Hour, 1, 0)]
    [InlineData(FrequencyUnit.Hour, 2, 6)]
    [InlineData(FrequencyUnit.Hour, 14, 12)]
    [InlineData(FrequencyUnit.Hour, 731, 16)]
    [InlineData(FrequencyUnit.Day, 438, 6)]
    [InlineData(FrequencyUnit.Day, 731, 10)]
    [InlineData(FrequencyUnit.Month, 400, 0)]
    [InlineData(FrequencyUnit.Month, 731, 6)]
    public void A_period_that_was_not_seen_twice_is_not_read(FrequencyUnit unit, int days, int expected) =>
        Assert.Equal(expected, CalendarFeatures.CountOf(new(unit), CalendarFeatures.Of(new(unit), TimeSpan.FromDays(days))));

    private static void Close(double[] expected, double[] actual) => Oracles.Close.Absolute("features", expected, actual, Tolerance);

    private static double[] Of(Frequency frequency, DateTime time)
    {
        var periods = CalendarFeatures.Of(frequency, TimeSpan.FromDays(1000));
        var features = new float[CalendarFeatures.CountOf(frequency, periods)];
        Array.Fill(features, float.NaN);
        CalendarFeatures.Write(frequency, periods, time, features);
        return [.. features.Select(feature => (double)feature)];
    }
}
