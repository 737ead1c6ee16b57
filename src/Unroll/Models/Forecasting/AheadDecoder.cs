using Unroll.Layers;

namespace Unroll.Models;

/// <summary>The second stack of an encoder and decoder, run over the steps ahead from the state of a stream.</summary>
internal sealed class AheadDecoder(Forecaster model)
{
    private readonly RecurrentStream stream = model.Network.Decoder!.OpenStream();
    private readonly RecurrentState state = model.Network.Decoder!.CreateState(1);
    private readonly float[] input = new float[model.Network.Decoder!.InputSize];

    /// <summary>The laws of all values ahead, [H, targets, P].</summary>
    /// <param name="read">The stream that has read the past; it stays where it is.</param>
    /// <param name="session">Writes what is known of a step.</param>
    /// <param name="ahead">[H, F]: what the caller knows ahead.</param>
    public float[] Run(RecurrentStream read, ForecasterSession session, ReadOnlySpan<float> ahead)
    {
        var (horizon, knownCount) = (model.Options.Horizon, model.Encoder.Known.Length);
        var width = model.Network.Head.Weight.Shape[0];
        var raw = new float[horizon * width];
        read.CopyStateTo(state);
        stream.SetState(state);
        for (var distance = 1; distance <= horizon; distance++)
        {
            session.WriteKnown(ahead.Slice((distance - 1) * knownCount, knownCount), session.Steps - 1 + distance, input.AsSpan(0, model.Encoder.KnownSize));
            input[^1] = model.Network.PlaceOf(distance);
            model.Network.Head.Step(stream.Step(input), raw.AsSpan((distance - 1) * width, width));
        }

        return raw;
    }
}
