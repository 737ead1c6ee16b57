using Unroll.Data;
using Unroll.Losses;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Tests.Files;
using Unroll.Training;

namespace Unroll.Tests.Models.Forecasting;

/// <summary>Forecasters learn what is there to be learned, and say how sure they are.</summary>
public sealed class ForecasterLearningTests
{
    public static TheoryData<ForecasterKind> Kinds => SmallSeries.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_wave_without_noise_is_forecast_closely(ForecasterKind kind)
    {
        // The period of 11.3 steps is no season in whole steps.
        var split = TimeSplit.Of(SmallSeries.Of("wave", 400, step => 100 + (10 * Math.Sin(step * 2 * Math.PI / 11.3))), 0.1, 0.2);
        var model = SmallSeries.Trained(split, new() { Kind = kind, Horizon = 6, Context = 24, HiddenSize = 12, Samples = 40 }, epochs: kind == ForecasterKind.EncoderDecoder ? 40 : 120, batch: kind == ForecasterKind.EncoderDecoder ? 16 : 4);
        var report = model.Evaluate(split);
        // An amplitude of 10; persistence errs by about its mean slope.
        Assert.True(report.Model.MeanAbsoluteError < 0.6, $"{report.Model.MeanAbsoluteError}");
        Assert.True(report.Model.MeanAbsoluteError < 0.1 * report.BestNaive.MeanAbsoluteError, $"{report.BestNaive.MeanAbsoluteError}");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Counts_are_forecast_as_counts(ForecasterKind kind)
    {
        var random = new CounterRandom(4);
        var split = TimeSplit.Of(SmallSeries.Of("sold", 600, _ => RandomDraws.SamplePoisson(5, ref random)), 0.1, 0.2);
        var model = SmallSeries.Trained(split, new() { Kind = kind, Output = ForecastOutput.NegativeBinomial, Horizon = 2, Context = 20, HiddenSize = 4 }, epochs: kind == ForecasterKind.EncoderDecoder ? 4 : 15);
        var forecast = model.Forecast(split.Set.Items[0]);
        // A Poisson of mean 5 has the median 5 and the quantiles 2, of a tenth, and 8, of nine.
        Assert.Equal(5, forecast.Value(1), 1.01);
        Assert.Equal(2, forecast.Quantile(0.1, 2), 1.01);
        Assert.Equal(8, forecast.Quantile(0.9, 2), 1.01);
        Assert.Equal(Math.Round(forecast.Value(2)), forecast.Value(2), 1e-4);
        Assert.InRange(model.Evaluate(split).Intervals[1].Coverage, 0.78, 0.95);
        model.Calibrate(split);
        Assert.True(model.Forecast(split.Set.Items[0]).Interval(0.95, 2).Low >= 0);
    }

    [Fact]
    public void The_vector_of_a_series_tells_it_from_its_opposite()
    {
        // Every second value is a surprise; the next one repeats it in one series, and is its opposite in the other.
        float[] Pairs(ulong seed, int sign)
        {
            var (noise, values) = (SmallSeries.Noise(300, seed), new float[300]);
            for (var step = 0; step < values.Length; step++)
                values[step] = step % 2 == 0 ? noise[step] : sign * noise[step - 1];
            return values;
        }

        var set = new TimeSeriesSet("x", [new("y")], Frequency.Steps, [TimeSeries.Of(Pairs(1, 1), name: "same"), TimeSeries.Of(Pairs(2, -1), name: "opposite")]);
        var split = TimeSplit.Of(set, 0.1, 0.1);
        var options = new ForecasterOptions { Horizon = 1, Context = 2, Season = 2, Scaling = SeriesScaling.Training, Anchor = ForecastAnchor.Mean, HiddenSize = 8, SeriesEmbeddingSize = 2 };
        var model = SmallSeries.Trained(split, options, epochs: 40);
        foreach (var value in new[] { -1f, 1 })
        {
            double Next(string name)
            {
                var session = model.OpenSession(name);
                foreach (var read in new[] { 0.3f, name == "same" ? 0.3f : -0.3f, value })
                    session.Step(read);
                return session.Forecast().Value(1);
            }

            Assert.Equal(value, Next("same"), 0.35);
            Assert.Equal(-value, Next("opposite"), 0.35);
            Assert.True(double.IsFinite(Next("never seen")));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_known_ahead_is_used_at_each_step_ahead(ForecasterKind kind)
    {
        // A promotion on some days brings 5 more, whatever was before.
        var (noise, values) = (SmallSeries.Noise(500, 9), new List<float>());
        var random = new CounterRandom(3);
        for (var step = 0; step < noise.Length; step++)
        {
            var promotion = random.NextInt32(3) == 0 ? 1f : 0;
            values.AddRange([20 + (5 * promotion) + (0.3f * noise[step]), promotion]);
        }

        var set = new TimeSeriesSet("x", [new("sales"), new("promotion", ChannelRole.Known)], Frequency.Steps, [TimeSeries.Of(values.ToArray(), 2)]);
        var split = TimeSplit.Of(set, 0.1, 0.1);
        var model = SmallSeries.Trained(split, new() { Kind = kind, Horizon = 3, Context = 12, Scaling = SeriesScaling.Training, Anchor = ForecastAnchor.Mean, HiddenSize = 8 }, epochs: kind == ForecasterKind.EncoderDecoder ? 12 : 40);
        var session = model.OpenSession();
        for (var step = 0; step < 60; step++)
            session.Step(values.GetRange(2 * step, 2).ToArray());
        for (var ahead = 1; ahead <= 3; ahead++)
        {
            var plan = new float[3];
            Assert.Equal(20, session.Forecast(plan).Value(ahead), 1.0);
            plan[ahead - 1] = 1;
            Assert.Equal(25, session.Forecast(plan).Value(ahead), 1.0);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Missing_values_do_not_stop_it(ForecasterKind kind)
    {
        var split = TimeSplit.Of(SmallSeries.Of("wave", 300, step => step % 7 == 3 || step is > 40 and < 48 ? double.NaN : Math.Sin(step * 2 * Math.PI / 12)), 0.1, 0.2);
        var model = SmallSeries.Trained(split, new() { Kind = kind, Horizon = 4, Context = 24, HiddenSize = 10, Season = 12, Samples = 30 }, epochs: kind == ForecasterKind.EncoderDecoder ? 25 : 80);
        var report = model.Evaluate(split);
        Assert.True(report.Model.MeanAbsoluteError < 0.2, $"{report.Model.MeanAbsoluteError}");
        Assert.All(SmallSeries.Weights(model), weight => Assert.True(float.IsFinite(weight)));
        // Nothing at all from the first step on is no error either.
        var session = model.OpenSession();
        for (var step = 0; step < 5; step++)
            session.Step(float.NaN);
        Assert.All(SmallSeries.Said(session.Forecast()), value => Assert.True(double.IsFinite(value)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_training_that_was_interrupted_ends_like_one_that_was_not(ForecasterKind kind)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        var split = TimeSplit.Of(SmallSeries.Rich(kind != ForecasterKind.Autoregressive, count: 3), 0.2, 0.2);
        float[] Run(int? stopAt, bool resume)
        {
            var model = Forecaster.Create(split, new() { Kind = kind, Horizon = 3, Context = 8, HiddenSize = 5, Layers = 2, Dropout = 0.2f, VariationalDropout = 0.2f, SeriesEmbeddingSize = 2, Season = 12 });
            var trainer = new ExampleTrainer<ForecastWindow>(model, new() { Optimizer = new AdamW(5e-3f), BatchSize = 8, CheckpointPath = path, ReportEvery = 1 });
            if (resume)
                trainer.Resume(path);
            using var stop = new CancellationTokenSource();
            try
            {
                trainer.Fit(model.TrainingWindows(split), model.ValidationWindows(split), 3, new Stop(stop, stopAt), stop.Token);
            }
            catch (OperationCanceledException) when (stopAt is not null)
            {
                // The checkpoint is written.
            }

            return SmallSeries.Weights(model);
        }

        var whole = Run(null, resume: false);
        Assert.NotEqual(whole, Run(stopAt: 7, resume: false));
        Assert.Equal(whole, Run(null, resume: true));
    }

    [Fact]
    public void Forecasts_from_many_threads_are_those_of_one()
    {
        var set = SmallSeries.Rich(withPast: false);
        var split = TimeSplit.Of(set, 0.2, 0.2);
        var model = SmallSeries.Trained(split, new() { Kind = ForecasterKind.Autoregressive, Horizon = 3, Context = 8, HiddenSize = 6, Samples = 20, Seed = 5 }, epochs: 1);
        double[] Forecast(int index)
        {
            var item = set.Items[index % 2];
            var session = model.OpenSession(item.Name, item.Start);
            for (var step = 0; step < 20 + index; step++)
                session.Step(item.Values.Span.Slice(2 * step, 2));
            return SmallSeries.Said(session.Forecast([1, 0, -1]));
        }

        var expected = Enumerable.Range(0, 12).Select(Forecast).ToArray();
        Parallel.For(0, 60, turn => Assert.Equal(expected[turn % 12], Forecast(turn % 12)));
    }

    private sealed class Stop(CancellationTokenSource source, int? at) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Update == at)
                source.Cancel();
        }
    }
}
