using System.Text.RegularExpressions;
using Unroll.Automata;

namespace Unroll.Tests.Automata;

/// <summary>Regular expressions: the same language as .NET's, the smallest automaton, and errors that say where.</summary>
public sealed class RegexTests
{
    [Theory]
    [InlineData("a", "ab")]
    [InlineData("", "ab")]
    [InlineData("()", "ab")]
    [InlineData("(ab|c)*", "abc")]
    [InlineData("a|", "ab")]
    [InlineData("|a|bb", "ab")]
    [InlineData("a+b?a*", "ab")]
    [InlineData("a{2}", "ab")]
    [InlineData("a{2,}b{0}", "ab")]
    [InlineData("(a|ba){1,3}", "ab")]
    [InlineData("(a?){3}b{0,2}", "ab")]
    [InlineData("(a*b*)*c", "abc")]
    [InlineData("((a|b)*(c|))+", "abc")]
    [InlineData("(?:a(?:b))c", "abc")]
    [InlineData(".b.", "abc")]
    [InlineData("[ab]c", "abc")]
    [InlineData("[a-c]d[^a-c]", "abcd")]
    [InlineData("[^b]*", "abc")]
    [InlineData("[-a]+", "-ab")]
    [InlineData("[a-]+", "-ab")]
    [InlineData("[^-a]+", "-ab")]
    [InlineData(@"[\]a]+", "]ab")]
    [InlineData(@"\(\)\*\\", @"()*\")]
    [InlineData(@"\d+\.\d", "1.a")]
    [InlineData(@"\w\s\W", "a -")]
    [InlineData(@"[\d-]+", "1-a")]
    [InlineData(@"[\Da]{2}", "1ab")]
    [InlineData(@"[^\Wa]{2}", "a_-")]
    [InlineData(@"\S\D", "1 a")]
    [InlineData(@"\t\n|\r", "\t\n\r")]
    [InlineData(@"\u0061b", "ab")]
    [InlineData("a]b}", "a]b}")]
    [InlineData("a,-b", "a,-b")]
    public void Accepts_what_dotnet_matches(string pattern, string alphabet)
    {
        Compare(pattern, alphabet, longest: 6);
    }

    /// <summary>Patterns drawn from the grammar, with a seed that a failure names.</summary>
    [Fact]
    public void Random_patterns_accept_what_dotnet_matches()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var pattern = RandomPattern(new Random(seed), 4);
            Compare(pattern, "abc", longest: 5, $"seed {seed}: ");
        }
    }

    [Fact]
    public void The_alphabet_is_what_the_pattern_names()
    {
        Assert.Equal("abcd", Automaton.FromRegex("(d|ab)*c").Alphabet);
        Assert.Equal("0123456789x", Automaton.FromRegex(@"x\d").Alphabet);
        Assert.Equal("cba", Automaton.FromRegex("a", "cba").Alphabet);
    }

    /// <summary>The automata of textbooks: the n-th symbol from the end takes 2^(n) states, a word its length and two more.</summary>
    [Fact]
    public void The_automaton_is_the_smallest()
    {
        for (var n = 0; n < 8; n++)
            Assert.Equal(1 << (n + 1), Automaton.FromRegex($"(a|b)*a(a|b){{{n}}}").StateCount);
        Assert.Equal(7, Automaton.FromRegex("hello").StateCount);
        Assert.Equal(1, Automaton.FromRegex("(a|b|ab|ba*)*").StateCount);
        Assert.Equal(2, Automaton.FromRegex("(b*ab*a)*b*").StateCount);
        Assert.Equal(Automaton.FromRegex("(a|b)*abb").ToDot(), Automaton.FromRegex("(a*b*)*a(bb)").ToDot());
        Assert.Equal(3002, Automaton.FromRegex("a{3000}").StateCount);
    }

