using System.Numerics;

namespace Unroll.Tensors;

/// <summary>Which rows of a gradient may differ from zero: of a table of 10,000 rows an update looks up a few hundred.</summary>
internal sealed class TouchedRows
{
    private const int WordBits = 64;

    private ulong[] words = [];

    /// <summary>Whether any row may.</summary>
    public bool IsAll { get; private set; }

    /// <summary>Whether none does.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>Any row may differ from zero.</summary>
    public void AddAll()
    {
        IsAll = true;
        IsEmpty = false;
    }

    /// <summary>These rows may as well.</summary>
    /// <param name="rows">Numbers below <paramref name="count"/>, in any order, any number of times.</param>
    /// <param name="count">The rows there are; always the same.</param>
    public void Add(ReadOnlySpan<int> rows, int count)
    {
        if (IsAll || rows.IsEmpty)
            return;
        IsEmpty = false;
        var needed = (count + WordBits - 1) / WordBits;
        if (words.Length < needed)
            words = new ulong[needed];
        foreach (var row in rows)
            words[row / WordBits] |= 1UL << (row % WordBits);
    }

    /// <summary>None does.</summary>
    public void Clear()
    {
        if (!IsEmpty)
            Array.Clear(words);
        IsAll = false;
        IsEmpty = true;
    }

    /// <summary>The next rows that may, in ascending order.</summary>
    /// <param name="first">Where to look from; becomes the first of them.</param>
    /// <param name="end">Where to stop looking.</param>
    /// <returns>How many follow one another; 0 for no more.</returns>
    public int Next(ref int first, int end)
    {
        if (IsAll)
            return end - first;
        first = IsEmpty ? end : Find(first, end, invert: 0);
        return Find(first, end, invert: ulong.MaxValue) - first;
    }

    /// <summary>The first row from one on whose bit is set, or unset when inverted.</summary>
    private int Find(int row, int end, ulong invert)
    {
        while (row < end)
        {
            var word = (words[row / WordBits] ^ invert) >> (row % WordBits);
            if (word != 0)
                return Math.Min(end, row + BitOperations.TrailingZeroCount(word));
            row = ((row / WordBits) + 1) * WordBits;
        }

        return end;
    }
}
