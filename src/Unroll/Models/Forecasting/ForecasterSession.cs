using Unroll.Data;
using Unroll.Layers;

namespace Unroll.Models;

/// <summary>
/// A stream of values through a <see cref="Forecaster"/>: each value moves the state on, and what was read before is not read again. The weights are shared, the state is
/// this object's own. A step allocates nothing. Not safe for use from two threads at once.
/// </summary>
public sealed class ForecasterSession
{
    private readonly Forecaster model;
    private readonly ForecastEncoder encoder;
    private readonly SeriesStatistics statistics;
    private readonly ForecastScale scale;
    private readonly RecurrentStream stream;
    private readonly DateTime? start;
    private readonly long firstStep;
    private readonly float[] transformed;
    private readonly float[] input;
    private readonly float[] known;
    private DrawnFutures? futures;
    private AheadDecoder? decoder;

    internal ForecasterSession(Forecaster model, string seriesName, DateTime? start, long firstStep = 0)
    {
        this.firstStep = firstStep;
        ArgumentNullException.ThrowIfNull(seriesName);
        if (start is null == model.Frequency.HasCalendar)
            throw new ArgumentException(start is null ? $"This model reads dates, a {model.Frequency} apart; a session needs the time of its first step." : "This model numbers its steps and reads no dates; leave the start out.", nameof(start));
        (this.model, SeriesName, this.start) = (model, seriesName, start);
        encoder = model.Encoder;
        statistics = encoder.StatisticsOf(seriesName);
        scale = new(encoder, statistics);
        stream = model.Network.Rnn.OpenStream();
        transformed = new float[encoder.Channels.Count];
        known = new float[encoder.Known.Length];
        input = new float[model.Network.Rnn.InputSize];
        model.Network.SeriesVectors?.Weight.Values.Slice(encoder.NumberOf(seriesName) * model.Options.SeriesEmbeddingSize, model.Options.SeriesEmbeddingSize)
            .CopyTo(input.AsSpan(encoder.InputSize));
    }

    /// <summary>The series it goes on with.</summary>
    public string SeriesName { get; }

    /// <summary>How many steps the series has so far.</summary>
    public long Steps => firstStep + scale.Steps;

    /// <summary>Reads the value of a step of the only channel.</summary>
    /// <param name="value">In its own unit; NaN where it is missing.</param>
    /// <exception cref="ArgumentException">The model has more channels, or the value is infinite or outside what its transform takes; the stream is as before.</exception>
    public void Step(float value) => Step([value]);

    /// <summary>Reads a step.</summary>
    /// <param name="values">[C], in the order of the channels and in their own units; NaN where one is missing.</param>
    /// <exception cref="ArgumentException">
    /// There are more or fewer values than channels, one is infinite or outside what the transform takes, or one that is known ahead is missing; the stream is as before.
    /// </exception>
    public void Step(ReadOnlySpan<float> values)
    {
        Transform(values);
        if (model.Network.KnownShift == 0)
        {
            scale.Step(transformed);
            Feed(stream, scale, known, Steps - 1);
            return;
        }

        // What is known of a step is read with the past of the step before, so that one waits for it.
        if (scale.Steps > 0)
            Feed(stream, scale, known, Steps);
        scale.Step(transformed);
    }

    /// <summary>Says how the series goes on after the last step.</summary>
    /// <param name="ahead">[H, F]: the channels that are known ahead, for each of the next H steps; empty where there are none.</param>
    /// <exception cref="ArgumentException">There are more or fewer numbers, or one is not finite.</exception>
    /// <exception cref="InvalidOperationException">There was no step yet.</exception>
    public Forecast Forecast(ReadOnlySpan<float> ahead = default)
    {
        var (horizon, targets) = (model.Options.Horizon, encoder.Targets.Length);
        if (scale.Steps == 0)
            throw new InvalidOperationException("There was no step yet, so nothing can be said of the next ones.");
        if (ahead.Length != horizon * known.Length)
            throw new ArgumentException($"There are {ahead.Length} numbers known ahead; this model needs {horizon * known.Length}: {known.Length} channels of {horizon} steps.", nameof(ahead));
        if (!ahead.AreFinite())
            throw new ArgumentException("A number that is known ahead is not finite; fill the gap.", nameof(ahead));
        var (anchors, scales) = (new float[horizon * targets], new float[targets]);
        for (var place = 0; place < anchors.Length; place++)
            anchors[place] = scale.Anchor(place % targets, (place / targets) + 1);
        for (var target = 0; target < targets; target++)
            scales[target] = scale.Deviation[encoder.Targets[target]];
        if (model.Options.Kind == ForecasterKind.Autoregressive)
        {
            futures ??= new(model, this);
            return new(model, SeriesName, start, Steps, [], anchors, scales, futures.Draw(stream, scale, ahead));
        }

        return new(model, SeriesName, start, Steps, model.Options.Kind == ForecasterKind.Direct ? OfHead(ahead) : (decoder ??= new(model)).Run(stream, this, ahead), anchors, scales, []);
    }

    /// <summary>Begins another series of the same name, at the same time.</summary>
    public void Reset()
    {
        stream.Reset();
        scale.Reset();
    }

