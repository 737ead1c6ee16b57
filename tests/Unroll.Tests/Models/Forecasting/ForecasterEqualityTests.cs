using Unroll.Cells;
using Unroll.Data;
using Unroll.Losses;
using Unroll.Models;
using Unroll.Tensors;

namespace Unroll.Tests.Models.Forecasting;

/// <summary>The same numbers by different ways: streams and batches, prefixes and whole series, gradients and differences.</summary>
public sealed class ForecasterEqualityTests
{
    /// <summary>Float32 sums over layers, in another order in a batch than in a stream; losses are about 1.</summary>
    private const double LossTolerance = 2e-5;

    /// <summary>Differences of a float32 loss of about 1, rounded to 6e-8, over a step of 1/64.</summary>
    private const double DifferenceTolerance = 3e-4;

    private const float Step = 1 / 64f;

    public static TheoryData<ForecasterKind> Kinds => SmallSeries.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_forecast_after_a_step_is_that_of_a_session_that_read_only_so_far(ForecasterKind kind)
    {
        var (model, split) = Model(kind);
        foreach (var item in split.Set.Items)
        {
            var session = model.OpenSession(item.Name, item.Start);
            for (var step = 0; step < 40; step++)
            {
                session.Step(Row(item, step));
                if (step % 7 != 3)
                    continue;
                var plans = Plans(item, step + 1, model.Options.Horizon);
                var said = SmallSeries.Said(session.Forecast(plans));
                var other = model.OpenSession(item.Name, item.Start);
                for (var read = 0; read <= step; read++)
                    other.Step(Row(item, read));
                Assert.Equal(said, SmallSeries.Said(other.Forecast(plans)));
                // A forecast moves nothing on.
                Assert.Equal(said, SmallSeries.Said(session.Forecast(plans)));
                // The same from rows, those of the future without a target.
                Assert.Equal(said, SmallSeries.Said(model.Forecast(History(item, step, model.Options.Horizon))));
            }

            session.Reset();
            session.Step(Row(item, 0));
            var fresh = model.OpenSession(item.Name, item.Start);
            fresh.Step(Row(item, 0));
            Assert.Equal(SmallSeries.Said(fresh.Forecast(Plans(item, 1, 4))), SmallSeries.Said(session.Forecast(Plans(item, 1, 4))));
            Assert.Equal(new DateTime(2000, 4, 1), session.Forecast(Plans(item, 1, 4)).TimeOf(1));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_loss_of_training_is_that_of_the_laws_that_streams_give(ForecasterKind kind)
    {
        var (model, split) = Model(kind);
        // The first windows begin with their series, as streams do.
        var windows = model.TrainingWindows(split).Where(window => window.Start == 0).ToArray();
        Assert.Equal(2, windows.Length);
        foreach (var window in windows)
        {
            var (sum, count) = kind == ForecasterKind.Autoregressive ? OfNextLaws(model, window) : OfForecasts(model, window);
            Assert.Equal(model.Network.CountOf(window), count);
            Assert.Equal(sum / count, Loss(model, window), LossTolerance);
        }
    }

    [Fact]
    public void Futures_begin_with_draws_of_the_law_of_the_next_step()
    {
        var (model, split) = Model(ForecasterKind.Autoregressive, samples: 4000);
        var item = split.Set.Items[0];
        var session = model.OpenSession(item.Name, item.Start);
        for (var step = 0; step < 30; step++)
            session.Step(Row(item, step));
        var forecast = session.Forecast(Plans(item, 30, model.Options.Horizon));
        var (mean, deviation) = NextLaw(model, item, 29);
        // The median and a quantile of 4,000 draws: five standard errors.
        var error = 5 * 1.2533 * deviation / Math.Sqrt(4000);
        Assert.Equal(mean, forecast.Value(1), error);
        Assert.Equal(mean + (1.2815515655 * deviation), forecast.Quantile(0.9, 1), 2 * error);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_batch_is_its_windows_one_by_one(ForecasterKind kind)
    {
        var (model, split) = Model(kind, series: 3);
        ForecastWindow[] windows = [.. model.TrainingWindows(split).Where((_, index) => index % 3 == 0), .. model.ValidationWindows(split).Take(3)];
        Assert.True(windows.Select(window => window.TimeSteps).Distinct().Count() > 1, "no mixed lengths");
        double count = windows.Sum(model.Network.CountOf);
        var (loss, gradient) = LossAndGradient(model, windows);
        var parts = windows.Select(window => (Weight: model.Network.CountOf(window) / count, Own: LossAndGradient(model, window))).ToArray();
        Assert.Equal(parts.Sum(part => part.Weight * part.Own.Loss), loss, LossTolerance);
        for (var place = 0; place < gradient.Length; place++)
            Assert.Equal(parts.Sum(part => part.Weight * part.Own.Gradient[place]), gradient[place], LossTolerance);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_gradient_of_training_is_that_of_differences(ForecasterKind kind)
    {
        const int Seed = 8;
        var (model, split) = Model(kind);
        ForecastWindow[] windows = [.. model.TrainingWindows(split).Where((_, index) => index % 4 == 0)];
        var (_, gradient) = LossAndGradient(model, windows);
        var (random, start) = (new Random(Seed), 0);
        foreach (var parameter in model.Parameters)
        {
            for (var turn = 0; turn < 12; turn++)
            {
                var place = random.Next(parameter.Length);
                double At(float distance)
                {
                    var kept = parameter.Values[place];
                    parameter.Values[place] += distance;
                    parameter.MarkChanged();
                    var loss = Loss(model, windows);
                    parameter.Values[place] = kept;
                    parameter.MarkChanged();
                    return loss;
                }

                var expected = ((8 * (At(Step) - At(-Step))) - (At(2 * Step) - At(-2 * Step))) / (12 * Step);
                Assert.True(
                    Math.Abs(expected - gradient[start + place]) <= DifferenceTolerance * Math.Max(1, Math.Abs(expected)),
                    $"seed {Seed}: {parameter.Name}[{place}] has the derivative {gradient[start + place]}; differences give {expected}");
            }

            start += parameter.Length;
        }
    }

    [Fact]
    public void A_history_that_begins_later_has_the_phases_of_its_dates()
    {
        var (model, split) = Model(ForecasterKind.Direct, ForecastAnchor.Last);
        var item = split.Set.Items[0];
        var known = new float[model.Encoder.KnownSize];
        var (whole, part) = (new ForecasterSession(model, item.Name, item.Start), new ForecasterSession(model, item.Name, item.Start!.Value.AddMonths(31)));
        whole.WriteKnown([0], 40, known);
        var later = new float[known.Length];
        part.WriteKnown([0], 9, later);
        Assert.Equal(known, later);
        // March 2000 and 40 months are July 2003, half of a year after a January.
        Assert.Equal(0, known[^2], 1e-5);
        Assert.Equal(-1, known[^1], 1e-5);
    }

    private static (Forecaster Model, TimeSplit Split) Model(ForecasterKind kind, ForecastAnchor anchor = ForecastAnchor.Season, int samples = 20, int series = 2)
    {
        var split = TimeSplit.Of(SmallSeries.Rich(kind != ForecasterKind.Autoregressive, count: series), 0.2, 0.2);
        var options = new ForecasterOptions
        {
            Kind = kind,
            Anchor = anchor,
            Season = 12,
            Horizon = 4,
            Context = 9,
            HiddenSize = 5,
            Layers = 2,
            SeriesEmbeddingSize = 2,
            Samples = samples,
            Cell = Cell.Gru,
        };
        return (SmallSeries.Trained(split, options, epochs: 3), split);
    }

    private static ReadOnlySpan<float> Row(TimeSeries item, int step) => item.Values.Span.Slice(step * item.Channels, item.Channels);

    private static float[] Plans(TimeSeries item, int step, int horizon) => [.. Enumerable.Range(step, horizon).Select(at => item.Values.Span[(at * item.Channels) + 1])];

    private static TimeSeries History(TimeSeries item, int last, int horizon)
    {
        var values = item.Values[..((last + 1 + horizon) * item.Channels)].ToArray();
        for (var step = last + 1; step <= last + horizon; step++)
            values[step * item.Channels] = float.NaN;
        return TimeSeries.Of(values, item.Channels, item.Name, item.Start);
    }

    private static double Loss(Forecaster model, params ReadOnlySpan<ForecastWindow> windows) => model.Loss(new(recording: false), windows, default).Scalar;

    private static (double Loss, float[] Gradient) LossAndGradient(Forecaster model, params ReadOnlySpan<ForecastWindow> windows)
    {
        foreach (var parameter in model.Parameters)
            parameter.Gradient.Clear();
        var tape = new Tape();
        var loss = model.Loss(tape, windows, default);
        tape.Backward(loss);
        float[] gradient = [.. model.Parameters.SelectMany(parameter => parameter.Gradient.ToArray())];
        foreach (var parameter in model.Parameters)
            parameter.Gradient.Clear();
        return (loss.Scalar, gradient);
    }

    /// <summary>−log of the normal density, from what a forecast says in the units of the series.</summary>
    private static (double Sum, int Count) OfForecasts(Forecaster model, ForecastWindow window)
    {
        var item = window.Series.Series;
        var session = model.OpenSession(item.Name, item.Start);
        var (sum, count) = (0.0, 0);
        for (var step = 0; step < window.TimeSteps; step++)
        {
            session.Step(Row(item, step));
            if (step < window.FirstOrigin || (model.Options.Kind == ForecasterKind.EncoderDecoder && step < window.TimeSteps - 1))
                continue;
            // The part ends at the 72nd month, after which plans count as their mean.
            var forecast = session.Forecast(session.KnownOf(item, step + 1, window.TargetEnd));
            for (var ahead = 1; ahead <= model.Options.Horizon; ahead++)
            {
                if (step + ahead >= window.TargetEnd || float.IsNaN(item.Values.Span[(step + ahead) * item.Channels]))
                    continue;
                var (mean, above) = (forecast.Value(ahead), forecast.Quantile(0.8413447460685429, ahead));
                sum += NegativeLogLikelihood(item.Values.Span[(step + ahead) * item.Channels], mean, above - mean, forecast.Scale(0));
                count++;
            }
        }

        return (sum, count);
    }

    private static (double Sum, int Count) OfNextLaws(Forecaster model, ForecastWindow window)
    {
        var item = window.Series.Series;
        var (sum, count) = (0.0, 0);
        for (var step = window.FirstOrigin; step < window.TimeSteps; step++)
        {
            var value = item.Values.Span[(step + 1) * item.Channels];
            if (step + 1 >= window.TargetEnd || float.IsNaN(value))
                continue;
            var (mean, deviation) = NextLaw(model, item, step);
            sum += NegativeLogLikelihood(value, mean, deviation, window.Series.ScaleAt(step, 0));
            count++;
        }

        return (sum, count);
    }

    /// <summary>In units of the scale, as training counts.</summary>
    private static double NegativeLogLikelihood(double value, double mean, double deviation, double scale) =>
        Math.Log(deviation / scale) + (Math.Pow((value - mean) / deviation, 2) / 2) + (Math.Log(2 * Math.PI) / 2);

    /// <summary>Mean and deviation of the next value, from a stream that is fed step by step here.</summary>
    private static (double Mean, double Deviation) NextLaw(Forecaster model, TimeSeries item, int last)
    {
        var encoder = model.Encoder;
        var (scale, stream) = (new ForecastScale(encoder, encoder.StatisticsOf(item.Name)), model.Network.Rnn.OpenStream());
        var input = new float[model.Network.Rnn.InputSize];
        model.Network.SeriesVectors!.Weight.Values.Slice(encoder.NumberOf(item.Name) * 2, 2).CopyTo(input.AsSpan(encoder.InputSize));
        for (var step = 0; step <= last; step++)
        {
            scale.Step(Row(item, step));
            encoder.WriteDynamic(scale, input.AsSpan(0, encoder.DynamicSize));
            encoder.WriteKnown(encoder.StatisticsOf(item.Name), Plans(item, step + 1, 1), item.Start!.Value.AddMonths(step + 1), step + 1, input.AsSpan(encoder.DynamicSize, encoder.KnownSize));
            stream.Step(input);
        }

        var raw = new float[2];
        model.Network.Head.Step(stream.Output, raw);
        var unit = scale.Deviation[0];
        return (scale.Anchor(0, 1) + (unit * raw[0]), unit * (Math.Log(1 + Math.Exp(raw[1])) + GaussianLaw.SmallestDeviation));
    }
}
