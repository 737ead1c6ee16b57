using Unroll.Data;
using Unroll.Models;

namespace Unroll.Tests.Models.Forecasting;

/// <summary>Figures of a measurement against those one gets by hand or by the formulas of their papers.</summary>
public sealed class ForecastMeasuresTests
{
    private const double Tolerance = 1e-9;

    [Fact]
    public void The_figures_of_two_small_columns_are_those_one_gets_by_hand()
    {
        var first = Column(2, [[3, float.NaN], [0, 4]], [[2, 9], [0, 7]], seasonalError: 0.5);
        var constant = Column(2, [[5, 5], [5, float.NaN]], [[6, 5], [5, 1]], seasonalError: 0);
        var score = ForecastMeasures.ScoreOf("model", 0, [first, constant], deviation: 2);
        Assert.Equal((1 + 0 + 3 + 1 + 0 + 0) / 6.0, score.MeanAbsoluteError, Tolerance);
        Assert.Equal(Math.Sqrt((1 + 0 + 9 + 1) / 6.0), score.RootMeanSquaredError, Tolerance);
        // 0/0 counts as 0: 200·(1/5 + 0 + 3/11 + 1/11 + 0 + 0)/6
        Assert.Equal(200 * ((1 / 5.0) + (3 / 11.0) + (1 / 11.0)) / 6, score.Smape, Tolerance);
        // The constant series has none.
        Assert.Equal(4 / 3.0 / 0.5, score.Mase, Tolerance);
        var one = score.ByHorizon[0];
        Assert.Equal(1, one.Ahead);
        Assert.Equal((1 + 0 + 1 + 0) / 4.0, one.MeanAbsoluteError, Tolerance);
        Assert.Equal(Math.Sqrt(2 / 4.0), one.RootMeanSquaredError, Tolerance);
        Assert.Equal(Math.Sqrt(2 / 4.0) / 2, one.RelativeSquaredError, Tolerance);
        // Two pairs, 3 with 2 and 0 with 0, lie on a line; the truth of the constant one stands still.
        Assert.Equal(1, one.Correlation, Tolerance);
        Assert.True(double.IsNaN(ForecastMeasures.ScoreOf("model", 0, [constant], 1).Mase));
        Assert.True(double.IsNaN(ForecastMeasures.Correlation([constant.Pairs(0, 1)])));
    }

    [Fact]
    public void Correlation_is_that_of_the_textbook_and_keeps_its_digits_on_a_high_level()
    {
        var random = new Random(3);
        var pairs = Enumerable.Range(0, 500).Select(_ => (Left: 1e6f + (float)random.NextDouble() * 10, Right: 1e6f + (float)random.NextDouble() * 10)).Select(pair => (pair.Left, Right: pair.Right + (pair.Left - 1e6f))).ToArray();
        var (mx, my) = (pairs.Average(pair => (double)pair.Left), pairs.Average(pair => (double)pair.Right));
        var expected = pairs.Sum(pair => (pair.Left - mx) * (pair.Right - my)) / Math.Sqrt(pairs.Sum(pair => Math.Pow(pair.Left - mx, 2)) * pairs.Sum(pair => Math.Pow(pair.Right - my, 2)));
        Assert.Equal(expected, ForecastMeasures.Correlation([pairs]), 1e-9);
    }

