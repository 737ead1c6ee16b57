using System.Globalization;

namespace Unroll.Automata;

/// <summary>Reads a regular expression: choices of sequences of repeated symbols, classes and groups.</summary>
internal sealed class RegexParser
{
    /// <summary>Each level of groups takes a piece of the stack.</summary>
    private const int MaximumDepth = 200;

    private const int MaximumRepeats = 1_000_000;

    private readonly string pattern;
    private readonly List<SymbolSet> sets = [];
    private int position;
    private int depth;

    private RegexParser(string pattern) => this.pattern = pattern;

    private bool IsAtEnd => position == pattern.Length;

    /// <summary>The expression of a pattern, and its alphabet: the one that is given, or the symbols that the pattern names.</summary>
    public static (RegexNode Expression, string Alphabet) Parse(string pattern, string? alphabet)
    {
        var parser = new RegexParser(pattern);
        var expression = parser.ReadChoice();
        // Only a bracket ends a choice early.
        if (!parser.IsAtEnd)
            throw parser.Wrong(parser.position, "this ')' closes no group; write \\) for the character");
        return (expression, alphabet is null ? parser.NamedSymbols() : parser.Checked(alphabet));
    }

    private RegexNode ReadChoice()
    {
        List<RegexNode> parts = [ReadSequence()];
        while (!IsAtEnd && pattern[position] == '|')
        {
            position++;
            parts.Add(ReadSequence());
        }

        return parts.Count == 1 ? parts[0] : new RegexChoice(parts);
    }

    private RegexSequence ReadSequence()
    {
        var parts = new List<RegexNode>();
        while (!IsAtEnd && pattern[position] is not ('|' or ')'))
            parts.Add(ReadRepeated());
        return new(parts);
    }

    private RegexNode ReadRepeated()
    {
        var part = ReadPart();
        if (IsAtEnd || pattern[position] is not ('*' or '+' or '?' or '{'))
            return part;
        var start = position;
        RegexRepeat repeat = pattern[position++] switch
        {
            '*' => new(part, 0, null),
            '+' => new(part, 1, null),
            '?' => new(part, 0, 1),
            _ => ReadBounds(part, start),
        };
        if (!IsAtEnd && pattern[position] is '*' or '+' or '{')
            throw Wrong(position, $"'{pattern[position]}' repeats a repetition; put the inner one into a group");
        if (!IsAtEnd && pattern[position] == '?')
            throw Wrong(position, "a lazy repetition chooses among matches, and here is only the one of the whole text; leave the '?' out, or put the repetition into a group");
        return repeat;
    }

    /// <summary>What follows <c>{</c>: <c>m}</c>, <c>m,}</c> or <c>m,n}</c>.</summary>
    private RegexRepeat ReadBounds(RegexNode part, int start)
    {
        var minimum = ReadNumber(start);
        int? maximum = minimum;
        if (!IsAtEnd && pattern[position] == ',')
        {
            position++;
            maximum = !IsAtEnd && pattern[position] == '}' ? null : ReadNumber(start);
        }

        if (IsAtEnd || pattern[position] != '}')
            throw WrongBounds(start);
        position++;
        return maximum < minimum
            ? throw Wrong(start, $"the repetition {pattern[start..position]} ends before it begins")
            : new(part, minimum, maximum);
    }

    private int ReadNumber(int start)
    {
        var first = position;
        while (!IsAtEnd && char.IsAsciiDigit(pattern[position]))
            position++;
        if (first == position)
            throw WrongBounds(start);
        return int.TryParse(pattern.AsSpan(first, position - first), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MaximumRepeats
            ? number
            : throw Wrong(first, string.Create(CultureInfo.InvariantCulture, $"{pattern[first..position]} repetitions are too many; at most {MaximumRepeats} are allowed"));
    }

    private RegexNode ReadPart()
    {
        var start = position;
        var character = pattern[position++];
        switch (character)
        {
            case '(':
                return ReadGroup(start);
            case '[':
                return Add(new RegexClassReader(pattern, start).Read(out position));
            case '.':
                return Add(new SymbolSet([(char.MinValue, char.MaxValue)], false, true, start));
            case '\\':
                return Add(RegexEscape.Read(pattern, start, out position));
            case '*' or '+' or '?' or '{':
                throw Wrong(start, $"'{character}' has nothing before it to repeat; write \\{character} for the character");
            case '^' or '$':
                throw Wrong(start, $"the pattern matches the whole text, so an anchor says nothing; leave '{character}' out, or write \\{character} for the character");
            default:
                return Add(new SymbolSet([(character, character)], false, false, start));
        }
    }

    private RegexNode ReadGroup(int start)
    {
        if (++depth > MaximumDepth)
            throw Wrong(start, $"groups are nested more than {MaximumDepth} deep");
        if (pattern.AsSpan(position).StartsWith("?:"))
            position += 2;
        else if (!IsAtEnd && pattern[position] == '?')
            throw Wrong(start, "there are groups (…) and (?:…); what stands behind other marks, such as a look ahead, is not supported");
        var inner = ReadChoice();
        if (IsAtEnd)
            throw Wrong(start, "the group '(' is not closed by a ')'");
        position++;
        depth--;
        return inner;
    }

    private SymbolSet Add(SymbolSet set)
    {
        sets.Add(set);
        return set;
    }

    /// <summary>The symbols that the pattern names.</summary>
    private string NamedSymbols()
    {
        if (sets.Find(set => set.NeedsAlphabet) is { } open)
            throw Wrong(open.Position, "this stands for symbols that the pattern does not name; give the alphabet");
        var named = new SortedSet<char>();
        foreach (var (first, last) in sets.SelectMany(set => set.Ranges))
        {
            for (int symbol = first; symbol <= last; symbol++)
                named.Add((char)symbol);
        }

        return named.Count > 0
            ? string.Concat(named)
            : throw new ArgumentException($"The pattern \"{pattern}\" names no symbol; give the alphabet.", nameof(pattern));
    }

    private string Checked(string alphabet)
    {
        foreach (var set in sets)
        {
            if (alphabet.Any(set.Contains))
                continue;
            // A complement or dot of nothing is refused as well: whatever follows it could never be read.
            throw Wrong(set.Position, $"this stands for no symbol of the alphabet \"{alphabet}\"");
        }

        return alphabet;
    }

    private ArgumentException WrongBounds(int start) =>
        Wrong(start, "'{' starts a repetition {m}, {m,} or {m,n}; write \\{ for the character");

    private ArgumentException Wrong(int at, string what) => RegexFault.At(pattern, at, what);
}
