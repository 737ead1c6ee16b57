using Unroll.Data;

namespace Classify;

/// <summary>Lines of brackets, half of them well nested; the others are such lines with brackets exchanged until they are not.</summary>
internal static class BracketLines
{
    private const string Brackets = "()[]";

    /// <summary>Makes lines of three to seven pairs with their labels.</summary>
    public static SequenceSet Make(int count, int seed)
    {
        var random = new Random(seed);
        return new("lines", [.. Enumerable.Range(0, count).Select(index =>
        {
            var nested = Nested(random, pairs: 3 + random.Next(5));
            return index % 2 == 0 ? LabelledSequence.OfText(nested, "nested") : LabelledSequence.OfText(Exchanged(nested, random), "crossed");
        })]);
    }

    private static string Nested(Random random, int pairs)
    {
        if (pairs == 0)
            return "";
        var (inside, kind) = (random.Next(pairs), 2 * random.Next(2));
        return Brackets[kind] + Nested(random, inside) + Brackets[kind + 1] + Nested(random, pairs - 1 - inside);
    }

    private static string Exchanged(string line, Random random)
    {
        var letters = line.ToCharArray();
        while (IsNested(letters))
        {
            var (one, other) = (random.Next(letters.Length), random.Next(letters.Length));
            (letters[one], letters[other]) = (letters[other], letters[one]);
        }

        return new(letters);
    }

    /// <summary>For lines with as many closing brackets of each kind as opening ones.</summary>
    private static bool IsNested(char[] letters)
    {
        var open = new Stack<char>();
        foreach (var letter in letters)
        {
            var place = Brackets.IndexOf(letter, StringComparison.Ordinal);
            if (place % 2 == 0)
                open.Push(letter);
            else if (!open.TryPop(out var last) || last != Brackets[place - 1])
                return false;
        }

        return true;
    }
}