    [Fact]
    public void A_report_counts_what_a_plain_loop_over_all_forecasts_counts()
    {
        var set = new TimeSeriesSet("x", [new("y")], Frequency.Steps,
        [
            TimeSeries.Of(SmallSeries.Values(90, step => step == 80 ? float.NaN : 10 + (3 * Math.Sin(step)) + SmallSeries.Noise(90, 1)[step]), name: "a"),
            TimeSeries.Of(SmallSeries.Values(70, step => step < 45 ? 2 : 2 + (0.1 * step)), name: "still"),
        ]);
        var split = TimeSplit.Of(set, 0.2, 0.2);
        var model = SmallSeries.Trained(split, new() { Horizon = 3, Context = 8, HiddenSize = 4, Season = 6 }, epochs: 2);
        foreach (var calibrated in new[] { false, true })
        {
            if (calibrated)
                model.Calibrate(split);
            var report = model.Evaluate(split);
            var loop = new Loop(model, split);
            Assert.Equal((loop.Errors.Count, 0), (report.Values, report.Baselines.Count - 4));
            Assert.Equal(loop.Errors.Average(Math.Abs), report.Model.MeanAbsoluteError, 1e-6);
            Assert.Equal(Math.Sqrt(loop.Errors.Average(error => error * error)), report.Model.RootMeanSquaredError, 1e-6);
            Assert.Equal(loop.Pinball.Average(), report.Pinball!.Value, 1e-6);
            // 2·Σ over all values and quantiles / Σ|y|, the mean over nine quantiles
            Assert.Equal(2 * loop.Pinball.Sum() / loop.Size, report.WeightedQuantileLoss!.Value, 1e-6);
            Assert.Equal(loop.Msis.Average(), report.Msis!.Value, 1e-5);
            for (var level = 0; level < 4; level++)
            {
                var own = report.Intervals[level];
                Assert.Equal(Forecaster.IntervalLevels[level], own.Level);
                Assert.Equal((loop.Below[level], loop.Above[level]), (own.Below * loop.Errors.Count, own.Above * loop.Errors.Count).Rounded());
                Assert.Equal(1, own.Below + own.Coverage + own.Above, Tolerance);
                Assert.Equal(loop.Widths[level] / loop.Errors.Count, own.Width, 1e-6);
            }

            // The series that stands still in training has no MASE and no MSIS.
            Assert.Equal(1, report.StandingStill);
            Assert.Equal($"on:x|part:test|values:{loop.Errors.Count}|horizon:1-3|origins:every|m:6|intervals:{(calibrated ? "conformal" : "model")}|impl:unroll-{LanguageModel.LibraryVersion}", report.Signature);
            Assert.True(report.MeanAbsoluteErrorInterval.Low < report.Model.MeanAbsoluteError && report.MeanAbsoluteErrorInterval.High > report.Model.MeanAbsoluteError);
            Assert.Equal(report.Baselines.Min(score => score.MeanAbsoluteError), report.BestBaseline.MeanAbsoluteError);
            Assert.NotEqual("linear autoregression", report.BestNaive.Name);
        }

        Assert.Contains("part:validation", model.Evaluate(split, new() { Part = SeriesPart.Validation }).Signature);
        var sparse = model.Evaluate(split, new() { Stride = 4 });
        Assert.Contains("origins:every 4", sparse.Signature);
        Assert.True(sparse.Origins < 12);
        Assert.StartsWith("The stride is how far apart forecasts are made; expected 1 or more.", Assert.Throws<ArgumentOutOfRangeException>(() => model.Evaluate(split, new() { Stride = 0 })).Message);
        Assert.Equal("x: the test part holds no value to measure on. Keep more of the series for it.", Assert.Throws<InvalidDataException>(() => model.Evaluate(TimeSplit.Of(set, 0.2, 0))).Message);
    }

    [Fact]
    public void Where_futures_are_drawn_there_are_fewer_origins()
    {
        var set = TimeSeriesSet.Of("x", SmallSeries.Noise(11_000, 2));
        var split = TimeSplit.Of(set, 0.45, 0.45);
        var model = Forecaster.Create(split, new() { Kind = ForecasterKind.Autoregressive, Horizon = 1, HiddenSize = 2, Samples = 10 });
        model.Calibrate(split);
        var report = model.Evaluate(split);
        Assert.Contains("origins:every 2|", report.Signature);
        Assert.Equal(4950 / 2, report.Origins);
        // Ten draws have no tail, which calibration makes up for.
        Assert.InRange(report.Intervals[2].Coverage, 0.87, 0.93);
    }

