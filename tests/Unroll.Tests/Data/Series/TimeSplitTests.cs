using Unroll.Data;

namespace Unroll.Tests.Data.Series;

public sealed class TimeSplitTests
{
    [Fact]
    public void Numbered_series_are_cut_each_at_its_share()
    {
        var set = new TimeSeriesSet("x", [new("a")], Frequency.Steps, [TimeSeries.Of(new float[30], name: "a"), TimeSeries.Of(new float[101], name: "b")]);
        var split = TimeSplit.Of(set, 0.1, 0.1);
        Assert.Equal((24, 27), (split.TrainingEnd(0), split.ValidationEnd(0)));
        Assert.Equal((81, 91), (split.TrainingEnd(1), split.ValidationEnd(1)));
        var whole = TimeSplit.Of(set, 0, 0);
        Assert.Equal((30, 30), (whole.TrainingEnd(0), whole.ValidationEnd(0)));
    }

    [Fact]
    public void Series_with_dates_are_cut_at_one_time_for_all()
    {
        // 100 days in all: training ends before day 60, validation before day 80.
        var start = new DateTime(2023, 3, 1);
        TimeSeries Series(string name, int first, int length) => TimeSeries.Of(new float[length], name: name, start: start.AddDays(first));
        var set = new TimeSeriesSet("x", [new("a")], new(FrequencyUnit.Day), [Series("early", 0, 70), Series("late", 50, 50), Series("later", 65, 35), Series("new", 90, 10), Series("gone", 5, 20)]);
        var split = TimeSplit.Of(set, 0.2, 0.2);
        Assert.Equal([60, 10, 0, 0, 20], Enumerable.Range(0, 5).Select(split.TrainingEnd));
        Assert.Equal([70, 30, 15, 0, 20], Enumerable.Range(0, 5).Select(split.ValidationEnd));
    }

    [Fact]
    public void Months_are_counted_by_the_calendar()
    {
        var set = new TimeSeriesSet("x", [new("a")], new(FrequencyUnit.Month), [TimeSeries.Of(new float[12], name: "a", start: new(2023, 1, 31)), TimeSeries.Of(new float[6], name: "b", start: new(2023, 7, 31))]);
        var split = TimeSplit.Of(set, 0.25, 0.25);
        Assert.Equal((6, 9, 0, 3), (split.TrainingEnd(0), split.ValidationEnd(0), split.TrainingEnd(1), split.ValidationEnd(1)));
    }

    [Fact]
    public void Bad_shares_are_refused()
    {
        var set = TimeSeriesSet.Of("x", new float[10]);
        Assert.StartsWith("The share for validation is 1; expected 0 to below 1.", Assert.Throws<ArgumentOutOfRangeException>(() => TimeSplit.Of(set, 1, 0)).Message);
        Assert.StartsWith("The share for validation is NaN", Assert.Throws<ArgumentOutOfRangeException>(() => TimeSplit.Of(set, double.NaN, 0)).Message);
        Assert.StartsWith("The share for the test is 0.5 beside 0.5 for validation; expected 0 or more, and together below 1.", Assert.Throws<ArgumentOutOfRangeException>(() => TimeSplit.Of(set, 0.5, 0.5)).Message);
    }
}
