namespace Unroll.Automata;

/// <summary>The smallest automaton of a language, by splitting sets of states until no text tells two states of a set apart.</summary>
/// <remarks>
/// Hopcroft, "An n log n Algorithm for Minimizing States in a Finite Automaton" (1971): at first a set accepts or does not. A set S and a symbol split the others into the
/// states that the symbol leads into S and those that it does not. Of two halves the smaller one splits further sets, so each state is looked at log Q times for a symbol.
/// </remarks>
internal sealed class Minimization
{
    private readonly Automaton automaton;
    private readonly TransitionTable table;

    // The states that texts reach, shorter texts first; below, a state is its place in this list.
    private readonly List<int> reached;
    private readonly StateSets sets;

    private Minimization(Automaton automaton)
    {
        this.automaton = automaton;
        table = automaton.Table;
        reached = Reached();
        sets = new(reached.Count);
    }

    /// <summary>Makes it.</summary>
    public static Automaton Run(Automaton automaton)
    {
        var minimization = new Minimization(automaton);
        minimization.Split();
        return minimization.Quotient();
    }

    private List<int> Reached()
    {
        var seen = new bool[table.StateCount];
        seen[table.Start] = true;
        List<int> order = [table.Start];
        for (var index = 0; index < order.Count; index++)
        {
            for (var symbol = 0; symbol < table.SymbolCount; symbol++)
            {
                var next = table.Next(order[index], symbol);
                if (seen[next])
                    continue;
                seen[next] = true;
                order.Add(next);
            }
        }

        return order;
    }

    private void Split()
    {
        var (starts, sources) = Sources();
        for (var state = 0; state < reached.Count; state++)
        {
            if (automaton.IsAccepting(reached[state]))
                sets.Mark(state);
        }

        var open = new Stack<(int Set, int Symbol)>();
        Push(open, 0);
        sets.SplitMarked(set => Push(open, set));
        var before = new List<int>();
        while (open.TryPop(out var splitter))
        {
            // Marking moves states about, so what leads into the set is gathered first.
            foreach (var state in sets.StatesOf(splitter.Set))
            {
                var place = (splitter.Symbol * reached.Count) + state;
                for (var index = starts[place]; index < starts[place + 1]; index++)
                    before.Add(sources[index]);
            }

            foreach (var state in before)
                sets.Mark(state);
            before.Clear();
            sets.SplitMarked(set => Push(open, set));
        }
    }

    private void Push(Stack<(int Set, int Symbol)> open, int set)
    {
        for (var symbol = 0; symbol < table.SymbolCount; symbol++)
            open.Push((set, symbol));
    }

    /// <summary>For each symbol and state the states that the symbol leads to it: <c>sources[starts[a·Q + q]…starts[a·Q + q + 1]]</c>.</summary>
    private (int[] Starts, int[] Sources) Sources()
    {
        var count = reached.Count;
        var places = new int[table.StateCount];
        for (var state = 0; state < count; state++)
            places[reached[state]] = state;
        var starts = new int[(table.SymbolCount * count) + 1];
        for (var symbol = 0; symbol < table.SymbolCount; symbol++)
        {
            for (var state = 0; state < count; state++)
                starts[(symbol * count) + places[table.Next(reached[state], symbol)] + 1]++;
        }

        for (var index = 1; index < starts.Length; index++)
            starts[index] += starts[index - 1];
        var sources = new int[table.SymbolCount * count];
        var filled = starts.AsSpan(0, starts.Length - 1).ToArray();
        for (var symbol = 0; symbol < table.SymbolCount; symbol++)
        {
            for (var state = 0; state < count; state++)
                sources[filled[(symbol * count) + places[table.Next(reached[state], symbol)]]++] = state;
        }

        return (starts, sources);
    }

    /// <summary>One state for each set, in the order in which texts first reach them.</summary>
    private Automaton Quotient()
    {
        var numbers = new int[sets.Count];
        Array.Fill(numbers, -1);
        var representatives = new List<int>();
        var numberOf = new int[table.StateCount];
        for (var state = 0; state < reached.Count; state++)
        {
            ref var number = ref numbers[sets.SetOf(state)];
            if (number < 0)
            {
                number = representatives.Count;
                representatives.Add(reached[state]);
            }

            numberOf[reached[state]] = number;
        }

        var next = new int[representatives.Count * table.SymbolCount];
        for (var number = 0; number < representatives.Count; number++)
        {
            for (var symbol = 0; symbol < table.SymbolCount; symbol++)
                next[(number * table.SymbolCount) + symbol] = numberOf[table.Next(representatives[number], symbol)];
        }

        return new(new(table.Alphabet, next, start: 0), [.. representatives.Select(automaton.IsAccepting)]);
    }
}
