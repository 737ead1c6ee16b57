namespace Unroll.Cli.Checks;

/// <summary>Lengths by how often they occur: exact, in memory for each different length only.</summary>
internal sealed class LengthTally
{
    private readonly SortedDictionary<int, long> counts = [];
    private long total;

    public bool IsEmpty => total == 0;

    public int Minimum => counts.Count == 0 ? 0 : counts.First().Key;

    public int Median => Quantile(0.5);

    public int Maximum => Quantile(1);

    /// <summary>All lengths added up.</summary>
    public double Sum => counts.Sum(entry => (double)entry.Key * entry.Value);

    public void Add(int length)
    {
        total++;
        counts[length] = counts.TryGetValue(length, out var count) ? count + 1 : 1;
    }

    /// <summary>The smallest length that at least this share of all does not exceed.</summary>
    public int Quantile(double share)
    {
        var needed = Math.Max(1, (long)Math.Ceiling(share * total));
        foreach (var (length, count) in counts)
        {
            needed -= count;
            if (needed <= 0)
                return length;
        }

        return 0;
    }
}
