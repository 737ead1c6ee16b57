using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Models;

/// <summary>
/// Futures of an autoregressive forecaster: each draws a value from the law of the next step, reads it, and goes on. All of them step together. The draws depend on the seed
/// of the model and the number of steps read, so the same history gives the same forecast.
/// </summary>
internal sealed class DrawnFutures
{
    private readonly Forecaster model;
    private readonly ForecasterSession session;
    private readonly RecurrentStreamBatch batch;
    private readonly RecurrentStream[] streams;
    private readonly ForecastScale[] scales;
    private readonly RecurrentState state;
    private readonly float[] inputs;
    private readonly float[] outputs;
    private readonly float[] raw;
    private readonly float[] values;

    public DrawnFutures(Forecaster model, ForecasterSession session)
    {
        (this.model, this.session) = (model, session);
        var (count, network) = (model.Options.Samples, model.Network);
        batch = network.Rnn.OpenStreamBatch();
        streams = [.. Enumerable.Range(0, count).Select(_ => network.Rnn.OpenStream())];
        scales = [.. Enumerable.Range(0, count).Select(_ => new ForecastScale(model.Encoder, model.Encoder.StatisticsOf(session.SeriesName)))];
        state = network.Rnn.CreateState(1);
        inputs = new float[count * network.Rnn.InputSize];
        for (var sample = 0; sample < count; sample++)
            session.Input.CopyTo(inputs.AsSpan(sample * network.Rnn.InputSize));
        outputs = new float[count * network.Rnn.OutputSize];
        raw = new float[count * network.Head.Weight.Shape[0]];
        values = new float[model.Encoder.Channels.Count];
    }

    /// <summary>Draws, and returns for each of [H, targets] all values, ascending and transformed.</summary>
    /// <param name="read">The stream that has read the past; it stays where it is.</param>
    /// <param name="seen">How the series looks; stays as it is.</param>
    /// <param name="ahead">[H, F]: what the caller knows ahead.</param>
    public float[][] Draw(RecurrentStream read, ForecastScale seen, ReadOnlySpan<float> ahead)
    {
        var (encoder, targets, horizon) = (model.Encoder, model.Encoder.Targets.Length, model.Options.Horizon);
        var drawn = new float[horizon * targets][];
        read.CopyStateTo(state);
        for (var sample = 0; sample < streams.Length; sample++)
        {
            streams[sample].SetState(state);
            scales[sample].CopyFrom(seen);
        }

        var random = new CounterRandom(model.Options.Seed, (ulong)session.Steps);
        for (var distance = 1; distance <= horizon; distance++)
        {
            var known = ahead.Slice((distance - 1) * encoder.Known.Length, encoder.Known.Length);
            Advance(known, session.Steps - 1 + distance);
            for (var target = 0; target < targets; target++)
                drawn[((distance - 1) * targets) + target] = new float[streams.Length];
            for (var index = 0; index < known.Length; index++)
                values[encoder.Known[index]] = known[index];
            for (var sample = 0; sample < streams.Length; sample++)
                Take(sample, distance, drawn, ref random);
        }

        foreach (var all in drawn)
            Array.Sort(all);
        return drawn;
    }

    /// <summary>Moves all streams on by one step and asks for the laws of the next values.</summary>
    private void Advance(ReadOnlySpan<float> known, long step)
    {
        var width = model.Network.Rnn.InputSize;
        for (var sample = 0; sample < streams.Length; sample++)
            session.Write(scales[sample], known, step, inputs.AsSpan(sample * width, width));
        batch.Step(streams, inputs, outputs);
        model.Network.Head.Step(streams.Length, outputs, raw);
    }

    private void Take(int sample, int distance, float[][] drawn, ref CounterRandom random)
    {
        var (encoder, law) = (model.Encoder, model.Network.Law);
        var targets = encoder.Targets.Length;
        for (var target = 0; target < targets; target++)
        {
            var own = raw.AsSpan(((sample * targets) + target) * law.Parameters, law.Parameters);
            var scale = scales[sample].Deviation[encoder.Targets[target]];
            var value = scales[sample].Anchor(target, ahead: 1) + (scale * law.Sample(own, scale, ref random));
            values[encoder.Targets[target]] = drawn[((distance - 1) * targets) + target][sample] = (float)value;
        }

        scales[sample].Step(values);
    }
}
