using Unroll.Cells;

namespace Unroll.Automata;

/// <summary>
/// A deterministic finite automaton: it reads a text symbol by symbol, is in one of finitely many states, and accepts the text or not by the state it ends in.
/// The set of the texts it accepts is its language. Complete: every state has a transition for every symbol; what cannot be accepted any more leads to a state
/// that is never left.
/// </summary>
/// <remarks>
/// Symbols are characters, UTF-16 code units. Kleene, "Representation of Events in Nerve Nets and Finite Automata" (1956): automata accept exactly the languages
/// of regular expressions. Immutable, and safe for use from many threads.
/// </remarks>
public sealed class Automaton
{
    private readonly TransitionTable table;
    private readonly bool[] accepting;

    /// <summary>An automaton from its table.</summary>
    /// <param name="alphabet">A different characters, at least one; the order is that of the columns.</param>
    /// <param name="transitions">Q rows of A states: the state that follows state q on symbol a. States are numbered from 0.</param>
    /// <param name="accepting">The states in which a text is accepted; none is allowed.</param>
    /// <param name="start">The state before the first symbol.</param>
    /// <exception cref="ArgumentException">The alphabet is empty or has a symbol twice, or a row has not A states.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A state is not one of 0…Q − 1.</exception>
    public Automaton(string alphabet, IReadOnlyList<IReadOnlyList<int>> transitions, IEnumerable<int> accepting, int start = 0)
    {
        ArgumentNullException.ThrowIfNull(accepting);
        table = TransitionTable.Of(alphabet, transitions, start);
        this.accepting = new bool[table.StateCount];
        foreach (var state in accepting)
        {
            TransitionTable.CheckState(state, table.StateCount, "An accepting state", nameof(accepting));
            this.accepting[state] = true;
        }
    }

    internal Automaton(TransitionTable table, bool[] accepting)
    {
        this.table = table;
        this.accepting = accepting;
    }

    /// <summary>The symbols, in the order of the columns of the table.</summary>
    public string Alphabet => table.Alphabet;

    /// <summary>Q: the number of states.</summary>
    public int StateCount => table.StateCount;

    /// <summary>The state before the first symbol.</summary>
    public int Start => table.Start;

    /// <summary>The transitions.</summary>
    internal TransitionTable Table => table;