    /// <summary>Reads a series, up to its last value where channels are known ahead, and returns those beyond it.</summary>
    internal static (ForecasterSession Session, float[] Known) Read(Forecaster model, TimeSeries history)
    {
        var encoder = model.Encoder;
        if (history.Channels != encoder.Channels.Count)
            throw new InvalidDataException($"The series '{history.Name}' has {history.Channels} channels; this model reads {encoder.Channels.Count}: {string.Join(", ", encoder.Channels.Select(channel => channel.Name))}.");
        var values = history.Values.Span;
        var (channels, length) = (history.Channels, history.Length);
        if (encoder.Known.Length > 0)
        {
            while (length > 0 && IsAhead(encoder, values.Slice((length - 1) * channels, channels)))
                length--;
            if (history.Length - length < model.Options.Horizon)
                throw new InvalidDataException($"The series '{history.Name}' ends {history.Length - length} steps after its last value; {string.Join(", ", encoder.Known.Select(channel => encoder.Channels[channel].Name))} must be there for {model.Options.Horizon} steps ahead, in rows without {string.Join(", ", model.Targets)}.");
        }

        var begin = ForecastOrigins.BeginOf(model.Options, length);
        var session = new ForecasterSession(model, history.Name, history.Start, begin);
        for (var step = begin; step < length; step++)
            session.Step(history, step);
        return (session, encoder.Known.Length == 0 ? [] : session.KnownOf(history, length, history.Length));
    }

    /// <summary>The channels that are known ahead of the H steps from one on, [H, F]; those beyond an end count as the mean of the series.</summary>
    internal float[] KnownOf(TimeSeries series, int step, int end)
    {
        var numbers = new float[model.Options.Horizon * known.Length];
        var values = series.Values.Span;
        for (var place = 0; place < numbers.Length; place++)
        {
            var (row, channel) = (step + (place / known.Length), encoder.Known[place % known.Length]);
            numbers[place] = row < end ? values[(row * series.Channels) + channel] : statistics.Means[channel];
        }

        return numbers;
    }

    /// <summary>Moves a stream on by what a series looks like, and what is known of a step.</summary>
    internal ReadOnlySpan<float> Feed(RecurrentStream target, ForecastScale seen, ReadOnlySpan<float> knownOfStep, long step)
    {
        Write(seen, knownOfStep, step, input);
        return target.Step(input);
    }

    /// <summary>Writes what the stack reads; the vector of the series stands behind it already.</summary>
    internal void Write(ForecastScale seen, ReadOnlySpan<float> knownOfStep, long step, Span<float> target)
    {
        encoder.WriteDynamic(seen, target[..encoder.DynamicSize]);
        WriteKnown(knownOfStep, step, target.Slice(encoder.DynamicSize, encoder.KnownSize));
    }

    /// <summary>Writes what is known of a step.</summary>
    internal void WriteKnown(ReadOnlySpan<float> knownOfStep, long step, Span<float> target) =>
        encoder.WriteKnown(statistics, knownOfStep, start is { } first && encoder.ReadsDates ? model.Frequency.Add(first, step) : null, step, target);

    /// <summary>The whole input of the stack, with the vector of the series in its place.</summary>
    internal ReadOnlySpan<float> Input => input;

    private static bool IsAhead(ForecastEncoder encoder, ReadOnlySpan<float> row)
    {
        foreach (var target in encoder.Targets)
        {
            if (!float.IsNaN(row[target]))
                return false;
        }

        return true;
    }

    /// <summary>Reads a step of a series, and says which one it is where it cannot.</summary>
    internal void Step(TimeSeries series, int step)
    {
        var values = series.Values.Span.Slice(step * series.Channels, series.Channels);
        if (Misfit(values) is { } misfit)
            throw new InvalidDataException($"Step {step + 1} of the series{(series.Name.Length == 0 ? "" : $" '{series.Name}'")}: {misfit}");
        Step(values);
    }

    private string? Misfit(ReadOnlySpan<float> values)
    {
        if (values.Length != transformed.Length)
            return $"A step of this model has {transformed.Length} channels; got {values.Length} values.";
        for (var channel = 0; channel < values.Length; channel++)
        {
            var (name, role) = encoder.Channels[channel];
            if (float.IsInfinity(values[channel]))
                return $"'{name}' is infinite; expected a finite number, or NaN where one is missing.";
            if (role == ChannelRole.Known && float.IsNaN(values[channel]))
                return $"'{name}' is to be known ahead and is missing.";
            if (role == ChannelRole.Target && ForecastEncoder.Misfit(model.Options, values[channel]) is { } misfit)
                return FormattableString.Invariant($"'{name}' is {values[channel]}; {misfit}");
        }

        return null;
    }

    private void Transform(ReadOnlySpan<float> values)
    {
        if (Misfit(values) is { } misfit)
            throw new ArgumentException(misfit, nameof(values));
        for (var channel = 0; channel < values.Length; channel++)
            transformed[channel] = encoder.IsTarget(channel) ? ForecastEncoder.Forward(model.Options.Transform, values[channel]) : values[channel];
        for (var index = 0; index < known.Length; index++)
            known[index] = values[encoder.Known[index]];
    }

    private float[] OfHead(ReadOnlySpan<float> ahead)
    {
        var network = model.Network;
        var row = new float[network.Head.Weight.Shape[1]];
        stream.Output.CopyTo(row);
        for (var distance = 1; distance <= model.Options.Horizon; distance++)
        {
            WriteKnown(
                ahead.Slice((distance - 1) * known.Length, known.Length), Steps - 1 + distance,
                row.AsSpan(network.Rnn.OutputSize + ((distance - 1) * encoder.KnownSize), encoder.KnownSize));
        }

        var raw = new float[network.Head.Weight.Shape[0]];
        network.Head.Step(row, raw);
        return raw;
    }
}
