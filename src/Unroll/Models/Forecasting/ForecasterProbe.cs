using System.Globalization;

namespace Unroll.Models;

/// <summary>What the saved network gave for some steps of made-up input, kept in its file: a loaded one that answers differently does not compute what was saved.</summary>
/// <param name="Outputs">The first outputs after the last step, at most <see cref="Probe.MaximumLogits"/>.</param>
internal sealed record ForecasterProbe(float[] Outputs)
{
    private const int Count = 3;
    private const int Length = 8;
    private const int MaximumCount = 16;

    /// <summary>Asks a model.</summary>
    public static ForecasterProbe[] Ask(Forecaster model) => [.. Enumerable.Range(0, Count).Select(index => new ForecasterProbe(Answer(model.Network, index)))];

    /// <summary>Fails when a model answers a probe differently.</summary>
    /// <exception cref="InvalidDataException">A probe does not fit the model, or its answer differs.</exception>
    public static void Check(Forecaster model, IReadOnlyList<ForecasterProbe> probes, string source)
    {
        if (probes.Count is 0 or > MaximumCount)
            throw new InvalidDataException($"{source}: the file has {probes.Count} probes; expected 1 to {MaximumCount}.");
        for (var index = 0; index < probes.Count; index++)
        {
            var (expected, actual) = (probes[index].Outputs, Answer(model.Network, index));
            if (actual.Length != expected.Length)
                throw new InvalidDataException($"{source}: probe {index} has {expected.Length} outputs; expected {actual.Length}.");
            for (var output = 0; output < actual.Length; output++)
            {
                if (!(Math.Abs(actual[output] - expected[output]) <= Probe.Tolerance * Math.Max(1, Math.Abs(expected[output]))))
                {
                    throw new InvalidDataException(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{source}: the loaded model does not compute what was saved: probe {index}, output {output} is {actual[output]}; the file says {expected[output]} (tolerance {Probe.Tolerance}, relative above 1). The weights, the configuration or the equations or constants of its cell were changed, or this version computes wrongly."));
                }
            }
        }
    }

    private static float[] Answer(ForecastNetwork network, int index)
    {
        var (stream, input) = (network.Rnn.OpenStream(), new float[network.Rnn.InputSize]);
        for (var step = 0; step < Length; step++)
        {
            Fill(input, (step * 7) + index);
            stream.Step(input);
        }

        if (network.Decoder is { } decoder)
        {
            var (state, ahead) = (decoder.CreateState(1), new float[decoder.InputSize]);
            stream.CopyStateTo(state);
            stream = decoder.OpenStream();
            stream.SetState(state);
            Fill(ahead, index);
            stream.Step(ahead);
        }

        var (row, outputs) = (new float[network.Head.Weight.Shape[1]], new float[network.Head.Weight.Shape[0]]);
        Fill(row, index);
        stream.Output.CopyTo(row);
        network.Head.Step(row, outputs);
        return outputs[..Math.Min(Probe.MaximumLogits, outputs.Length)];
    }

    /// <summary>Some units around 0.</summary>
    private static void Fill(Span<float> numbers, int start)
    {
        for (var place = 0; place < numbers.Length; place++)
            numbers[place] = ((((place * 5) + start) % 13) - 6) / 4f;
    }
}