    /// <summary>The smallest automaton of a regular expression, which has to match a text as a whole.</summary>
    /// <param name="pattern">
    /// Characters that stand for themselves; <c>.</c>; classes <c>[a-z_]</c> and <c>[^…]</c>; groups <c>(…)</c> and <c>(?:…)</c>; <c>|</c>; <c>*</c>, <c>+</c>,
    /// <c>?</c>, <c>{m}</c>, <c>{m,}</c>, <c>{m,n}</c>; <c>\</c> before a punctuation mark; <c>\t \n \r \f \v \0</c>, <c>\uXXXX</c>; <c>\d \w \s</c> of ASCII, and
    /// their complements. A dot and a complement stand for the symbols of the alphabet, line ends included.
    /// </param>
    /// <param name="alphabet">The symbols, or null for those that the pattern names, in the order of their codes; a dot or a complement needs it given.</param>
    /// <param name="maximumStates">
    /// At most so many states before the automaton is minimised, at least 1; the automaton of the expression with choices is limited to ten times as many.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The pattern is no regular expression, or uses what is not regular or not supported; the message names the position. Or it names a symbol outside the alphabet.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of states is below 1.</exception>
    /// <exception cref="InvalidOperationException">The automaton has more states than allowed.</exception>
    /// <remarks>
    /// Thompson, "Regular Expression Search Algorithm" (1968), gives an automaton with choices; Rabin and Scott, "Finite Automata and Their Decision Problems"
    /// (1959), one without, whose states are sets of the former's; <see cref="Minimize"/> the smallest.
    /// </remarks>
    public static Automaton FromRegex(string pattern, string? alphabet = null, int maximumStates = 4096)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumStates, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximumStates, TransitionTable.MaximumStates);
        if (alphabet is not null)
            TransitionTable.CheckAlphabet(alphabet);
        var (expression, symbols) = RegexParser.Parse(pattern, alphabet);
        var choices = ChoiceAutomaton.Of(expression, symbols, maximumStates);
        return SubsetConstruction.Run(choices, symbols, maximumStates).Minimize();
    }

    /// <summary>
    /// The words of one kind of bracket in which every bracket is closed, nested at most so deep: Dyck-1, with a counter that is bounded. State <c>n</c> is that n
    /// brackets are open; the last state is that a bracket was closed too many or opened too deep.
    /// </summary>
    /// <param name="depth">How deep brackets may be nested, at least 1.</param>
    /// <param name="open">The opening bracket.</param>
    /// <param name="close">The closing bracket, another character.</param>
    /// <exception cref="ArgumentOutOfRangeException">The depth is below 1 or above 1,048,574.</exception>
    /// <exception cref="ArgumentException">The brackets are the same.</exception>
    public static Automaton Brackets(int depth, char open = '(', char close = ')')
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(depth, TransitionTable.MaximumStates - 2);
        var alphabet = $"{open}{close}";
        TransitionTable.CheckAlphabet(alphabet);
        var dead = depth + 1;
        var next = new int[2 * (dead + 1)];
        for (var count = 0; count <= depth; count++)
        {
            next[2 * count] = count + 1;
            next[(2 * count) + 1] = count > 0 ? count - 1 : dead;
        }

        next[2 * dead] = next[(2 * dead) + 1] = dead;
        var accepting = new bool[dead + 1];
        accepting[0] = true;
        return new(new(alphabet, next, start: 0), accepting);
    }

    /// <summary>Whether a text is accepted that ends in a state.</summary>
    /// <param name="state">0…Q − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such state.</exception>
    public bool IsAccepting(int state)
    {
        TransitionTable.CheckState(state, StateCount, "The state", nameof(state));
        return accepting[state];
    }

    /// <summary>The state that follows a state on a symbol.</summary>
    /// <param name="state">0…Q − 1.</param>
    /// <param name="symbol">A symbol of the alphabet.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such state.</exception>
    /// <exception cref="ArgumentException">The symbol is not in the alphabet.</exception>
    public int Next(int state, char symbol)
    {
        TransitionTable.CheckState(state, StateCount, "The state", nameof(state));
        return table.Next(state, table.KnownNumberOf(symbol, nameof(symbol)));
    }

    /// <summary>Whether a text is in the language, by the table. One with a character outside the alphabet is not.</summary>
    /// <param name="text">The text, possibly empty.</param>
    public bool Accepts(ReadOnlySpan<char> text)
    {
        var state = Start;
        foreach (var character in text)
        {
            var symbol = table.NumberOf(character);
            if (symbol < 0)
                return false;
            state = table.Next(state, symbol);
        }

        return accepting[state];
    }

    /// <summary>
    /// The smallest automaton of the same language, which is unique: without states that are never reached, and with those made one that no text tells apart.
    /// States are numbered in the order in which texts first reach them, shorter texts first; the start is 0.
    /// </summary>
    /// <remarks>Hopcroft, "An n log n Algorithm for Minimizing States in a Finite Automaton" (1971).</remarks>
    public Automaton Minimize() => Minimization.Run(this);

    /// <summary>The weights of a recurrent network that does exactly what this automaton does.</summary>
    /// <param name="cell"><see cref="Cell.RnnRelu"/>, which null stands for, or <see cref="Cell.RnnTanh"/>.</param>
    /// <returns>A recurrent layer of Q·A units and a linear layer that says whether the text so far is accepted.</returns>
    /// <exception cref="ArgumentException">The cell is another one.</exception>
    /// <exception cref="InvalidOperationException">There are more than <see cref="CompiledAutomaton.MaximumUnits"/> units.</exception>
    public CompiledAutomaton Compile(Cell? cell = null) => new(this, cell ?? Cell.RnnRelu);

    /// <summary>
    /// The automaton as a graph in the language of Graphviz, DOT: circles are states, double circles accept, an arrow from nowhere leads to the start, and
    /// transitions between the same states share an arrow.
    /// </summary>
    public string ToDot() => DotText.Of(this);
}
