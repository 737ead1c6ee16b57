using Unroll.Data;

namespace Unroll.Models;

/// <summary>By how much the intervals of a forecaster are widened, in units of the scale at the time: for each level, step ahead and target. Immutable.</summary>
/// <param name="margins">[levels, H, targets]; below 0 where they are narrowed.</param>
/// <param name="horizon">H.</param>
/// <param name="targets">How many targets there are.</param>
internal sealed class IntervalCalibration(float[] margins, int horizon, int targets)
{
    public IReadOnlyList<float> Margins => margins;

    public double Margin(double level, int ahead, int target) => margins[(((IndexOf(level) * horizon) + ahead - 1) * targets) + target];

    /// <summary>Measures the validation part.</summary>
    public static IntervalCalibration Fit(Forecaster model, TimeSplit split, CancellationToken cancellation)
    {
        var (horizon, targets, levels) = (model.Options.Horizon, model.Encoder.Targets.Length, Forecaster.IntervalLevels);
        var scores = new List<double>[levels.Count * horizon * targets];
        for (var place = 0; place < scores.Length; place++)
            scores[place] = [];
        var stride = ForecastOrigins.StrideOf(model, Enumerable.Range(0, split.Set.Items.Count).Sum(index => (long)(split.ValidationEnd(index) - split.TrainingEnd(index))));
        for (var index = 0; index < split.Set.Items.Count; index++)
        {
            var series = split.Set.Items[index];
            var values = model.Encoder.Transformed(series, 0, split.ValidationEnd(index));
            foreach (var (origin, forecast) in ForecastOrigins.Of(model, series, split.TrainingEnd(index), split.ValidationEnd(index), stride, cancellation))
            {
                for (var place = 0; place < scores.Length; place++)
                {
                    var (level, ahead, target) = (levels[place / targets / horizon], (place / targets % horizon) + 1, place % targets);
                    if (origin + ahead < split.TrainingEnd(index) || origin + ahead >= split.ValidationEnd(index))
                        continue;
                    double value = values[((origin + ahead) * series.Channels) + model.Encoder.Targets[target]];
                    if (double.IsNaN(value))
                        continue;
                    var (low, high) = forecast.InnerInterval(level, ahead, target);
                    scores[place].Add(Math.Max(low - value, value - high) / forecast.Scale(target));
                }
            }
        }

        if (scores.Any(list => list.Count == 0))
            throw new InvalidDataException($"{split.Set.Name}: the validation part is too short to calibrate {horizon} steps ahead on. Keep more for validation, or shorten the horizon.");
        return new([.. scores.Select((list, place) => (float)Quantile(list, levels[place / targets / horizon]))], horizon, targets);
    }

    /// <summary>The value of rank ⌈(n + 1) · level⌉, the largest where there are too few.</summary>
    private static double Quantile(List<double> scores, double level)
    {
        scores.Sort();
        var rank = (int)Math.Ceiling((scores.Count + 1) * (decimal)level);
        return scores[Math.Min(rank, scores.Count) - 1];
    }

    private static int IndexOf(double level)
    {
        for (var index = 0; index < Forecaster.IntervalLevels.Count; index++)
        {
            if (Forecaster.IntervalLevels[index] == level)
                return index;
        }

        throw new ArgumentOutOfRangeException(nameof(level), FormattableString.Invariant($"The level {level} was not calibrated."));
    }
}
