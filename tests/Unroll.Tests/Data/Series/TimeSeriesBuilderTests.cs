using Unroll.Data;

namespace Unroll.Tests.Data.Series;

public sealed class TimeSeriesBuilderTests
{
    private static readonly DateTime Start = new(2024, 1, 1);

    [Fact]
    public void Rows_without_times_are_numbered_in_their_order()
    {
        var builder = new TimeSeriesBuilder("x.csv", [new("a"), new("b", ChannelRole.Past)]);
        builder.Add("", null, [1, 2], 2);
        builder.Add("", null, [3, float.NaN], 3);
        var set = builder.Build();
        Assert.Equal(Frequency.Steps, set.Frequency);
        Assert.Equal([1, 2, 3, float.NaN], set.Items[0].Values.ToArray());
        Assert.Null(set.Items[0].Start);
        Assert.Equal([0], set.Targets);
        Assert.Empty(builder.Notes);
    }

    [Fact]
    public void Rows_out_of_order_are_sorted_and_gaps_are_missing_and_both_are_noted()
    {
        var builder = Builder();
        foreach (var (line, (day, value)) in new[] { (2, 20f), (0, 10f), (3, 30f), (1, 15f), (6, 60f) }.Index())
            builder.Add("", Start.AddDays(day), [value], line + 2);
        var set = builder.Build();
        Assert.Equal("day", set.Frequency.ToString());
        Assert.Equal(Start, set.Items[0].Start);
        Assert.Equal([10, 15, 20, 30, float.NaN, float.NaN, 60], set.Items[0].Values.ToArray());
        Assert.Equal(["x.csv: 2 rows stood before an earlier one and were sorted by time", "x.csv: 2 of 7 steps have no row and count as missing"], builder.Notes);
        Assert.Equal(Start.AddDays(8), set.TimeOf(set.Items[0], 8));
    }

    [Fact]
    public void Series_of_one_table_are_told_apart_by_name_and_may_begin_at_different_times()
    {
        var builder = Builder();
        for (var day = 0; day < 4; day++)
        {
            builder.Add("b", Start.AddDays(day + 10), [day], (2 * day) + 2);
            builder.Add("a", Start.AddDays(day), [-day], (2 * day) + 3);
        }

        var set = builder.Build();
        Assert.Equal(["b", "a"], set.Items.Select(item => item.Name));
        Assert.Equal([Start.AddDays(10), Start], set.Items.Select(item => item.Start!.Value));
        Assert.Equal(8, set.Steps);
    }

    [Theory]
    [InlineData(DuplicatePolicy.Mean, 4f, 6f)]
    [InlineData(DuplicatePolicy.Sum, 12f, 12f)]
    [InlineData(DuplicatePolicy.Last, 7f, 5f)]
    public void Rows_of_one_step_are_brought_together_as_asked(DuplicatePolicy policy, float first, float second)
    {
        var builder = new TimeSeriesBuilder("x.csv", [new("a"), new("b")]) { Frequency = new(FrequencyUnit.Hour), Duplicates = policy };
        builder.Add("", Start.AddMinutes(20), [1, 7], 2);
        builder.Add("", Start.AddMinutes(59), [4, float.NaN], 3);
        builder.Add("", Start.AddMinutes(59), [7, 5], 4);
        builder.Add("", Start.AddMinutes(125), [9, 9], 5);
        var set = builder.Build();
        Assert.Equal(Start, set.Items[0].Start);
        // A value that is missing says nothing: the mean of 7, nothing and 5 is 6.
        Assert.Equal([first, second, float.NaN, float.NaN, 9, 9], set.Items[0].Values.ToArray());
        Assert.Equal($"x.csv: 2 rows were brought together with others of their step ({policy.ToString().ToLowerInvariant()})", builder.Notes[0]);
    }

    [Fact]
    public void Means_of_rows_whose_first_has_no_value_count_only_those_that_have_one()
    {
        var builder = new TimeSeriesBuilder("x.csv", [new("a")]) { Frequency = new(FrequencyUnit.Day), Duplicates = DuplicatePolicy.Mean };
        foreach (var (line, value) in new[] { float.NaN, 10, float.NaN, 20, 60 }.Index())
            builder.Add("", Start.AddHours(line), [value], line + 2);
        Assert.Equal([30], builder.Build().Items[0].Values.ToArray());
    }

    [Fact]
    public void Business_days_begin_on_the_friday_where_the_first_row_is_of_a_weekend()
    {
        var builder = new TimeSeriesBuilder("x.csv", [new("a")]) { Frequency = new(FrequencyUnit.BusinessDay), Duplicates = DuplicatePolicy.Sum };
        builder.Add("", new(2024, 1, 6), [1], 2);
        builder.Add("", new(2024, 1, 8), [2], 3);
        var set = builder.Build();
        Assert.Equal(new(2024, 1, 5), set.Items[0].Start);
        Assert.Equal([1, 2], set.Items[0].Values.ToArray());
    }

