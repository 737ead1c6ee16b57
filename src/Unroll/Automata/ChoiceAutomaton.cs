namespace Unroll.Automata;

/// <summary>
/// An automaton with choices: a node has at most one symbol to read, or up to two nodes that it may go to without reading. It accepts a text when some way
/// through it reads the text and ends in the last node.
/// </summary>
/// <remarks>Thompson, "Regular Expression Search Algorithm" (1968): a few nodes for each part of the expression, joined by free transitions.</remarks>
internal sealed class ChoiceAutomaton
{
    private const int None = -1;

    /// <summary>The nodes with choices that an automaton of so many states may come from.</summary>
    private const int NodesPerState = 10;

    private readonly List<(int Set, int First, int Second)> nodes = [];
    private readonly List<bool[]> sets = [];
    private readonly Dictionary<SymbolSet, int> setNumbers = new(ReferenceEqualityComparer.Instance);
    private readonly string alphabet;
    private readonly long maximumNodes;
    private readonly Stack<int> open = new();

    private ChoiceAutomaton(string alphabet, int maximumStates)
    {
        this.alphabet = alphabet;
        maximumNodes = (long)maximumStates * NodesPerState;
    }

    /// <summary>The node before the first symbol.</summary>
    public int Start { get; private set; }

    /// <summary>The node in which a text is accepted.</summary>
    public int End { get; private set; }

    /// <summary>The number of nodes.</summary>
    public int Count => nodes.Count;

    /// <summary>The automaton of an expression.</summary>
    /// <exception cref="InvalidOperationException">It has more than ten nodes for each state that is allowed.</exception>
    public static ChoiceAutomaton Of(RegexNode expression, string alphabet, int maximumStates)
    {
        var automaton = new ChoiceAutomaton(alphabet, maximumStates);
        automaton.Start = automaton.Add(None);
        automaton.End = automaton.Build(expression, automaton.Start);
        return automaton;
    }

    /// <summary>Which symbols a node reads, by their numbers, or null.</summary>
    public bool[]? SymbolsOf(int node) => nodes[node].Set == None ? null : sets[nodes[node].Set];

    /// <summary>The node after the symbol that a node reads.</summary>
    public int NextOf(int node) => nodes[node].First;

    /// <summary>
    /// The class of each symbol: two symbols are in one class when each set has both or neither. Numbered from 0 in the order of the first symbol of each.
    /// </summary>
    public int[] SymbolClasses()
    {
        var classes = new int[alphabet.Length];
        foreach (var set in sets)
        {
            var numbers = new Dictionary<(int, bool), int>();
            for (var symbol = 0; symbol < classes.Length; symbol++)
            {
                var pair = (classes[symbol], set[symbol]);
                if (!numbers.TryGetValue(pair, out var number))
                    numbers.Add(pair, number = numbers.Count);
                classes[symbol] = number;
            }
        }

        return classes;
    }

    /// <summary>Adds a node, and what it reaches without reading, to a set.</summary>
    /// <param name="node">The node.</param>
    /// <param name="marks">For each node the number of the set it was last put into.</param>
    /// <param name="mark">The number of this set.</param>
    /// <param name="found">The nodes of the set that read a symbol or are the last one, which alone decide what it does.</param>
    public void AddClosure(int node, int[] marks, int mark, List<int> found)
    {
        Visit(node);
        while (open.TryPop(out var current))
        {
            var (set, first, second) = nodes[current];
            if (set != None || current == End)
                found.Add(current);
            if (set != None)
                continue;
            Visit(first);
            Visit(second);
        }

        void Visit(int next)
        {
            if (next == None || marks[next] == mark)
                return;
            marks[next] = mark;
            open.Push(next);
        }
    }

    /// <summary>Adds the nodes of an expression behind a node that has no transition yet.</summary>
    /// <returns>The node behind the expression, which has none either.</returns>
    private int Build(RegexNode expression, int from)
    {
        switch (expression)
        {
            case SymbolSet set:
                var next = Add(None);
                nodes[from] = (NumberOf(set), next, None);
                return next;
            case RegexSequence sequence:
                var end = from;
                foreach (var part in sequence.Parts)
                    end = Build(part, end);
                // An empty group adds a node as well, so that the number of nodes bounds the work.
                return sequence.Parts.Count > 0 ? end : Free(from);
            case RegexChoice choice:
                return BuildChoice(choice, from);
            case RegexRepeat repeat:
                return BuildRepeat(repeat, from);
            default:
                throw new InvalidOperationException($"An expression of {expression.GetType()} is unknown.");
        }
    }

    private int BuildChoice(RegexChoice choice, int from)
    {
        var end = Add(None);
        for (var index = 0; index < choice.Parts.Count; index++)
        {
            var first = Add(None);
            var rest = index + 1 < choice.Parts.Count ? Add(None) : None;
            nodes[from] = (None, first, rest);
            Link(Build(choice.Parts[index], first), end);
            from = rest;
        }

        return end;
    }

    private int BuildRepeat(RegexRepeat repeat, int from)
    {
        for (var count = 0; count < repeat.Minimum; count++)
            from = Build(repeat.Part, from);
        if (repeat.Maximum is not { } maximum)
            return BuildLoop(repeat.Part, from);
        // Each further one may be left out, with all that follow.
        var end = Add(None);
        for (var count = repeat.Minimum; count < maximum; count++)
        {
            var first = Add(None);
            nodes[from] = (None, first, end);
            from = Build(repeat.Part, first);
        }

        Link(from, end);
        return end;
    }

    private int BuildLoop(RegexNode part, int from)
    {
        var (head, first, end) = (Add(None), Add(None), Add(None));
        Link(from, head);
        nodes[head] = (None, first, end);
        Link(Build(part, first), head);
        return end;
    }

    private int Free(int from)
    {
        var next = Add(None);
        Link(from, next);
        return next;
    }

    private void Link(int from, int to) => nodes[from] = (None, to, None);

    private int Add(int set)
    {
        if (nodes.Count >= maximumNodes)
            throw new InvalidOperationException($"The automaton of the pattern, while it has choices, has more than {maximumNodes} states. Use smaller repetitions {{m,n}}, or allow more states.");
        nodes.Add((set, None, None));
        return nodes.Count - 1;
    }

    private int NumberOf(SymbolSet set)
    {
        if (setNumbers.TryGetValue(set, out var number))
            return number;
        setNumbers.Add(set, sets.Count);
        sets.Add([.. alphabet.Select(set.Contains)]);
        return sets.Count - 1;
    }
}
