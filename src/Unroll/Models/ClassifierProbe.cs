using System.Globalization;

namespace Unroll.Models;

/// <summary>
/// A sequence with the logits that the saved model gave for it, kept in its file: a loaded model that answers differently does not compute what was saved.
/// </summary>
/// <param name="Tokens">[T], or empty.</param>
/// <param name="Values">Scaled channels [T, C], or empty.</param>
/// <param name="Logits">The first logits, at most <see cref="Probe.MaximumLogits"/>.</param>
internal sealed record ClassifierProbe(int[] Tokens, float[] Values, float[] Logits)
{
    private const int Count = 3;
    private const int Length = 8;
    private const int MaximumCount = 16;
    private const int MaximumNumbers = 1 << 16;

    /// <summary>Asks a model.</summary>
    public static ClassifierProbe[] Ask(SequenceClassifier model)
    {
        var probes = new ClassifierProbe[Count];
        for (var index = 0; index < Count; index++)
        {
            // Tokens spread over the vocabulary, channels over some deviations around the mean.
            var (tokens, values) = (Array.Empty<int>(), Array.Empty<float>());
            if (model.Scaler is { } scaler)
                values = [.. Enumerable.Range(0, Length * scaler.Channels).Select(place => ((((place * 7) + index) % 13) - 6) / 4f)];
            else
                tokens = [.. Enumerable.Range(0, Length).Select(place => (int)((((long)place * ((2 * index) + 3)) + index) * 7919 % model.Encoder.TokenCount))];
            probes[index] = new(tokens, values, Answer(model, tokens, values));
        }

        return probes;
    }

    /// <summary>Fails when a model answers a probe differently.</summary>
    /// <exception cref="InvalidDataException">A probe does not fit the model, or its answer differs.</exception>
    public static void Check(SequenceClassifier model, IReadOnlyList<ClassifierProbe> probes, string source)
    {
        if (probes.Count is 0 or > MaximumCount)
            throw new InvalidDataException($"{source}: the file has {probes.Count} probes; expected 1 to {MaximumCount}.");
        for (var index = 0; index < probes.Count; index++)
        {
            var (tokens, values, expected) = probes[index];
            CheckFit(model, tokens, values, $"{source}: probe {index}");
            var actual = Answer(model, tokens, values);
            if (actual.Length != expected.Length)
                throw new InvalidDataException($"{source}: probe {index} has {expected.Length} logits; expected {actual.Length}.");
            for (var logit = 0; logit < actual.Length; logit++)
            {
                if (!(Math.Abs(actual[logit] - expected[logit]) <= Probe.Tolerance * Math.Max(1, Math.Abs(expected[logit]))))
                {
                    throw new InvalidDataException(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{source}: the loaded model does not compute what was saved: probe {index}, logit {logit} is {actual[logit]}; the file says {expected[logit]} (tolerance {Probe.Tolerance}, relative above 1). The weights, the configuration or the equations or constants of its cell were changed, or this version computes wrongly."));
                }
            }
        }
    }

    private static void CheckFit(SequenceClassifier model, int[] tokens, float[] values, string probe)
    {
        if (tokens.Length > MaximumNumbers || values.Length > MaximumNumbers)
            throw new InvalidDataException($"{probe} has {Math.Max(tokens.Length, values.Length)} numbers; expected at most {MaximumNumbers}.");
        var fits = model.Scaler is { } scaler
            ? tokens.Length == 0 && values.Length > 0 && values.Length % scaler.Channels == 0
            : values.Length == 0 && tokens.Length > 0 && tokens.All(token => (uint)token < (uint)model.Encoder.TokenCount);
        if (!fits)
            throw new InvalidDataException($"{probe} is no sequence of this model.");
    }

    private static float[] Answer(SequenceClassifier model, int[] tokens, float[] values)
    {
        var steps = model.Scaler is { } scaler ? values.Length / scaler.Channels : tokens.Length;
        // Of a model that labels every step those of the last one, which the steps before it went into.
        return model.LogitsOf(new(tokens, values, steps, -1))[^model.Labels.Count..][..Math.Min(Probe.MaximumLogits, model.Labels.Count)];
    }
}
