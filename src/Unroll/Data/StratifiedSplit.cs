using Unroll.Tensors;

namespace Unroll.Data;

/// <summary>Draws the same share of every label.</summary>
internal static class StratifiedSplit
{
    // Keeps the draw apart from whatever else draws from the same seed.
    private const ulong Stream = 0x53504C4954;

    /// <summary>Says of each sequence whether it was drawn.</summary>
    public static bool[] Choose(IReadOnlyList<LabelledSequence> items, double fraction, ulong seed)
    {
        var chosen = new bool[items.Count];
        var random = new CounterRandom(seed, Stream);
        var byLabel = Enumerable.Range(0, items.Count).GroupBy(index => items[index].Label, StringComparer.Ordinal);
        foreach (var group in byLabel.OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            int[] members = [.. group];
            // Decimal, so that 0.1 of 30 is 3 and not 2.99….
            var count = (int)Math.Round(members.Length * (decimal)fraction, MidpointRounding.AwayFromZero);
            count = members.Length < 2 ? 0 : Math.Clamp(count, 1, members.Length - 1);
            for (var drawn = 0; drawn < count; drawn++)
            {
                var other = drawn + random.NextInt32(members.Length - drawn);
                (members[drawn], members[other]) = (members[other], members[drawn]);
                chosen[members[drawn]] = true;
            }
        }

        return chosen;
    }
}
