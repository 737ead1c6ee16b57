namespace Unroll.Automata;

/// <summary>Reads a class of symbols, <c>[a-z_]</c> or <c>[^…]</c>.</summary>
/// <param name="pattern">The pattern.</param>
/// <param name="start">Where the <c>[</c> stands.</param>
internal sealed class RegexClassReader(string pattern, int start)
{
    private readonly List<(char First, char Last)> ranges = [];
    private bool needsAlphabet;
    private int position = start + 1;

    /// <summary>Reads it.</summary>
    /// <param name="end">Where the pattern goes on.</param>
    public SymbolSet Read(out int end)
    {
        var isComplement = position < pattern.Length && pattern[position] == '^';
        if (isComplement)
            position++;
        while (Current() != ']')
            ReadItem();
        end = position + 1;
        return ranges.Count > 0
            ? new(ranges, isComplement, isComplement || needsAlphabet, start)
            : throw RegexFault.At(pattern, start, "the class is empty; write \\] for the character ']'");
    }

    /// <summary>A symbol, a range of symbols, or an escape that stands for several.</summary>
    private void ReadItem()
    {
        var at = position;
        if (Current() == '[')
            throw RegexFault.At(pattern, at, "a class does not hold another one; write \\[ for the character");
        var first = ReadSymbols();
        var isSingle = first.Ranges.Count == 1 && first.Ranges[0].First == first.Ranges[0].Last;
        if (Current() != '-' || (position + 1 < pattern.Length && pattern[position + 1] == ']'))
        {
            Add(first);
            return;
        }

        position++;
        _ = Current();
        var last = ReadSymbols();
        if (!isSingle || last.Ranges.Count != 1 || last.Ranges[0].First != last.Ranges[0].Last)
            throw RegexFault.At(pattern, at, "a range goes from one symbol to another; write \\- for the character");
        if (last.Ranges[0].First < first.Ranges[0].First)
            throw RegexFault.At(pattern, at, $"the range {pattern[at..position]} ends before it begins");
        ranges.Add((first.Ranges[0].First, last.Ranges[0].First));
    }

    private void Add(SymbolSet set)
    {
        if (!set.IsComplement)
        {
            ranges.AddRange(set.Ranges);
            return;
        }

        // Beside others, a complement is the ranges between its own, which lie in ascending order.
        needsAlphabet = true;
        var next = 0;
        foreach (var (first, last) in set.Ranges)
        {
            if (first > next)
                ranges.Add(((char)next, (char)(first - 1)));
            next = last + 1;
        }

        ranges.Add(((char)next, char.MaxValue));
    }

    private SymbolSet ReadSymbols()
    {
        if (pattern[position] == '\\')
            return RegexEscape.Read(pattern, position, out position);
        var symbol = pattern[position++];
        return new([(symbol, symbol)], false, false, position - 1);
    }

    private char Current() => position < pattern.Length ? pattern[position] : throw RegexFault.At(pattern, start, "the class '[' is not closed by a ']'");
}
