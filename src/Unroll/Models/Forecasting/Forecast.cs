namespace Unroll.Models;

/// <summary>How a series goes on from a step: for each target and each step ahead a value, and how sure the model is. Immutable.</summary>
public sealed class Forecast
{
    private readonly Forecaster model;
    private readonly DateTime? start;

    /// <summary>The laws of all values ahead, [H, targets, P]; empty where futures were drawn.</summary>
    private readonly float[] raw;

    /// <summary>What each value is the difference from, [H, targets].</summary>
    private readonly float[] anchors;

    /// <summary>What one unit stands for, [targets].</summary>
    private readonly float[] scales;

    /// <summary>Drawn values, ascending and transformed, for each of [H, targets].</summary>
    private readonly float[][] samples;

    internal Forecast(Forecaster model, string series, DateTime? start, long steps, float[] raw, float[] anchors, float[] scales, float[][] samples)
    {
        (this.model, SeriesName, this.start, Steps) = (model, series, start, steps);
        (this.raw, this.anchors, this.scales, this.samples) = (raw, anchors, scales, samples);
    }

    /// <summary>The series.</summary>
    public string SeriesName { get; }

    /// <summary>How many steps of it were read.</summary>
    public long Steps { get; }

    /// <summary>H.</summary>
    public int Horizon => model.Options.Horizon;

    /// <summary>The names of the targets.</summary>
    public IReadOnlyList<string> Targets => model.Targets;

    /// <summary>Whether <see cref="Interval"/> and <see cref="Quantile"/> say anything.</summary>
    public bool HasIntervals => model.HasIntervals;

    /// <summary>The time of a step ahead, or null for numbered steps.</summary>
    /// <param name="ahead">1 to H.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is outside its range.</exception>
    public DateTime? TimeOf(int ahead)
    {
        Check(ahead, 0);
        return start is { } first ? model.Frequency.Add(first, Steps - 1 + ahead) : null;
    }

    /// <summary>The forecast of a value: the median of what the model says, or its one number.</summary>
    /// <param name="ahead">1 to H.</param>
    /// <param name="target">The number of the target.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public double Value(int ahead, int target = 0) => Restore(Inner(ahead, target, 0.5));

    /// <summary>The value that comes or is undercut with a probability, as the model says it; not calibrated.</summary>
    /// <param name="probability">Above 0 and below 1.</param>
    /// <param name="ahead">1 to H.</param>
    /// <param name="target">The number of the target.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public double Quantile(double probability, int ahead, int target = 0)
    {
        if (probability is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(probability), FormattableString.Invariant($"The probability is {probability}; expected above 0 and below 1."));
        return Restore(Inner(ahead, target, probability));
    }

    /// <summary>
    /// The interval that holds the value with a probability: that of the model, calibrated where the model was. It holds the forecast, and the intervals of lower levels.
    /// </summary>
    /// <param name="level">One of <see cref="Forecaster.IntervalLevels"/>.</param>
    /// <param name="ahead">1 to H.</param>
    /// <param name="target">The number of the target.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="InvalidOperationException">The model gives points and was not calibrated.</exception>
    public (double Low, double High) Interval(double level, int ahead, int target = 0)
    {
        if (!HasIntervals)
            throw new InvalidOperationException("This model gives one number a step, and was not calibrated, so it says nothing of how sure it is. Calibrate it on a validation part, or train one with another output.");
        var (low, high) = Calibrated(level, ahead, target);
        var median = Inner(ahead, target, 0.5);
        (low, high) = (Math.Min(low, median), Math.Max(high, median));
        // Levels are calibrated one by one; an interval holds those of lower levels all the same.
        foreach (var lower in Forecaster.IntervalLevels)
        {
            if (lower >= level)
                break;
            var (innerLow, innerHigh) = Calibrated(lower, ahead, target);
            (low, high) = (Math.Min(low, innerLow), Math.Max(high, innerHigh));
        }

        return (Restore(low), Restore(high));
    }

    /// <summary>The interval of the model itself, in transformed values.</summary>
    internal (double Low, double High) InnerInterval(double level, int ahead, int target)
    {
        if (!Forecaster.IntervalLevels.Contains(level))
            throw new ArgumentOutOfRangeException(nameof(level), FormattableString.Invariant($"The level is {level}; expected {string.Join(", ", Forecaster.IntervalLevels.Select(known => FormattableString.Invariant($"{known}")))}."));
        return (Inner(ahead, target, (1 - level) / 2), Inner(ahead, target, (1 + level) / 2));
    }

    /// <summary>What one unit of the network stands for, in transformed values.</summary>
    internal double Scale(int target) => scales[target];

    private double Inner(int ahead, int target, double probability)
    {
        Check(ahead, target);
        var place = ((ahead - 1) * scales.Length) + target;
        if (raw.Length == 0)
            return OfSamples(samples[place], probability);
        var law = model.Network.Law;
        return anchors[place] + (scales[target] * law.Quantile(raw.AsSpan(place * law.Parameters, law.Parameters), probability, scales[target]));
    }

    /// <summary>Counts are not below 0, however wide an interval was made.</summary>
    private (double Low, double High) Calibrated(double level, int ahead, int target)
    {
        var (low, high) = InnerInterval(level, ahead, target);
        var margin = model.Calibration is { } calibration ? calibration.Margin(level, ahead, target) * scales[target] : 0;
        return (low - margin, high + margin);
    }

    private double Restore(double value) => model.Options.Output == ForecastOutput.NegativeBinomial ? Math.Max(0, value) : ForecastEncoder.Inverse(model.Options.Transform, value);

    /// <summary>Between the two nearest draws on a straight line.</summary>
    private static double OfSamples(float[] sorted, double probability)
    {
        var place = probability * (sorted.Length - 1);
        var below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + ((place - below) * (sorted[below + 1] - (double)sorted[below])) : sorted[below];
    }

    private void Check(int ahead, int target)
    {
        if (ahead < 1 || ahead > Horizon)
            throw new ArgumentOutOfRangeException(nameof(ahead), ahead, $"The forecast reaches 1 to {Horizon} steps ahead.");
        if ((uint)target >= (uint)scales.Length)
            throw new ArgumentOutOfRangeException(nameof(target), target, $"The forecast has the targets 0 to {scales.Length - 1}.");
    }
}
