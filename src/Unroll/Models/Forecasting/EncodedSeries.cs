using Unroll.Data;

namespace Unroll.Models;

/// <summary>The first steps of a series as a forecaster sees each of them. Nothing after them is looked at. Immutable.</summary>
internal sealed class EncodedSeries
{
    /// <summary>Numbers of what is known ahead that are kept; of longer series they are made each time.</summary>
    private const long MaximumKept = 1 << 24;

    private readonly ForecastEncoder encoder;
    private readonly SeriesStatistics statistics;
    private readonly float[] values;
    private readonly float[] known;

    /// <summary>Encodes the first steps of a series.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="series">The series.</param>
    /// <param name="length">T: how many of its steps.</param>
    public EncodedSeries(ForecastEncoder encoder, TimeSeries series, int length)
    {
        this.encoder = encoder;
        (Series, Length) = (series, length);
        Number = encoder.NumberOf(series.Name);
        statistics = encoder.StatisticsOf(series.Name);
        values = encoder.Transformed(series, 0, length);
        var (targets, horizon) = (encoder.Targets.Length, encoder.Options.Horizon);
        Dynamic = new float[checked(length * encoder.DynamicSize)];
        Scales = new float[checked(length * targets)];
        Anchors = new float[checked(length * targets * AnchorsOf(encoder.Options))];
        var scale = new ForecastScale(encoder, statistics);
        for (var step = 0; step < length; step++)
        {
            scale.Step(values.AsSpan(step * encoder.Channels.Count, encoder.Channels.Count));
            encoder.WriteDynamic(scale, Dynamic.AsSpan(step * encoder.DynamicSize, encoder.DynamicSize));
            for (var target = 0; target < targets; target++)
            {
                Scales[(step * targets) + target] = scale.Deviation[encoder.Targets[target]];
                for (var ahead = 1; ahead <= AnchorsOf(encoder.Options); ahead++)
                    Anchors[(((step * AnchorsOf(encoder.Options)) + ahead - 1) * targets) + target] = scale.Anchor(target, ahead);
            }
        }

        var steps = (long)length + horizon;
        known = encoder.KnownSize > 0 && steps * encoder.KnownSize <= MaximumKept ? new float[steps * encoder.KnownSize] : [];
        for (var step = 0; step < steps && known.Length > 0; step++)
            MakeKnown(step, known.AsSpan(step * encoder.KnownSize, encoder.KnownSize));
    }

    public TimeSeries Series { get; }

    /// <summary>H.</summary>
    public int Horizon => encoder.Options.Horizon;

    /// <summary>The row of the table of series.</summary>
    public int Number { get; }

    public int Length { get; }

    /// <summary>What the network reads of the past of each step, [T, D].</summary>
    public float[] Dynamic { get; }

    /// <summary>What one unit of a forecast from each step stands for, [T, targets].</summary>
    private float[] Scales { get; }

    /// <summary>What it is the difference from: [T, 1 or one season, targets].</summary>
    private float[] Anchors { get; }

    public float ScaleAt(int step, int target) => Scales[(step * encoder.Targets.Length) + target];

    public float AnchorAt(int step, int ahead, int target) =>
        Anchors[(((step * AnchorsOf(encoder.Options)) + ((ahead - 1) % AnchorsOf(encoder.Options))) * encoder.Targets.Length) + target];

    /// <summary>What a forecast from a step would have to be, in its units: NaN where the value is missing.</summary>
    public float Wanted(int step, int ahead, int target) =>
        (values[((step + ahead) * encoder.Channels.Count) + encoder.Targets[target]] - AnchorAt(step, ahead, target)) / ScaleAt(step, target);

    /// <summary>The values, targets transformed: [T, C].</summary>
    public ReadOnlySpan<float> Values => values;

    /// <summary>Writes what is known of a step, also of those after the last; channels that are known ahead count as their mean there.</summary>
    public void WriteKnown(int step, Span<float> input)
    {
        if (known.Length > 0)
            known.AsSpan(step * encoder.KnownSize, encoder.KnownSize).CopyTo(input);
        else
            MakeKnown(step, input);
    }

    private void MakeKnown(int step, Span<float> input)
    {
        const int FewChannels = 256;
        var count = encoder.Known.Length;
        Span<float> channels = count <= FewChannels ? stackalloc float[count] : new float[count];
        for (var index = 0; index < channels.Length; index++)
            channels[index] = step < Length ? values[(step * encoder.Channels.Count) + encoder.Known[index]] : statistics.Means[encoder.Known[index]];
        encoder.WriteKnown(statistics, channels, Series.Start is { } start && encoder.ReadsDates ? encoder.Frequency.Add(start, step) : null, step, input);
    }

    /// <summary>Anchors of a season differ with the step ahead, and repeat after it.</summary>
    private static int AnchorsOf(ForecasterOptions options) => options.Anchor == ForecastAnchor.Season ? Math.Min(options.SeasonLength, options.Horizon) : 1;
}
