using System.Globalization;
using Unroll.Data;
using Unroll.Tensors;

namespace Unroll.Models;

/// <summary>Measures a forecaster and naive forecasts on a part of series: every value of the part is forecast from each number of steps before it.</summary>
internal sealed class ForecastEvaluator
{
    private const int Resamples = 1000;
    private const double MsisLevel = 0.95;

    private static readonly double[] Quantiles = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

    private readonly Forecaster model;
    private readonly TimeSplit split;
    private readonly List<ForecastColumn> columns = [];
    private readonly int season;
    private readonly long[,] hits = new long[Forecaster.IntervalLevels.Count, 3];
    private readonly double[] widths = new double[Forecaster.IntervalLevels.Count];
    private readonly double[] pinball = new double[Quantiles.Length];
    private double size;
    private double msis;
    private long msisCount;
    private long values;
    private long origins;

    private ForecastEvaluator(Forecaster model, TimeSplit split)
    {
        this.model = model;
        this.split = split;
        season = model.Options.Season ?? model.Frequency.CustomarySeason;
    }

    public static ForecastReport Evaluate(Forecaster model, TimeSplit split, ForecastEvaluationOptions options, CancellationToken cancellation) =>
        new ForecastEvaluator(model, split).Run(options, cancellation);

    private ForecastReport Run(ForecastEvaluationOptions options, CancellationToken cancellation)
    {
        if (options.Stride is < 1)
            throw new ArgumentOutOfRangeException(nameof(options), options.Stride, "The stride is how far apart forecasts are made; expected 1 or more.");
        var parts = Enumerable.Range(0, split.Set.Items.Count).Select(index => options.Part == SeriesPart.Test
            ? (Start: split.ValidationEnd(index), End: split.Set.Items[index].Length)
            : (Start: split.TrainingEnd(index), End: split.ValidationEnd(index))).ToList();
        var stride = options.Stride ?? ForecastOrigins.StrideOf(model, parts.Sum(part => (long)(part.End - part.Start)));
        var whole = new Spread();
        for (var index = 0; index < parts.Count; index++)
        {
            if (parts[index].End > parts[index].Start)
                Measure(index, parts[index].Start, parts[index].End, stride, whole, cancellation);
        }

        if (values == 0)
            throw new InvalidDataException($"{split.Set.Name}: the {options.Part.ToString().ToLowerInvariant()} part holds no value to measure on. Keep more of the series for it.");
        return Report(options, stride, whole.Deviation);
    }

    private void Measure(int index, int start, int end, int stride, Spread whole, CancellationToken cancellation)
    {
        var (series, encoder) = (split.Set.Items[index], model.Encoder);
        var all = series.Values.ToArray();
        var methods = NaiveForecasts.Names(season).Count;
        var naive = encoder.Targets.Select(channel => new NaiveForecasts(Column(all, channel, series), split.TrainingEnd(index), encoder)).ToList();
        var own = naive.Select(one => new ForecastColumn(((end - start + model.Options.Horizon) / stride) + 1, model.Options.Horizon, methods + 1) { SeasonalError = one.SeasonalError }).ToList();
        for (var step = start; step < end; step++)
        {
            foreach (var channel in encoder.Targets)
                whole.Add(all[(step * series.Channels) + channel]);
        }

        foreach (var (origin, forecast) in ForecastOrigins.Of(model, series, start, end, stride, cancellation))
        {
            origins++;
            for (var target = 0; target < own.Count; target++)
            {
                own[target].Next();
                for (var ahead = 1; ahead <= model.Options.Horizon; ahead++)
                {
                    var step = origin + ahead;
                    var truth = step >= start && step < end ? all[(step * series.Channels) + encoder.Targets[target]] : float.NaN;
                    own[target].Truth(ahead) = truth;
                    if (float.IsNaN(truth))
                        continue;
                    own[target].Said(0, ahead) = (float)forecast.Value(ahead, target);
                    for (var method = 0; method < methods; method++)
                        own[target].Said(method + 1, ahead) = (float)naive[target].Say(method, origin, ahead);
                    values++;
                    size += Math.Abs(truth);
                    if (model.HasIntervals)
                        Judge(forecast, truth, ahead, target, own[target].SeasonalError);
                }
            }
        }

        columns.AddRange(own);
    }

    private static float[] Column(float[] all, int channel, TimeSeries series) => [.. Enumerable.Range(0, series.Length).Select(step => all[(step * series.Channels) + channel])];

