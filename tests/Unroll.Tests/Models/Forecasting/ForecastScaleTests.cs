using Unroll.Data;
using Unroll.Models;

namespace Unroll.Tests.Models.Forecasting;

/// <summary>How a forecaster sees a series, against plain loops over all values so far in double precision.</summary>
public sealed class ForecastScaleTests
{
    /// <summary>Centers and deviations are float32 and each rounds what the one before had: a few units of the last place.</summary>
    private const double Tolerance = 2e-5;

    private const int Seed = 31;
    private const int Context = 9;
    private const int Season = 5;
    private const int Steps = 60;

    [Fact]
    public void The_running_mean_and_deviation_are_the_weighted_sums_of_what_was_read()
    {
        var random = new Random(Seed);
        var (scale, values) = (Scale(new() { Context = Context }), Values(random));
        var seen = new List<double>();
        foreach (var value in values)
        {
            scale.Step([value]);
            if (!float.IsNaN(value))
                seen.Add(value);
            var (mean, variance) = Oracle(seen);
            Assert.Equal(mean, scale.Center[0], Tolerance * 100);
            Assert.Equal(Math.Sqrt(variance), scale.Deviation[0], Tolerance * 100);
            Assert.Equal(seen.Count == 0 ? Mean : seen[^1], scale.Last[0], Tolerance);
            Assert.Equal(float.IsNaN(value), scale.IsMissing[0]);
        }
    }

    [Fact]
    public void With_the_scales_of_training_nothing_runs()
    {
        var scale = Scale(new() { Scaling = SeriesScaling.Training, Anchor = ForecastAnchor.Mean });
        foreach (var value in Values(new(Seed)))
        {
            scale.Step([value]);
            Assert.Equal((Mean, Deviation, Mean), (scale.Center[0], scale.Deviation[0], scale.Anchor(0, 3)));
        }
    }

    [Fact]
    public void Counts_are_scaled_by_their_running_size_and_have_no_anchor()
    {
        var scale = Scale(new() { Output = ForecastOutput.NegativeBinomial, Context = Context });
        var expected = 1.0 + Mean;
        foreach (var value in new[] { 5f, float.NaN, 0, 12, 7 })
        {
            scale.Step([value]);
            if (!float.IsNaN(value))
                expected += 2.0 / (Context + 1) * (1 + value - expected);
            Assert.Equal(expected, scale.Deviation[0], Tolerance * 100);
            Assert.Equal((0f, 0f), (scale.Center[0], scale.Anchor(0, 1)));
        }
    }

    [Fact]
    public void The_anchor_of_a_season_is_the_value_that_a_search_backwards_finds()
    {
        var (scale, values) = (Scale(new() { Season = Season, Anchor = ForecastAnchor.Season, Horizon = 13 }), Values(new(Seed)));
        var carried = new List<float>();
        for (var step = 0; step < values.Length; step++)
        {
            scale.Step([values[step]]);
            carried.Add(float.IsNaN(values[step]) ? (step == 0 ? Mean : carried[^1]) : values[step]);
            Assert.Equal(step < Season ? carried[^1] : carried[step - Season], scale.SeasonBefore[0]);
            for (var ahead = 1; ahead <= 13; ahead++)
            {
                var place = step + ahead;
                while (place > step)
                    place -= Season;
                Assert.Equal(step < Season - 1 ? carried[^1] : carried[place], scale.Anchor(0, ahead));
            }
        }
    }

    [Fact]
    public void After_a_reset_and_after_a_copy_it_goes_on_as_one_that_saw_the_same()
    {
        var options = new ForecasterOptions { Season = Season, Anchor = ForecastAnchor.Season, Context = Context };
        var (first, again, copy, values) = (Scale(options), Scale(options), Scale(options), Values(new(Seed)));
        foreach (var value in values.Reverse())
            again.Step([value]);
        again.Reset();
        Assert.Equal(0, again.Steps);
        for (var step = 0; step < values.Length; step++)
        {
            first.Step([values[step]]);
            again.Step([values[step]]);
            copy.Step([values[step] + 1000]);
            if (step % 10 == 3)
                copy.CopyFrom(first);
            Same(first, again);
            if (step % 10 == 3)
                Same(first, copy);
        }
    }

    [Fact]
    public void A_series_that_stands_still_is_not_blown_up()
    {
        var scale = Scale(new() { Context = 2 });
        for (var step = 0; step < 1000; step++)
            scale.Step([7]);
        Assert.Equal((7f, 1e-3f * Deviation), (scale.Center[0], scale.Deviation[0]));
    }

    private const float Mean = 2;
    private const float Deviation = 3;

    private static void Same(ForecastScale expected, ForecastScale actual)
    {
        Assert.Equal(
            (expected.Steps, expected.Last[0], expected.Previous[0], expected.Center[0], expected.Deviation[0], expected.IsMissing[0], expected.SeasonBefore[0]),
            (actual.Steps, actual.Last[0], actual.Previous[0], actual.Center[0], actual.Deviation[0], actual.IsMissing[0], actual.SeasonBefore[0]));
        for (var ahead = 1; ahead <= 12; ahead++)
            Assert.Equal(expected.Anchor(0, ahead), actual.Anchor(0, ahead));
    }

    /// <summary>m = Σ a(1 − a)ⁱx over all values, the first with the weight that is left; the variance recurrence of West, in double.</summary>
    private static (double Mean, double Variance) Oracle(List<double> seen)
    {
        const double Share = 2.0 / (Context + 1);
        if (seen.Count == 0)
            return (Mean, Deviation * (double)Deviation);
        double MeanOf(int count)
        {
            var mean = Math.Pow(1 - Share, count - 1) * seen[0];
            for (var place = 1; place < count; place++)
                mean += Share * Math.Pow(1 - Share, count - 1 - place) * seen[place];
            return mean;
        }

        // The variance of training, faded out, and what each value was from the mean before it.
        var variance = Math.Pow(1 - Share, seen.Count) * Deviation * Deviation;
        for (var place = 1; place < seen.Count; place++)
            variance += Math.Pow(1 - Share, seen.Count - place) * Share * Math.Pow(seen[place] - MeanOf(place), 2);
        return (MeanOf(seen.Count), variance);
    }

    private static float[] Values(Random random) => [.. Enumerable.Range(0, Steps).Select(step => step % 6 == 4 || step == 0 ? float.NaN : (float)((random.NextDouble() * 20) - 5))];

    private static ForecastScale Scale(ForecasterOptions options)
    {
        var statistics = new SeriesStatistics([Mean], [Deviation]);
        return new(new(options, [new("y")], Frequency.Steps, [""], [statistics], [true]), statistics);
    }
}
