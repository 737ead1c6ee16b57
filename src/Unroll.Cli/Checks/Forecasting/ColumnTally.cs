using Unroll.Cli.Views;
using Unroll.Data;

namespace Unroll.Cli.Checks.Forecasting;

/// <summary>One column over all series: its range, gaps, stretches without a change, and values far from the others.</summary>
internal sealed class ColumnTally
{
    /// <summary>So many interquartile ranges beyond the quartiles; of values that a normal distribution draws one in 7·10¹² is there.</summary>
    private const double FarAway = 5;

    /// <summary>Where a larger part is there, values are spread that way, and none of them stands out.</summary>
    private const double FewOutliers = 0.001;

    /// <summary>A stretch without a change is told of from so many steps on, and so large a part of its series.</summary>
    private const int LongStretch = 24;
    private const double LargePart = 0.05;

    private readonly SeriesChannel channel;
    private readonly List<float> values = [];
    private bool hasPlateau;
    private (long Steps, string Where) plateau;

    public ColumnTally(TimeSeriesSet set, int index)
    {
        channel = set.Channels[index];
        foreach (var series in set.Items)
            Add(set, series, index);
        Sorted = [.. values.Order()];
        FindOutliers(set, index);
    }

    public SeriesChannel Channel => channel;

    /// <summary>The values that are there, in ascending order.</summary>
    public float[] Sorted { get; }

    /// <summary>Steps without a value.</summary>
    public long Missing { get; private set; }

    /// <summary>The most steps without a value one after another, and where they begin.</summary>
    public (long Steps, string Where) LongestGap { get; private set; }

    /// <summary>Values far from the others.</summary>
    public Places Outliers { get; } = new();

    /// <summary>The largest value of a series over its smallest, where both are above 0.</summary>
    public double WidestRatio { get; private set; } = 1;

    public long Steps => Missing + values.Count;

    public bool IsConstant => Sorted.Length > 0 && Sorted[0] == Sorted[^1];

    /// <summary>Whether all values are whole numbers of 0 or more, and different ones.</summary>
    public bool AreCounts => Sorted.Length > 0 && !IsConstant && Sorted[0] >= 0 && Array.TrueForAll(Sorted, value => value == MathF.Floor(value));

    public void AddTo(Findings findings, string file)
    {
        var name = channel.Name;
        if (Sorted.Length == 0)
        {
            findings.Problem("no-values", $"{file}: the column '{name}' has no value at all; leave it out, or name others with --target.");
            return;
        }

        if (IsConstant)
            findings.Warning("constant", FormattableString.Invariant($"{file}: the column '{name}' is always {Sorted[0]}; {(channel.Role == ChannelRole.Target ? "there is nothing to forecast" : "it tells nothing")}."));
        else if (hasPlateau)
            findings.Warning("standing-still", $"{file}: the column '{name}' does not change for {Figures.Count(plateau.Steps)} steps from {plateau.Where} on; did what measures it stand still? Empty cells count as missing.");
        if (Missing > 0)
        {
            var text = $"{file}: the column '{name}' has no value at {Figures.Count(Missing)} of {Figures.Count(Steps)} steps ({ClassifierText.Percent(Missing / (double)Steps)}); the longest gap has {Figures.Count(LongestGap.Steps)} {(LongestGap.Steps == 1 ? "step, at" : "steps, from")} {LongestGap.Where}{(LongestGap.Steps == 1 ? "" : " on")}.";
            if (channel.Role == ChannelRole.Known)
                findings.Problem("known-gaps", text + " It is to be known ahead, so fill the gaps, or let it be one that is read up to the present, with --past.");
            else if (Missing >= 0.2 * Steps)
                findings.Warning("missing-values", text);
            else
                findings.Note("missing-values", text);
        }

        if (Outliers.Count > 0 && Outliers.Count <= Math.Max(1, FewOutliers * Sorted.Length))
            findings.Warning("outliers", $"{file}: the column '{name}' has values far from all others: {Outliers}. If they are no true values, empty their cells.");
    }

    private void Add(TimeSeriesSet set, TimeSeries series, int index)
    {
        var span = series.Values.Span;
        var (gap, still, last) = (0L, 1L, float.NaN);
        var (smallest, largest) = (float.PositiveInfinity, float.NegativeInfinity);
        for (var step = 0; step < series.Length; step++)
        {
            var value = span[(step * series.Channels) + index];
            if (float.IsNaN(value))
            {
                Missing++;
                gap++;
                if (gap > LongestGap.Steps)
                    LongestGap = (gap, WhereOf(set, series, step - (int)gap + 1));
                continue;
            }

            values.Add(value);
            (smallest, largest) = (Math.Min(smallest, value), Math.Max(largest, value));
            gap = 0;
            still = value == last ? still + 1 : 1;
            last = value;
            // Zeros one after another are what counts of rare things look like.
            if (value != 0 && still > plateau.Steps)
                plateau = (still, WhereOf(set, series, step - (int)still + 1));
        }

        if (smallest > 0 && largest > 0)
            WidestRatio = Math.Max(WidestRatio, largest / (double)smallest);
        hasPlateau |= plateau.Steps >= Math.Max(LongStretch, LargePart * series.Length) && channel.Role != ChannelRole.Known;
    }

    private void FindOutliers(TimeSeriesSet set, int index)
    {
        if (Sorted.Length == 0)
            return;
        var (low, high) = (Sorted[Sorted.Length / 4], Sorted[Sorted.Length * 3 / 4]);
        var range = FarAway * (high - (double)low);
        if (range == 0)
            return;
        foreach (var series in set.Items)
        {
            var span = series.Values.Span;
            for (var step = 0; step < series.Length; step++)
            {
                var value = span[(step * series.Channels) + index];
                if (value < low - range || value > high + range)
                    Outliers.Add(FormattableString.Invariant($"{value} at {WhereOf(set, series, step)}"));
            }
        }
    }

    private static string WhereOf(TimeSeriesSet set, TimeSeries series, int step) =>
        $"{(set.TimeOf(series, step) is { } time ? StepTime.Of(time) : FormattableString.Invariant($"step {step + 1}"))}{(series.Name.Length > 0 ? $" of '{series.Name}'" : "")}";
}
