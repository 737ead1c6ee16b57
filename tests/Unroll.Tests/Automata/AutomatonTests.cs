using Unroll.Automata;

namespace Unroll.Tests.Automata;

/// <summary>Automata from tables: what they accept, their smallest form, their picture, and what is refused.</summary>
public sealed class AutomatonTests
{
    [Fact]
    public void Every_language_agrees_with_its_program_and_with_dotnet()
    {
        foreach (var language in Languages.All)
        {
            foreach (var text in Texts(language.Automaton.Alphabet, 6))
            {
                Assert.True(language.Contains(text) == language.Automaton.Accepts(text), $"{language}: \"{text}\"");
                Assert.True(language.Regex is not { } regex || regex.IsMatch(text) == language.Automaton.Accepts(text), $"{language}: \"{text}\"");
            }
        }
    }

    [Fact]
    public void A_million_states_are_minimised_in_reasonable_time()
    {
        Assert.Equal(1_000_002, Automaton.Brackets(1_000_000).Minimize().StateCount);
    }

    /// <summary>
    /// Random tables and their smallest form: they accept the same, the number of states is that of the classes which the definition gives (no text up to Q
    /// symbols tells two states apart), and two tables of one language have one smallest form.
    /// </summary>
    [Fact]
    public void The_smallest_automaton_has_one_state_for_each_class()
    {
        var random = new Random(21);
        for (var attempt = 0; attempt < 300; attempt++)
        {
            var (states, symbols) = (random.Next(1, 8), random.Next(1, 4));
            int[][] table = [.. Enumerable.Range(0, states).Select(_ => Enumerable.Range(0, symbols).Select(_ => random.Next(states)).ToArray())];
            var accepting = Enumerable.Range(0, states).Where(_ => random.Next(3) == 0).ToArray();
            var alphabet = "abc"[..symbols];
            var automaton = new Automaton(alphabet, table, accepting, random.Next(states));
            var smallest = automaton.Minimize();

            var texts = Texts(alphabet, states).ToArray();
            Assert.All(texts, text => Assert.Equal(automaton.Accepts(text), smallest.Accepts(text)));
            var reached = texts.Select(text => text.Aggregate(automaton.Start, automaton.Next)).Distinct();
            var classes = reached.Select(state => string.Concat(texts.Select(text => automaton.IsAccepting(text.Aggregate(state, automaton.Next)) ? '1' : '0'))).Distinct();
            Assert.Equal(classes.Count(), smallest.StateCount);
            Assert.Equal(smallest.ToDot(), smallest.Minimize().ToDot());

            // Renamed states, with one that nothing reaches.
            var names = Enumerable.Range(0, states + 1).ToArray();
            random.Shuffle(names);
            var renamed = new int[states + 1][];
            for (var state = 0; state < states; state++)
                renamed[names[state]] = [.. table[state].Select(next => names[next])];
            renamed[names[states]] = new int[symbols];
            var other = new Automaton(alphabet, renamed, accepting.Select(state => names[state]), names[automaton.Start]);
            Assert.Equal(smallest.ToDot(), other.Minimize().ToDot());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Brackets_count_up_to_their_depth(int depth)
    {
        var automaton = Automaton.Brackets(depth);
        Assert.Equal(depth + 2, automaton.StateCount);
        foreach (var text in Texts("()", 12))
            Assert.True(Languages.AreClosed(text, depth) == automaton.Accepts(text), text);
        Assert.Equal(automaton.StateCount, automaton.Minimize().StateCount);
    }

    [Fact]
    public void The_picture_is_text_of_graphviz()
    {
        var automaton = new Automaton("a\"\n", [[1, 0, 0], [1, 1, 0]], accepting: [1]);
        const string Expected = """
            digraph automaton {
              rankdir=LR;
              start [shape=point];
              0 [shape=circle];
              1 [shape=doublecircle];
              start -> 0;
              0 -> 0 [label="\", U+000A"];
              0 -> 1 [label="a"];
              1 -> 0 [label="U+000A"];
              1 -> 1 [label="a, \""];
            }

            """;
        Assert.Equal(Expected.ReplaceLineEndings("\n"), automaton.ToDot());
    }

    [Fact]
    public void Tables_that_do_not_fit_are_refused()
    {
        Refused(() => new Automaton("", [[]], []), "The alphabet is empty");
        Refused(() => new Automaton("aba", [[0, 0, 0]], []), "has 'a' twice");
        Refused(() => new Automaton("ab", [], []), "transitions of 0 states");
        Refused(() => new Automaton("ab", [[0]], []), "State 0 has 1 transitions; expected 2");
        Refused(() => new Automaton("ab", [[0, 2], [0, 0]], []), "The transition of state 0 on 'b' is state 2; the states are 0 to 1");
        Refused(() => new Automaton("ab", [[0, -1]], []), "is state -1");
        Refused(() => new Automaton("a", [[0]], [1]), "An accepting state is state 1");
        Refused(() => new Automaton("a", [[0]], [], start: 1), "The start is state 1");
        Refused(() => Automaton.Brackets(0), "depth");
        Refused(() => Automaton.Brackets(1, '(', '('), "has '(' twice");
        var automaton = new Automaton("a", [[0]], []);
        Refused(() => automaton.Next(0, 'b'), "The symbol 'b' is not in the alphabet \"a\"");
        Refused(() => automaton.Next(1, 'a'), "The state is state 1");
        Refused(() => automaton.IsAccepting(-1), "The state is state -1");
    }

    /// <summary>All texts of at most so many symbols, shorter ones first.</summary>
    internal static IEnumerable<string> Texts(string alphabet, int longest)
    {
        IEnumerable<string> texts = [""];
        for (var length = 0; length <= longest; length++)
        {
            foreach (var text in texts)
                yield return text;
            texts = texts.SelectMany(text => alphabet.Select(symbol => text + symbol)).ToList();
        }
    }

    private static void Refused(Func<object> call, string words) =>
        Assert.Contains(words, Assert.ThrowsAny<ArgumentException>(call).Message, StringComparison.Ordinal);
}
