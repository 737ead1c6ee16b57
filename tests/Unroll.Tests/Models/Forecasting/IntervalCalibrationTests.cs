using Unroll.Data;
using Unroll.Models;

namespace Unroll.Tests.Models.Forecasting;

public sealed class IntervalCalibrationTests
{
    [Fact]
    public void Margins_are_the_errors_of_the_right_rank()
    {
        // Nine steps up by these, so nine errors of persistence in the validation part; (9 + 1)·level gives the ranks 5, 8, 9 and, of 10, the largest.
        int[] steps = [4, 9, 1, 7, 3, 8, 2, 6, 5];
        var values = new float[30];
        for (var step = 1; step < values.Length; step++)
            values[step] = values[step - 1] + (step is >= 18 and < 27 ? steps[step - 18] : step % 2 == 0 ? 1 : -1);
        var split = TimeSplit.Of(TimeSeriesSet.Of("x", values), 0.3, 0.1);
        Assert.Equal((18, 27), (split.TrainingEnd(0), split.ValidationEnd(0)));
        var model = Still(split, new() { Output = ForecastOutput.Point, Scaling = SeriesScaling.Training, Horizon = 1, HiddenSize = 2 });
        var history = TimeSeries.Of(values);
        Assert.False(model.HasIntervals);
        Assert.Equal(
            "This model gives one number a step, and was not calibrated, so it says nothing of how sure it is. Calibrate it on a validation part, or train one with another output.",
            Assert.Throws<InvalidOperationException>(() => model.Forecast(history).Interval(0.9, 1)).Message);
        model.Calibrate(split);
        Assert.True(model.HasIntervals && model.IsCalibrated);
        var forecast = model.Forecast(history);
        foreach (var (level, error) in new[] { (0.5, 5), (0.8, 8), (0.9, 9), (0.95, 9) })
        {
            var (low, high) = forecast.Interval(level, 1);
            Assert.Equal((values[^1] - error, values[^1] + error), ((float)low, (float)high));
        }

        Assert.StartsWith("The level is 0.7; expected 0.5, 0.8, 0.9, 0.95.", Assert.Throws<ArgumentOutOfRangeException>(() => forecast.Interval(0.7, 1)).Message);
    }

    [Theory]
    [InlineData(ForecastOutput.Gaussian, -6f)]
    [InlineData(ForecastOutput.Gaussian, 4f)]
    [InlineData(ForecastOutput.StudentT, -6f)]
    [InlineData(ForecastOutput.Quantiles, 0f)]
    [InlineData(ForecastOutput.Point, 0f)]
    public void Intervals_of_a_wrong_model_hold_as_often_as_they_say_after_calibration(ForecastOutput output, float deviation)
    {
        // An autoregression whose noise is three times as large in one half of every 20 steps; the model knows nothing of either and is far too sure, or not sure at all.
        var (noise, values) = (SmallSeries.Noise(12_000, 5), new float[12_000]);
        for (var step = 1; step < values.Length; step++)
            values[step] = (0.6f * values[step - 1]) + (noise[step] * (step % 20 < 10 ? 3 : 1));
        var split = TimeSplit.Of(TimeSeriesSet.Of("x", values), 0.4, 0.5);
        var model = Still(split, new() { Output = output, Horizon = 2, HiddenSize = 2, Context = 20 });
        if (output is ForecastOutput.Gaussian or ForecastOutput.StudentT)
        {
            // The second number of each law is its deviation.
            var width = model.Network.Law.Parameters;
            for (var ahead = 0; ahead < 2; ahead++)
                model.Network.Head.Bias!.Values[(ahead * width) + 1] = deviation;
            model.Network.Head.Bias!.MarkChanged();
            Assert.NotInRange(model.Evaluate(split).Intervals[2].Coverage, 0.88, 0.92);
        }

        model.Calibrate(split);
        foreach (var interval in model.Evaluate(split).Intervals)
            Assert.InRange(interval.Coverage, interval.Level - 0.02, interval.Level + 0.02);
    }

    [Fact]
    public void A_validation_part_without_a_value_for_some_step_ahead_is_refused()
    {
        var split = TimeSplit.Of(SmallSeries.Of("x", 40, step => step), 0.05, 0.1);
        var model = Still(split, new() { Horizon = 4, HiddenSize = 2, Context = 5 });
        // Two values of validation can be the fourth step ahead of an origin before them.
        model.Calibrate(split);
        var without = TimeSplit.Of(split.Set, 0, 0.1);
        Assert.Equal("x: the validation part is too short to calibrate 4 steps ahead on. Keep more for validation, or shorten the horizon.", Assert.Throws<InvalidDataException>(() => model.Calibrate(without)).Message);
    }

    /// <summary>A model whose weights are zeros: it says that nothing changes.</summary>
    private static Forecaster Still(TimeSplit split, ForecasterOptions options) => Forecaster.CreateEmpty(ForecastEncoder.Fit(split, options));
}
