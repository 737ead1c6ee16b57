using Unroll.Data;

namespace Unroll.Benchmarks.Examinations.Tasks;

/// <summary>How often each token, and each pair of neighbours, occurs in a text: what can be predicted without a memory. Each count starts from 1.</summary>
internal sealed class CharacterPairs
{
    private readonly int size;
    private readonly double[] counts;
    private readonly double[] pairCounts;

    /// <summary>Counts.</summary>
    /// <param name="text">The text.</param>
    public CharacterPairs(TextCorpus text)
    {
        size = text.Vocabulary.Size;
        counts = new double[size];
        pairCounts = new double[size * size];
        Array.Fill(counts, 1);
        Array.Fill(pairCounts, 1);
        var tokens = text.Tokens.Span;
        for (var index = 0; index < tokens.Length; index++)
        {
            counts[tokens[index]]++;
            if (index > 0)
                pairCounts[(tokens[index - 1] * size) + tokens[index]]++;
        }
    }

    /// <summary>Mean nats of the tokens after the first, each predicted by how often it occurs.</summary>
    public double NatsWithoutContext(TextCorpus text) => Mean(text, _ => counts);

    /// <summary>Mean nats of the tokens after the first, each predicted from the one before.</summary>
    public double Nats(TextCorpus text) => Mean(text, previous => pairCounts.AsMemory(previous * size, size));

    private static double Mean(TextCorpus text, Func<int, ReadOnlyMemory<double>> weightsAfter)
    {
        var tokens = text.Tokens.Span;
        var total = 0.0;
        for (var index = 1; index < tokens.Length; index++)
        {
            var weights = weightsAfter(tokens[index - 1]).Span;
            var sum = 0.0;
            foreach (var weight in weights)
                sum += weight;
            total += Math.Log(sum / weights[tokens[index]]);
        }

        return total / (tokens.Length - 1);
    }
}