    private void Judge(Forecast forecast, double truth, int ahead, int target, double seasonalError)
    {
        for (var level = 0; level < Forecaster.IntervalLevels.Count; level++)
        {
            var (low, high) = forecast.Interval(Forecaster.IntervalLevels[level], ahead, target);
            hits[level, truth < low ? 0 : truth > high ? 2 : 1]++;
            widths[level] += high - low;
            if (Forecaster.IntervalLevels[level] != MsisLevel || seasonalError <= 0)
                continue;
            msis += (high - low + (2 / (1 - MsisLevel) * Math.Max(0, Math.Max(low - truth, truth - high)))) / seasonalError;
            msisCount++;
        }

        for (var index = 0; index < Quantiles.Length && model.Network.Law.HasSpread; index++)
        {
            var distance = truth - forecast.Quantile(Quantiles[index], ahead, target);
            pinball[index] += Math.Max(Quantiles[index] * distance, (Quantiles[index] - 1) * distance);
        }
    }

    private ForecastReport Report(ForecastEvaluationOptions options, int stride, double deviation)
    {
        var names = NaiveForecasts.Names(season);
        var hasLaw = model.Network.Law.HasSpread;
        var scored = ForecastMeasures.ScoreOf("model", 0, columns, deviation);
        List<ForecastScore> baselines = [.. names.Index().Select(entry => ForecastMeasures.ScoreOf(entry.Item, entry.Index + 1, columns, deviation))];
        return new()
        {
            Model = scored,
            Baselines = baselines,
            Intervals = model.HasIntervals ? [.. Forecaster.IntervalLevels.Index().Select(entry => Interval(entry.Index))] : [],
            Pinball = hasLaw ? pinball.Sum() / Quantiles.Length / values : null,
            WeightedQuantileLoss = hasLaw && size > 0 ? pinball.Average(sum => 2 * sum / size) : null,
            Msis = model.HasIntervals && msisCount > 0 ? msis / msisCount : null,
            MeanAbsoluteErrorInterval = Bootstrap(stride),
            LagAlarm = LagAlarm(scored, baselines[0]),
            Values = values,
            Origins = origins,
            StandingStill = columns.Count(column => column.SeasonalError <= 0),
            Signature = string.Create(
                CultureInfo.InvariantCulture,
                $"on:{split.Set.Name}|part:{options.Part.ToString().ToLowerInvariant()}|values:{values}|horizon:1-{model.Options.Horizon}|origins:{(stride == 1 ? "every" : $"every {stride}")}|m:{season}|intervals:{(model.IsCalibrated ? "conformal" : hasLaw ? "model" : "none")}|impl:unroll-{LanguageModel.LibraryVersion}"),
        };
    }

    private IntervalScore Interval(int level)
    {
        double total = hits[level, 0] + hits[level, 1] + hits[level, 2];
        return new(Forecaster.IntervalLevels[level], hits[level, 1] / total, hits[level, 0] / total, hits[level, 2] / total, widths[level] / total);
    }

    private string? LagAlarm(ForecastScore scored, ForecastScore persistence)
    {
        var withValue = ForecastMeasures.Correlation(columns.Select(column => column.Pairs(0, 1)));
        var withLast = ForecastMeasures.Correlation(columns.Select(column => column.Pairs(0, 1).Zip(column.Pairs(1, 1), (own, last) => (last.Said, own.Said))));
        if (!(withLast > withValue))
            return null;
        var share = scored.ByHorizon[0].MeanAbsoluteError / persistence.ByHorizon[0].MeanAbsoluteError;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"one step ahead the forecasts go with the last value (correlation {withLast:F4}) more closely than with the value they are for ({withValue:F4}): they follow the series rather than lead it. Their error there is {100 * share:F1} % of that of persistence");
    }

    /// <summary>Blocks of neighbouring origins, as errors of forecasts that overlap go together.</summary>
    private (double Low, double High) Bootstrap(int stride)
    {
        var (errors, random) = (new List<(double Sum, int Count)>(), new CounterRandom(0));
        foreach (var column in columns)
        {
            for (var origin = 0; origin < column.Count; origin++)
                errors.Add(column.ErrorOf(0, origin));
        }

        var (block, means) = (Math.Clamp((model.Options.Horizon + stride - 1) / stride, 1, errors.Count), new double[Resamples]);
        for (var resample = 0; resample < Resamples; resample++)
        {
            var (sum, count) = (0.0, 0L);
            for (var drawn = 0; drawn < errors.Count || count == 0; drawn += block)
            {
                var start = random.NextInt32(errors.Count - block + 1);
                for (var place = start; place < start + block; place++)
                    (sum, count) = (sum + errors[place].Sum, count + errors[place].Count);
            }

            means[resample] = sum / count;
        }

        Array.Sort(means);
        return (means[Resamples / 40], means[Resamples - 1 - (Resamples / 40)]);
    }

    /// <summary>The deviation of all values of a part.</summary>
    private sealed class Spread
    {
        private double mean;
        private double squares;
        private long count;

        public double Deviation => count == 0 ? 0 : Math.Sqrt(squares / count);

        public void Add(float value)
        {
            if (float.IsNaN(value))
                return;
            var difference = value - mean;
            mean += difference / ++count;
            squares += difference * (value - mean);
        }
    }
}