    [Fact]
    public void The_lag_alarm_speaks_of_a_walk_at_random_and_not_of_a_wave()
    {
        var (walk, noise) = (new float[300], SmallSeries.Noise(300, 6));
        for (var step = 1; step < walk.Length; step++)
            walk[step] = walk[step - 1] + noise[step];
        var options = new ForecasterOptions { Horizon = 2, Context = 8, HiddenSize = 4 };
        var split = TimeSplit.Of(TimeSeriesSet.Of("walk", walk), 0.2, 0.3);
        var report = SmallSeries.Trained(split, options, epochs: 2).Evaluate(split);
        Assert.Matches(
            @"^one step ahead the forecasts go with the last value \(correlation \d\.\d{4}\) more closely than with the value they are for \(\d\.\d{4}\): they follow the series rather than lead it\. Their error there is \d+\.\d % of that of persistence$",
            report.LagAlarm!);

        var wave = TimeSplit.Of(SmallSeries.Of("wave", 300, step => Math.Sin(step * 2 * Math.PI / 7)), 0.2, 0.3);
        Assert.Null(SmallSeries.Trained(wave, options with { HiddenSize = 8 }, epochs: 60).Evaluate(wave).LagAlarm);
    }

    private static ForecastColumn Column(int horizon, float[][] truth, float[][] said, double seasonalError)
    {
        var column = new ForecastColumn(truth.Length, horizon, 1) { SeasonalError = seasonalError };
        for (var origin = 0; origin < truth.Length; origin++)
        {
            column.Next();
            for (var ahead = 1; ahead <= horizon; ahead++)
                (column.Truth(ahead), column.Said(0, ahead)) = (truth[origin][ahead - 1], said[origin][ahead - 1]);
        }

        return column;
    }

    /// <summary>Every value of the test part, forecast by sessions of its own, and what METRICS asks of each.</summary>
    private sealed class Loop
    {
        public Loop(Forecaster model, TimeSplit split)
        {
            for (var index = 0; index < split.Set.Items.Count; index++)
            {
                var (item, start) = (split.Set.Items[index], split.ValidationEnd(index));
                var values = item.Values.ToArray();
                var pairs = Enumerable.Range(6, split.TrainingEnd(index) - 6).Where(step => !float.IsNaN(values[step]) && !float.IsNaN(values[step - 6])).Select(step => Math.Abs((double)values[step] - values[step - 6]));
                var seasonal = pairs.Average();
                for (var step = start; step < values.Length; step++)
                {
                    for (var ahead = 1; ahead <= model.Options.Horizon && !float.IsNaN(values[step]); ahead++)
                        Judge(model.Forecast(TimeSeries.Of(values.AsMemory(0, step - ahead + 1), name: item.Name)), values[step], ahead, seasonal);
                }
            }
        }

        public List<double> Errors { get; } = [];

        public List<double> Pinball { get; } = [];

        public List<double> Msis { get; } = [];

        public int[] Below { get; } = new int[4];

        public int[] Above { get; } = new int[4];

        public double[] Widths { get; } = new double[4];

        public double Size { get; private set; }

        private void Judge(Forecast forecast, double truth, int ahead, double seasonal)
        {
            Errors.Add(forecast.Value(ahead) - truth);
            Size += Math.Abs(truth);
            var own = 0.0;
            for (var tenth = 1; tenth <= 9; tenth++)
            {
                var (q, d) = (tenth / 10.0, truth - forecast.Quantile(tenth / 10.0, ahead));
                own += (d >= 0 ? q * d : (q - 1) * d) / 9;
            }

            Pinball.Add(own);
            for (var level = 0; level < 4; level++)
            {
                var (low, high) = forecast.Interval(Forecaster.IntervalLevels[level], ahead);
                Below[level] += truth < low ? 1 : 0;
                Above[level] += truth > high ? 1 : 0;
                Widths[level] += high - low;
                if (level == 3 && seasonal > 0)
                    Msis.Add((high - low + (truth < low ? 40 * (low - truth) : 0) + (truth > high ? 40 * (truth - high) : 0)) / seasonal);
            }
        }
    }
}

/// <summary>Shares times counts are counts again.</summary>
internal static class RoundedCounts
{
    public static (int Below, int Above) Rounded(this (double Below, double Above) counts) => ((int)Math.Round(counts.Below), (int)Math.Round(counts.Above));
}
