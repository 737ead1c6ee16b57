using System.Text;

namespace Unroll.Data;

/// <summary>
/// Learns which pairs of tokens to merge: again and again the most frequent pair becomes one token (Sennrich, Haddow and Birch, "Neural Machine Translation of Rare
/// Words with Subword Units", 2016, algorithm 1), here over bytes. Of pairs that are as frequent the one with the lower numbers comes first.
/// </summary>
internal sealed class BytePairLearner
{
    /// <summary>A pair that occurs once says nothing of other texts.</summary>
    private const int LowestCount = 2;

    private readonly Dictionary<string, long> pieces = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Left, int Right), (long Count, HashSet<int> Words)> pairs = [];
    private readonly PriorityQueue<(int Left, int Right), (long, int, int)> queue = new();
    private readonly List<(int[] Tokens, long Count)> words = [];

    /// <summary>Counts the pieces of a text.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        var lookup = pieces.GetAlternateLookup<ReadOnlySpan<char>>();
        var reader = new BytePairPieces(text);
        while (reader.MoveNext())
            lookup[reader.Current] = lookup.TryGetValue(reader.Current, out var count) ? count + 1 : 1;
    }

    /// <summary>The merges, the most frequent first; fewer than asked for where no pair is left that occurs twice.</summary>
    public List<(int Left, int Right)> Learn(int mergeCount)
    {
        foreach (var (piece, count) in pieces)
        {
            words.Add(([.. Encoding.UTF8.GetBytes(piece)], count));
            Note(words.Count - 1, words[^1].Tokens, count);
        }

        foreach (var (pair, entry) in pairs)
            Enqueue(pair, entry.Count);
        var merges = new List<(int, int)>();
        while (merges.Count < mergeCount && TakeMostFrequent() is { } best)
        {
            merges.Add(best);
            Merge(best, BytePairVocabulary.ByteCount + merges.Count - 1);
        }

        return merges;
    }

    /// <summary>Counts that changed meanwhile stand in the queue as well; the old ones are passed over.</summary>
    private (int Left, int Right)? TakeMostFrequent()
    {
        while (queue.TryDequeue(out var pair, out var priority))
        {
            if (pairs.TryGetValue(pair, out var entry) && entry.Count == -priority.Item1 && entry.Count >= LowestCount)
                return pair;
        }

        return null;
    }

    private void Merge((int Left, int Right) pair, int token)
    {
        var changed = new HashSet<(int, int)>();
        foreach (var index in pairs[pair].Words.ToArray())
        {
            var (tokens, count) = words[index];
            changed.UnionWith(PairsOf(tokens));
            Note(index, tokens, -count);
            tokens = BytePairVocabulary.Replace(tokens, pair, token);
            words[index] = (tokens, count);
            Note(index, tokens, count);
            changed.UnionWith(PairsOf(tokens));
        }

        foreach (var one in changed)
        {
            if (pairs.TryGetValue(one, out var entry))
                Enqueue(one, entry.Count);
        }
    }

    private void Enqueue((int Left, int Right) pair, long count) => queue.Enqueue(pair, (-count, pair.Left, pair.Right));

    /// <summary>Adds the pairs of a word to the counts, or takes them away.</summary>
    private void Note(int word, int[] tokens, long count)
    {
        foreach (var pair in PairsOf(tokens))
        {
            var entry = pairs.TryGetValue(pair, out var known) ? known : (Count: 0, Words: []);
            entry.Count += count;
            if (count > 0)
                entry.Words.Add(word);
            else
                entry.Words.Remove(word);
            if (entry.Count == 0)
                pairs.Remove(pair);
            else
                pairs[pair] = entry;
        }
    }

    private static IEnumerable<(int Left, int Right)> PairsOf(int[] tokens)
    {
        for (var index = 1; index < tokens.Length; index++)
            yield return (tokens[index - 1], tokens[index]);
    }
}
