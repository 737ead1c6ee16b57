using System.Runtime.InteropServices;

namespace Unroll.Cli.Checks;

/// <summary>An example as the search for copies keeps it: 16 bytes.</summary>
/// <param name="Print">Its fingerprint.</param>
/// <param name="Place">Where it stands, in its part.</param>
/// <param name="LabelAndPart">The number of its label, and the part in the lowest bit: 0 for training, 1 for the test.</param>
internal readonly record struct FingerprintEntry(ulong Print, int Place, int LabelAndPart) : IComparable<FingerprintEntry>
{
    public int Label => LabelAndPart >> 1;

    public bool IsTest => (LabelAndPart & 1) == 1;

    public int CompareTo(FingerprintEntry other) =>
        Print != other.Print ? Print.CompareTo(other.Print) : IsTest != other.IsTest ? IsTest.CompareTo(other.IsTest) : Place.CompareTo(other.Place);
}

/// <summary>
/// Finds equal ones among millions of fingerprints: they are kept as they come, in lists by their highest bits so that no list has to grow far, and sorted once.
/// </summary>
internal sealed class FingerprintSet
{
    private const int Lists = 256;

    private readonly List<FingerprintEntry>?[] lists = new List<FingerprintEntry>?[Lists];

    public void Add(FingerprintEntry entry) => (lists[entry.Print >> 56] ??= []).Add(entry);

    /// <summary>Calls for each fingerprint that two entries or more have, with all of them: those of training first, each part in the order of its file.</summary>
    public void ForEachRepeated(Action<ReadOnlySpan<FingerprintEntry>> visit)
    {
        foreach (var list in lists)
        {
            if (list is null)
                continue;
            var entries = CollectionsMarshal.AsSpan(list);
            entries.Sort();
            for (var start = 0; start < entries.Length;)
            {
                var end = start + 1;
                while (end < entries.Length && entries[end].Print == entries[start].Print)
                    end++;
                if (end - start > 1)
                    visit(entries[start..end]);
                start = end;
            }
        }
    }
}
