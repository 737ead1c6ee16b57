using System.Text.RegularExpressions;
using Unroll.Automata;

namespace Unroll.Tests.Automata;

/// <summary>Whether a text is in a language.</summary>
internal delegate bool TextTest(ReadOnlySpan<char> text);

/// <summary>A language three times: as an automaton of the library, as a program written for it, and as a pattern for .NET's own regular expressions, where it has one.</summary>
/// <param name="Name">What the test calls it.</param>
/// <param name="Automaton">The automaton.</param>
/// <param name="Contains">Whether a text is in it, without an automaton of the library.</param>
/// <param name="Pattern">The pattern, or null.</param>
internal sealed record Language(string Name, Automaton Automaton, TextTest Contains, string? Pattern)
{
    /// <summary>.NET's regular expression, which has to match the whole text.</summary>
    public Regex? Regex { get; } = Pattern is null ? null : new($@"\A(?:{Pattern})\z", RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.Compiled);

    public override string ToString() => Name;
}

internal static class Languages
{
    public static Language Parity { get; } = new(
        "an even number of a", new("ab", [[1, 0], [0, 1]], accepting: [0]), text => text.Count('a') % 2 == 0, "(b*ab*a)*b*");

    public static Language Letters { get; } = OfPattern("(ab|c)*d", "abcd", text =>
    {
        // Read from the left: pairs ab and single c, then one d at the end.
        while (text is ['c', ..] or ['a', 'b', ..])
            text = text[(text[0] == 'c' ? 1 : 2)..];
        return text is "d";
    });

    public static Language NoThreeInARow { get; } = OfPattern("(1|01|001)*0{0,2}", "01", text => !text.Contains("000", StringComparison.Ordinal));

    public static Language FourthFromTheEnd { get; } = OfPattern("[ab]*a[ab]{3}", "ab", text => text.Length >= 4 && text[^4] == 'a');

    public static Language MultiplesOfFive { get; } = new(
        "binary multiples of 5",
        new("01", [[0, 1], [2, 3], [4, 0], [1, 2], [3, 4]], accepting: [0]),
        text =>
        {
            var value = 0;
            foreach (var digit in text)
                value = ((2 * value) + (digit - '0')) % 5;
            return value == 0;
        },
        null);

    public static Language FourRuns { get; } = OfPattern("0*1*0*1*", "01", text =>
    {
        var (turns, last) = (0, '0');
        foreach (var digit in text)
        {
            turns += digit != last ? 1 : 0;
            last = digit;
        }

        return turns <= 3;
    });

    public static Language Brackets { get; } = new("brackets, at most 4 deep", Automaton.Brackets(4), text => AreClosed(text, 4), null);

    public static Language Anything { get; } = OfPattern("[ab]*", "ab", _ => true);

    public static Language Pairs { get; } = OfPattern("(ab|c)*", "abc", text =>
    {
        while (text is ['c', ..] or ['a', 'b', ..])
            text = text[(text[0] == 'c' ? 1 : 2)..];
        return text.IsEmpty;
    });

    public static Language OneWord { get; } = OfPattern("abba", "ab", text => text is "abba");

    public static IReadOnlyList<Language> All { get; } =
        [Parity, Letters, NoThreeInARow, FourthFromTheEnd, MultiplesOfFive, FourRuns, Brackets, Anything, Pairs, OneWord];

    /// <summary>Whether all brackets are closed that were opened, at most so deep.</summary>
    public static bool AreClosed(ReadOnlySpan<char> text, int depth)
    {
        var open = 0;
        foreach (var bracket in text)
        {
            open += bracket == '(' ? 1 : -1;
            if (open < 0 || open > depth)
                return false;
        }

        return open == 0;
    }

    /// <summary>A random text that stays where an accepting state can still be reached, if it can; else any text.</summary>
    public static string LiveText(Automaton automaton, int length, Random random)
    {
        var live = Live(automaton);
        var state = automaton.Start;
        return string.Create(length, random, (text, source) =>
        {
            for (var step = 0; step < text.Length; step++)
            {
                var symbols = automaton.Alphabet.Where(symbol => live[automaton.Next(state, symbol)]).ToArray();
                // A state that may be entered many times keeps the text going: the last letter of "(ab|c)*d" is not.
                var lasting = symbols.Where(symbol => automaton.Alphabet.Any(next => live[automaton.Next(automaton.Next(state, symbol), next)])).ToArray();
                var choice = lasting.Length > 0 ? lasting : symbols.Length > 0 ? symbols : [.. automaton.Alphabet];
                text[step] = choice[source.Next(choice.Length)];
                state = automaton.Next(state, text[step]);
            }
        });
    }

    private static Language OfPattern(string pattern, string alphabet, TextTest contains) =>
        new(pattern, Automaton.FromRegex(pattern, alphabet), contains, pattern);

    private static bool[] Live(Automaton automaton)
    {
        var live = Enumerable.Range(0, automaton.StateCount).Select(automaton.IsAccepting).ToArray();
        for (var changed = true; changed;)
        {
            changed = false;
            for (var state = 0; state < live.Length; state++)
            {
                if (live[state] || !automaton.Alphabet.Any(symbol => live[automaton.Next(state, symbol)]))
                    continue;
                live[state] = changed = true;
            }
        }

        return live;
    }
}
