using System.Runtime.InteropServices;

namespace Unroll.Automata;

/// <summary>
/// The automaton without choices that accepts what one with choices does: its states are the sets of nodes in which the latter may be.
/// </summary>
/// <remarks>Rabin and Scott, "Finite Automata and Their Decision Problems" (1959). There may be 2^n sets of n nodes, and for some expressions there are nearly as many.</remarks>
internal sealed class SubsetConstruction : IEqualityComparer<int[]>
{
    /// <summary>The largest table, 64 MiB.</summary>
    private const long MaximumTransitions = 1 << 24;

    private readonly ChoiceAutomaton choices;
    private readonly string alphabet;
    private readonly int maximumStates;
    private readonly Dictionary<int[], int> numbers;
    private readonly List<int[]> states = [];
    private readonly int[] marks;
    private readonly int[] classOf;
    private readonly List<int> representatives = [];
    private int mark;

    private SubsetConstruction(ChoiceAutomaton choices, string alphabet, int maximumStates)
    {
        this.choices = choices;
        this.alphabet = alphabet;
        this.maximumStates = maximumStates;
        numbers = new(this);
        marks = new int[choices.Count];
        classOf = choices.SymbolClasses();
        for (var symbol = 0; symbol < classOf.Length; symbol++)
        {
            if (classOf[symbol] == representatives.Count)
                representatives.Add(symbol);
        }
    }

    /// <summary>Makes it.</summary>
    /// <exception cref="InvalidOperationException">It has more states than allowed.</exception>
    public static Automaton Run(ChoiceAutomaton choices, string alphabet, int maximumStates) =>
        new SubsetConstruction(choices, alphabet, maximumStates).Run();

    bool IEqualityComparer<int[]>.Equals(int[]? left, int[]? right) => left.AsSpan().SequenceEqual(right);

    int IEqualityComparer<int[]>.GetHashCode(int[] state)
    {
        var hash = default(HashCode);
        hash.AddBytes(MemoryMarshal.AsBytes(state.AsSpan()));
        return hash.ToHashCode();
    }

    private Automaton Run()
    {
        _ = NumberOf([choices.Start]);
        // By classes of symbols: those of a class lead to the same state from everywhere.
        var next = new List<int>();
        var targets = new List<int>[representatives.Count];
        for (var index = 0; index < targets.Length; index++)
            targets[index] = [];
        // The list of states grows while it is walked.
        for (var state = 0; state < states.Count; state++)
        {
            foreach (var node in states[state])
                AddTargets(node, targets);
            foreach (var list in targets)
            {
                next.Add(NumberOf(list));
                list.Clear();
            }
        }

        var table = new int[states.Count * alphabet.Length];
        for (var index = 0; index < table.Length; index++)
            table[index] = next[(index / alphabet.Length * targets.Length) + classOf[index % alphabet.Length]];
        return new(new(alphabet, table, start: 0), [.. states.Select(state => state.Contains(choices.End))]);
    }

    private void AddTargets(int node, List<int>[] targets)
    {
        if (choices.SymbolsOf(node) is not { } symbols)
            return;
        for (var index = 0; index < targets.Length; index++)
        {
            if (symbols[representatives[index]])
                targets[index].Add(choices.NextOf(node));
        }
    }

    /// <summary>The number of the state that these nodes, and what they reach without reading, make up.</summary>
    private int NumberOf(List<int> nodes)
    {
        mark++;
        var found = new List<int>();
        foreach (var node in nodes)
            choices.AddClosure(node, marks, mark, found);
        found.Sort();
        int[] state = [.. found];
        if (numbers.TryGetValue(state, out var number))
            return number;
        if (states.Count >= maximumStates || (states.Count + 1L) * alphabet.Length > MaximumTransitions)
            throw new InvalidOperationException($"The automaton of the pattern has more than {states.Count} states, before it is minimised, of {alphabet.Length} transitions each. Some patterns need exponentially many; use smaller repetitions {{m,n}}, fewer symbols, or allow more states.");
        numbers.Add(state, states.Count);
        states.Add(state);
        return states.Count - 1;
    }
}
