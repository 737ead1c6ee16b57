using System.Globalization;
using Unroll.Tensors;

namespace Unroll.Models;

/// <summary>
/// A question with its answer, kept in a model file: a few tokens and the logits the saved model gave after the last of them. A loaded model that
/// answers differently does not compute what was saved, whatever its checksums say.
/// </summary>
/// <param name="Tokens">What the model is fed from a state of zeros.</param>
/// <param name="Logits">The first logits of the last step, at most <see cref="MaximumLogits"/>.</param>
internal sealed record Probe(int[] Tokens, float[] Logits)
{
    /// <summary>How many logits of a step are kept.</summary>
    public const int MaximumLogits = 64;

    /// <summary>
    /// The largest difference, relative to logits above 1. Lane widths and fused operations differ by about 1e-6 a step on other machines; a wrong gate,
    /// a transposed matrix or a missing bias differ by more than 1e-2.
    /// </summary>
    public const float Tolerance = 1e-3f;

    /// <summary>
    /// The same for weights in bytes: an input that differs in its last bit can be rounded to the next byte, a 127th of the largest input apart. Inputs
    /// changed by 1e-6 moved logits of trained models by up to 0.034 in 2,000 probes; a wrong gate moves them by several units.
    /// </summary>
    public const float Int8Tolerance = 0.1f;

    /// <summary>How many probes, and tokens in one, a file may hold: checking must stay quick whatever the file says.</summary>
    private const int MaximumCount = 16;

    private const int MaximumLength = 64;
    private const int Count = 3;
    private const int Length = 8;

    /// <summary>Asks a model.</summary>
    public static Probe[] Ask(LanguageModel model)
    {
        var probes = new Probe[Count];
        for (var index = 0; index < Count; index++)
        {
            // Tokens spread over the vocabulary: multiples of a step that differs from probe to probe.
            var tokens = new int[Length];
            for (var position = 0; position < Length; position++)
                tokens[position] = (int)((((long)position * ((2 * index) + 3)) + index) * 7919 % model.Vocabulary.Size);
            probes[index] = new(tokens, Answer(model, tokens));
        }

        return probes;
    }

    /// <summary>Fails when a model answers a probe differently.</summary>
    /// <param name="model">The loaded model.</param>
    /// <param name="probes">What its file says.</param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="InvalidDataException">A probe does not fit the model, or its answer differs.</exception>
    public static void Check(LanguageModel model, IReadOnlyList<Probe> probes, string source)
    {
        if (probes.Count is 0 or > MaximumCount)
            throw new InvalidDataException($"{source}: the file has {probes.Count} probes; expected 1 to {MaximumCount}.");
        var tolerance = model.Weights == WeightFormat.Int8 ? Int8Tolerance : Tolerance;
        for (var index = 0; index < probes.Count; index++)
        {
            var (tokens, expected) = probes[index];
            if (tokens.Length is 0 or > MaximumLength)
                throw new InvalidDataException($"{source}: probe {index} has {tokens.Length} tokens; expected 1 to {MaximumLength}.");
            if (tokens.Any(token => (uint)token >= (uint)model.Vocabulary.Size))
                throw new InvalidDataException($"{source}: probe {index} holds a token outside the vocabulary (size {model.Vocabulary.Size}).");
            var actual = Answer(model, tokens);
            if (actual.Length != expected.Length)
                throw new InvalidDataException($"{source}: probe {index} has {expected.Length} logits; expected {actual.Length}.");
            for (var logit = 0; logit < actual.Length; logit++)
            {
                var difference = Math.Abs(actual[logit] - expected[logit]);
                if (!(difference <= tolerance * Math.Max(1, Math.Abs(expected[logit]))))
                    throw Differs(source, index, logit, expected[logit], actual[logit], tolerance);
            }
        }
    }

    private static InvalidDataException Differs(string source, int index, int logit, float expected, float actual, float tolerance) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{source}: the loaded model does not compute what was saved: probe {index}, logit {logit} is {actual}; the file says {expected} (tolerance {tolerance}, relative above 1). The weights, the configuration or the equations or constants of its cell were changed, or this version computes wrongly."));

    private static float[] Answer(LanguageModel model, int[] tokens)
    {
        var session = model.OpenSession();
        var logits = new float[model.Vocabulary.Size];
        foreach (var token in tokens)
            session.Step(token, logits);
        return logits[..Math.Min(MaximumLogits, logits.Length)];
    }
}