    [Fact]
    public void Bad_rows_are_refused_by_line()
    {
        Refused("x.csv: there is no row of data.", Builder(), _ => { });
        Refused("x.csv line 3: the row has no time; the rows before have one.", Builder(), builder =>
        {
            builder.Add("", Start, [1], 2);
            builder.Add("", null, [1], 3);
        });
        Refused("x.csv line 3: the row has a time; the rows before have none.", Builder(), builder =>
        {
            builder.Add("", null, [1], 2);
            builder.Add("", Start, [1], 3);
        });
        Refused("x.csv line 9, column 'a': the value is infinite; expected a finite number, or nothing where it is missing.", Builder(), builder => builder.Add("", Start, [float.PositiveInfinity], 9));
        Refused("x.csv line 4: the time 2024-01-02 stands on line 3 already. Remove one, or say how they are brought together.", Builder(), builder => AddDays(builder, 0, 1, 1, 2));
        Refused("x.csv line 5: 2024-01-03 12:00:00 is no step of a day from 2024-01-01. Give another frequency, or say how rows between steps are brought together.", Builder(new(FrequencyUnit.Day)), builder => AddDays(builder, 0, 1, 2, 2.5));
        Refused(
            "x.csv: the times are at no regular distance: line 2 has 2024-01-01, then come 2024-01-02 and 2024-01-04 12:00:00. Give the frequency, such as 1h, and how rows of one step are brought together, such as their mean.",
            Builder(), builder => AddDays(builder, 0, 1, 3.5));
        Refused("x.csv: no series has two different times; at least two are needed to find the frequency. Is it the column of the times?", Builder(), builder => AddDays(builder, 0));
        Refused("x.csv: the frequency is hour, and the rows have no time; name the column of the times.", Builder(new(FrequencyUnit.Hour)), builder => builder.Add("", null, [1], 2));
        Refused("x.csv: the frequency is a numbered step, and the rows have times; leave the column of the times out, or give the frequency of the times.", Builder(Frequency.Steps), builder => AddDays(builder, 0, 1));
        Refused("x.csv: from 2024-01-01 to 2324-01-01 there are 9467020801 steps of a second; at most 268435456 fit. Is a time wrong?", Builder(new(FrequencyUnit.Second)), builder =>
        {
            builder.Add("", Start, [1], 2);
            builder.Add("", Start.AddYears(300), [1], 3);
        });
        Assert.Equal("There are 2 values for 1 channels. (Parameter 'values')", Assert.Throws<ArgumentException>(() => Builder().Add("", Start, [1, 2], 2)).Message);
    }

    [Fact]
    public void Bad_series_and_sets_are_refused()
    {
        Fails("the series has no time step; at least one is needed.", () => TimeSeries.Of(Array.Empty<float>()));
        Fails("the series 'a' has 3 values, which are no whole number of time steps of 2 channels.", () => TimeSeries.Of(new float[3], 2, "a"));
        Fails("the series 'a': channel 2 of time step 1 is infinite; expected a finite number, or NaN where one is missing.", () => TimeSeries.Of(new[] { 0, float.NegativeInfinity }, 2, "a"));
        Assert.Throws<ArgumentOutOfRangeException>(() => TimeSeries.Of(new float[1], 0));
        var series = TimeSeries.Of(new float[4]);
        Fails("x: there is no series.", () => new TimeSeriesSet("x", [new("a")], Frequency.Steps, []));
        Fails("x: two channels are called 'a'; names have to differ.", () => new TimeSeriesSet("x", [new("a"), new("a")], Frequency.Steps, [series]));
        Fails("x: none of the 1 channels is a target; at least one has to be forecast.", () => new TimeSeriesSet("x", [new("a", ChannelRole.Past)], Frequency.Steps, [series]));
        Fails("x: two series are called ''; names have to differ.", () => new TimeSeriesSet("x", [new("a")], Frequency.Steps, [series, series]));
        Fails("x: the series '' has 1 channels; the set has 2.", () => new TimeSeriesSet("x", [new("a"), new("b")], Frequency.Steps, [series]));
        Fails("x: the series '' has no date of its first step; the frequency is day.", () => new TimeSeriesSet("x", [new("a")], new(FrequencyUnit.Day), [series]));
        Fails("x: the series '' has a date; the frequency is step.", () => new TimeSeriesSet("x", [new("a")], Frequency.Steps, [TimeSeries.Of(new float[1], start: Start)]));

        static void Fails(string message, Func<object> make) => Assert.Equal(message, Assert.Throws<InvalidDataException>(make).Message);
    }

    private static TimeSeriesBuilder Builder(Frequency? frequency = null) => new("x.csv", [new("a")]) { Frequency = frequency };

    private static void AddDays(TimeSeriesBuilder builder, params double[] days)
    {
        foreach (var (index, day) in days.Index())
            builder.Add("", Start.AddDays(day), [1], index + 2);
    }

    private static void Refused(string message, TimeSeriesBuilder builder, Action<TimeSeriesBuilder> add) => Assert.Equal(message, Assert.Throws<InvalidDataException>(() =>
    {
        add(builder);
        builder.Build();
    }).Message);
}
