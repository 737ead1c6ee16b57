using System.Diagnostics;
using Unroll.Models;

namespace Unroll.Cli.Runs;

/// <summary>How many steps a second a session of a model makes.</summary>
internal static class StepRate
{
    /// <summary>Turns that each model has; the fastest counts, since everything that disturbs makes it slower.</summary>
    private const int Rounds = 8;

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(60);

    /// <summary>Measures models in turn, so that a change of the clock rate meets all alike.</summary>
    /// <param name="models">The models.</param>
    /// <param name="tokens">What they are fed; at least one token.</param>
    /// <returns>Steps a second, in the order of the models.</returns>
    public static double[] Measure(IReadOnlyList<LanguageModel> models, ReadOnlySpan<int> tokens)
    {
        var sessions = models.Select(model => model.OpenSession()).ToArray();
        var logits = new float[models[0].Vocabulary.Size];
        var best = new double[sessions.Length];
        for (var round = 0; round < Rounds; round++)
        {
            for (var index = 0; index < sessions.Length; index++)
                best[index] = Math.Max(best[index], StepsPerSecond(sessions[index], tokens, logits));
        }

        return best;
    }

    private static double StepsPerSecond(LanguageModelSession session, ReadOnlySpan<int> tokens, float[] logits)
    {
        // So many steps between two looks at the clock that the looks do not count.
        const int Stretch = 32;
        var start = Stopwatch.GetTimestamp();
        for (var steps = Stretch; ; steps += Stretch)
        {
            for (var step = 0; step < Stretch; step++)
                session.Step(tokens[(steps + step) % tokens.Length], logits);
            if (Stopwatch.GetElapsedTime(start) is var elapsed && elapsed >= Turn)
                return steps / elapsed.TotalSeconds;
        }
    }
}
