namespace Unroll.Models;

/// <summary>
/// How a forecaster sees the values of one series, step by step: the last value of each channel, and what to scale by. It looks at nothing that comes later, so a stream
/// and a whole series give the same numbers.
/// </summary>
internal sealed class ForecastScale
{
    /// <summary>The least deviation, as a share of that of the training part: a series that stands still is not blown up.</summary>
    private const double SmallestShare = 1e-3;

    private readonly ForecastEncoder encoder;
    private readonly SeriesStatistics statistics;
    private readonly double share;
    private readonly double[] variance;
    private readonly bool[] wasSeen;

    /// <summary>The last values of a season, [m, targets], each at its step modulo m.</summary>
    private readonly float[] season;

    public ForecastScale(ForecastEncoder encoder, SeriesStatistics statistics)
    {
        this.encoder = encoder;
        this.statistics = statistics;
        var count = encoder.Channels.Count;
        (Last, Previous, Center, Deviation) = (new float[count], new float[count], new float[count], new float[count]);
        (IsMissing, variance, wasSeen) = (new bool[count], new double[count], new bool[count]);
        // The weight of a mean over about as many values as the context has.
        share = 2.0 / (encoder.Options.Context + 1);
        season = new float[encoder.Options.SeasonLength * encoder.Targets.Length];
        SeasonBefore = new float[encoder.Targets.Length];
        Reset();
    }

    /// <summary>The last known value of each channel, transformed where it is a target.</summary>
    public float[] Last { get; }

    /// <summary>The last known value a step earlier.</summary>
    public float[] Previous { get; }

    /// <summary>What is 0 to the network.</summary>
    public float[] Center { get; }

    /// <summary>What is 1 to it.</summary>
    public float[] Deviation { get; }

    /// <summary>Whether the last step had no value.</summary>
    public bool[] IsMissing { get; }

    /// <summary>For each target its value one season before the last step; the last one itself in the first season.</summary>
    public float[] SeasonBefore { get; }

    /// <summary>Steps so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Goes back to before the first step.</summary>
    public void Reset()
    {
        Steps = 0;
        Array.Clear(wasSeen);
        for (var channel = 0; channel < Last.Length; channel++)
        {
            Last[channel] = Previous[channel] = statistics.Means[channel];
            variance[channel] = (double)statistics.Deviations[channel] * statistics.Deviations[channel];
            (Center[channel], Deviation[channel]) = (statistics.Means[channel], statistics.Deviations[channel]);
            if (IsCount(channel))
                (Center[channel], Deviation[channel]) = (0, 1 + Math.Abs(statistics.Means[channel]));
        }
    }

    /// <summary>Takes over where another stands.</summary>
    public void CopyFrom(ForecastScale other)
    {
        Steps = other.Steps;
        other.Last.CopyTo(Last, 0);
        other.Previous.CopyTo(Previous, 0);
        other.Center.CopyTo(Center, 0);
        other.Deviation.CopyTo(Deviation, 0);
        other.IsMissing.CopyTo(IsMissing, 0);
        other.SeasonBefore.CopyTo(SeasonBefore, 0);
        other.variance.CopyTo(variance, 0);
        other.wasSeen.CopyTo(wasSeen, 0);
        other.season.CopyTo(season, 0);
    }

    /// <summary>Takes a step.</summary>
    /// <param name="values">[C], targets transformed; NaN where a value is missing, which counts as the last one.</param>
    public void Step(ReadOnlySpan<float> values)
    {
        for (var channel = 0; channel < values.Length; channel++)
        {
            IsMissing[channel] = float.IsNaN(values[channel]);
            Previous[channel] = Last[channel];
            if (!IsMissing[channel])
                Take(channel, values[channel]);
        }

        for (var target = 0; target < encoder.Targets.Length; target++)
        {
            ref var place = ref season[Place(Steps, target)];
            var last = Last[encoder.Targets[target]];
            SeasonBefore[target] = Steps < encoder.Options.SeasonLength ? last : place;
            place = last;
        }

        Steps++;
    }

    /// <summary>What a forecast some steps ahead of the last one is the difference from.</summary>
    /// <param name="target">Which target.</param>
    /// <param name="ahead">1 for the next step.</param>
    public float Anchor(int target, int ahead)
    {
        var channel = encoder.Targets[target];
        return encoder.Options.Anchor switch
        {
            _ when IsCount(channel) => 0,
            ForecastAnchor.Mean => Center[channel],
            ForecastAnchor.Season when Steps >= encoder.Options.SeasonLength => season[Place(Steps - 1 + ahead, target)],
            _ => Last[channel],
        };
    }

    private int Place(long step, int target) => ((int)(step % encoder.Options.SeasonLength) * encoder.Targets.Length) + target;

    private bool IsCount(int channel) => encoder.Options.Output == ForecastOutput.NegativeBinomial && encoder.IsTarget(channel);

    private void Take(int channel, float value)
    {
        Last[channel] = value;
        var isRunning = encoder.Options.Scaling == SeriesScaling.Running;
        if (!wasSeen[channel])
        {
            wasSeen[channel] = true;
            Previous[channel] = value;
            if (isRunning)
                Center[channel] = IsCount(channel) ? 0 : value;
        }

        if (!isRunning)
            return;
        if (IsCount(channel))
        {
            Deviation[channel] += (float)(share * (1 + Math.Abs(value) - Deviation[channel]));
            return;
        }

        // m ← m + a·d, v ← (1 − a)·(v + a·d²) with d = x − m (West, "Updating mean and variance estimates", 1979, with a constant weight)
        var difference = (double)value - Center[channel];
        Center[channel] += (float)(share * difference);
        variance[channel] = (1 - share) * (variance[channel] + (share * difference * difference));
        Deviation[channel] = (float)Math.Max(Math.Sqrt(variance[channel]), SmallestShare * statistics.Deviations[channel]);
    }
}
