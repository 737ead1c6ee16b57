using Unroll.Data;
using Unroll.Models;

namespace Unroll.Tests.Models.Forecasting;

public sealed class NaiveForecastsTests
{
    /// <summary>Least squares of 3,000 values with a deviation of 1 find weights to about 1/√3000; three times that.</summary>
    private const double WeightTolerance = 0.06;

    [Fact]
    public void Persistence_drift_and_the_season_before_are_what_one_reads_off()
    {
        float[] values = [1, 2, 4, 8, float.NaN, 5, 3, 9];
        var naive = new NaiveForecasts(values, 6, Encoder(new() { Season = 3, Horizon = 7 }));
        Assert.Equal(["persistence", "drift", "linear autoregression", "seasonal naive"], NaiveForecasts.Names(3));
        Assert.Equal(["persistence", "drift", "linear autoregression"], NaiveForecasts.Names(1));
        Assert.Equal(8, naive.Say(0, 3, 2));
        // A missing value is the last one.
        Assert.Equal(8, naive.Say(0, 4, 1));
        Assert.Equal(8 + (2 * 7 / 3.0), naive.Say(1, 3, 2), 1e-12);
        Assert.Equal(1, naive.Say(1, 0, 5));
        // From step 5 the season before holds the steps 3, 4 and 5, over and over.
        Assert.Equal([8, 8, 5, 8, 8, 5, 8], Enumerable.Range(1, 7).Select(ahead => naive.Say(3, 5, ahead)));
        // Where the season before lies before the series, the last value.
        Assert.Equal(2, naive.Say(3, 1, 1));
        // |8 − 1| and |5 − 4|; the pair with a missing value is left out.
        Assert.Equal(4, naive.SeasonalError);
    }

    [Fact]
    public void A_linear_autoregression_finds_the_weights_of_a_known_one()
    {
        var values = TwoLags(3000, mean: 50);
        var linear = LinearAutoregression.Fit(values, 2, 2)!;
        Assert.Equal(2, linear.Lags);
        float[] past = [53, 58];
        // y(t+1) − m = 1.3·(y(t) − m) − 0.6·(y(t−1) − m), and once more for two steps.
        var one = 50 + (1.3 * 8) - (0.6 * 3);
        Assert.Equal(one, linear.Forecast(past, 1), WeightTolerance * 11);
        Assert.Equal(50 + (1.3 * (one - 50)) - (0.6 * 8), linear.Forecast(past, 2), 2 * WeightTolerance * 11);
        // Units make no difference.
        var small = LinearAutoregression.Fit(values.Select(value => value * 1e-4f).ToArray(), 2, 2)!;
        Assert.Equal(linear.Forecast(past, 1), 1e4 * small.Forecast([53e-4f, 58e-4f], 1), 1e-3);
    }

    [Fact]
    public void Each_step_ahead_has_the_least_squares_of_all_rows_that_reach_it()
    {
        // Minus the gradient of the squares at the weights found: nothing is left of it but the ridge.
        var values = TwoLags(60, mean: 5);
        const int Horizon = 9;
        var linear = LinearAutoregression.Fit(values, Horizon, 4)!;
        for (var ahead = 1; ahead <= Horizon; ahead++)
        {
            var left = new double[linear.Lags + 1];
            var squares = 0.0;
            for (var origin = linear.Lags - 1; origin + ahead < values.Length; origin++)
            {
                var error = values[origin + ahead] - linear.Forecast(values.AsSpan(0, origin + 1), ahead);
                squares += error * error;
                left[^1] += error;
                for (var lag = 0; lag < linear.Lags; lag++)
                    left[lag] += error * values[origin - lag];
            }

            Assert.All(left, sum => Assert.True(Math.Abs(sum) < 1e-3 * squares, $"{ahead} ahead: {sum} of {squares}"));
        }
    }

    [Fact]
    public void It_beats_persistence_on_the_series_it_is_made_for_by_what_theory_says()
    {
        var values = TwoLags(4000, mean: 0);
        var naive = new NaiveForecasts(values, 3000, Encoder(new() { Context = 5, Horizon = 3 }));
        double Error(int method, int ahead) => Enumerable.Range(3000, 900).Average(origin => Math.Pow(naive.Say(method, origin, ahead) - values[origin + ahead], 2));
        // One step ahead it errs by the noise, of variance 1; further on by 1 + 1.3² and so on.
        Assert.Equal(1, Error(2, 1), 0.15);
        Assert.Equal(1 + (1.3 * 1.3), Error(2, 2), 0.4);
        Assert.True(Error(2, 3) < 0.6 * Error(0, 3));
    }

    [Fact]
    public void A_short_or_constant_series_falls_back_on_its_last_value()
    {
        Assert.Null(LinearAutoregression.Fit([1, 2, 3], 3, 5));
        var linear = LinearAutoregression.Fit(Enumerable.Repeat(4f, 60).ToArray(), 2, 5)!;
        Assert.Equal(4, linear.Forecast([4, 4, 4, 4, 4], 2), 1e-9);
        var naive = new NaiveForecasts([4, 4, 4, 4], 4, Encoder(new() { Horizon = 3 }));
        Assert.Equal((4, 0), (naive.Say(2, 3, 1), naive.SeasonalError));
    }

    [Fact]
    public void With_a_logarithm_the_linear_one_forecasts_growth_by_factors()
    {
        var values = SmallSeries.Values(60, step => Math.Pow(1.05, step));
        var naive = new NaiveForecasts(values, 50, Encoder(new() { Transform = ValueTransform.Logarithm, Horizon = 3, Context = 3 }));
        Assert.Equal(Math.Pow(1.05, 58), naive.Say(2, 55, 3), 0.01);
    }

    private static float[] TwoLags(int length, double mean)
    {
        var (noise, values) = (SmallSeries.Noise(length, 12), new double[length]);
        for (var step = 0; step < length; step++)
            values[step] = noise[step] + (step > 1 ? (1.3 * values[step - 1]) - (0.6 * values[step - 2]) : 0);
        return [.. values.Select(value => (float)(value + mean))];
    }

    private static ForecastEncoder Encoder(ForecasterOptions options) => new(options, [new("y")], Frequency.Steps, [""], [new([0], [1])], [false], CalendarPeriods.None);
}