    [Theory]
    [InlineData("a)b", "position 1: this ')' closes no group")]
    [InlineData("a(b", "position 1: the group '(' is not closed")]
    [InlineData("x|*a", "position 2: '*' has nothing before it to repeat")]
    [InlineData("(+)", "position 1: '+' has nothing")]
    [InlineData("{2}", "position 0: '{' has nothing")]
    [InlineData("a**", "position 2: '*' repeats a repetition")]
    [InlineData("a{2}{3}", "position 4: '{' repeats a repetition")]
    [InlineData("a*?", "position 2: a lazy repetition")]
    [InlineData("a{x}", "position 1: '{' starts a repetition {m}, {m,} or {m,n}")]
    [InlineData("a{2", "position 1: '{' starts a repetition")]
    [InlineData("a{,2}", "position 1: '{' starts a repetition")]
    [InlineData("a{3,2}", "position 1: the repetition {3,2} ends before it begins")]
    [InlineData("a{2000000}", "position 2: 2000000 repetitions are too many; at most 1000000")]
    [InlineData("a{99999999999999}", "position 2: 99999999999999 repetitions are too many")]
    [InlineData("^a", "position 0: the pattern matches the whole text, so an anchor says nothing")]
    [InlineData("a$", "position 1: the pattern matches the whole text")]
    [InlineData("(?=a)", "position 0: there are groups (…) and (?:…)")]
    [InlineData(@"(a)\1", "position 3: what refers to an earlier group is not regular")]
    [InlineData(@"a\q", @"position 1: the escape \q is unknown")]
    [InlineData(@"a\b", @"position 1: the escape \b is unknown")]
    [InlineData(@"a\", "position 1: the pattern ends with a backslash")]
    [InlineData(@"\u12", "position 0: \\u is followed by four hexadecimal digits")]
    [InlineData("a[bc", "position 1: the class '[' is not closed")]
    [InlineData("[b-", "position 0: the class '[' is not closed")]
    [InlineData("a[]", "position 1: the class is empty")]
    [InlineData("[^]", "position 0: the class is empty")]
    [InlineData("[z-a]", "position 1: the range z-a ends before it begins")]
    [InlineData(@"[\d-z]", "position 1: a range goes from one symbol to another")]
    [InlineData("[a[b]]", "position 2: a class does not hold another one")]
    [InlineData("a.b", "position 1: this stands for symbols that the pattern does not name; give the alphabet")]
    [InlineData("a[^b]", "position 1: this stands for symbols")]
    [InlineData(@"\D", "position 0: this stands for symbols")]
    [InlineData("()", "names no symbol; give the alphabet")]
    public void What_is_wrong_is_said_with_its_position(string pattern, string words)
    {
        Assert.Contains(words, Assert.Throws<ArgumentException>(() => Automaton.FromRegex(pattern)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Symbols_outside_the_alphabet_are_refused()
    {
        Assert.Contains(
            "position 2: this stands for no symbol of the alphabet \"ab\"",
            Assert.Throws<ArgumentException>(() => Automaton.FromRegex("abc", "ab")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Automaton.FromRegex("a", "aa"));
        Assert.Equal(2, Automaton.FromRegex("[a-z]", "ab").Alphabet.Length);
    }

    [Fact]
    public void Patterns_that_grow_too_large_end_in_an_error_that_says_so()
    {
        Assert.Contains(
            "has more than 4096 states, before it is minimised, of 2 transitions",
            Assert.Throws<InvalidOperationException>(() => Automaton.FromRegex("(a|b)*a(a|b){20}")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "while it has choices, has more than 40960 states",
            Assert.Throws<InvalidOperationException>(() => Automaton.FromRegex("((a{1000}){1000}){1000}")).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Automaton.FromRegex("(((){1000}){1000}){1000}a"));
        Assert.Throws<InvalidOperationException>(() => Automaton.FromRegex("(((){0,1000}){0,1000}){0,1000}a"));
        Assert.Equal(1 << 13, Automaton.FromRegex("(a|b)*a(a|b){12}", maximumStates: 20_000).StateCount);
        Assert.Throws<InvalidOperationException>(() => Automaton.FromRegex(@"[\u0000-\uffff]{300}"));
        Assert.Contains(
            "position 200: groups are nested more than 200 deep",
            Assert.Throws<ArgumentException>(() => Automaton.FromRegex(new string('(', 100_000))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Automaton.FromRegex("a", maximumStates: 0));
    }

    private static void Compare(string pattern, string alphabet, int longest, string where = "")
    {
        var automaton = Automaton.FromRegex(pattern, alphabet);
        var expected = new Regex($@"\A(?:{pattern})\z", RegexOptions.CultureInvariant | RegexOptions.Singleline);
        foreach (var text in AutomatonTests.Texts(alphabet, longest))
            Assert.True(expected.IsMatch(text) == automaton.Accepts(text), $"{where}pattern {pattern}, text \"{text}\": .NET says {expected.IsMatch(text)}");
    }

    private static string RandomPattern(Random random, int depth)
    {
        if (depth == 0)
            return random.Next(6) switch { 0 => ".", 1 => "[ab]", 2 => "[^a]", _ => "abc"[random.Next(3)].ToString() };
        return random.Next(8) switch
        {
            0 or 1 or 2 => RandomPattern(random, depth - 1) + RandomPattern(random, depth - 1),
            3 => $"({RandomPattern(random, depth - 1)}|{RandomPattern(random, depth - 1)})",
            4 => $"({RandomPattern(random, depth - 1)})*",
            5 => $"({RandomPattern(random, depth - 1)}){"+?"[random.Next(2)]}",
            6 => $"({RandomPattern(random, depth - 1)}){{{random.Next(3)},{random.Next(3) + 2}}}",
            _ => RandomPattern(random, 0),
        };
    }
}
