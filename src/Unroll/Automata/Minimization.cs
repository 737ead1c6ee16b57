namespace Unroll.Automata;

/// <summary>The smallest automaton of a language, by refining a partition of the states.</summary>
/// <remarks>
/// Moore, "Gedanken-Experiments on Sequential Machines" (1956): states are in one class while no text of at most n symbols tells them apart; each round raises n
/// by one, and the first round without a new class is the last. At most Q rounds of Q·A steps.
/// </remarks>
internal static class Minimization
{
    public static Automaton Run(Automaton automaton)
    {
        var table = automaton.Table;
        var reached = Reached(table);
        var classes = new int[table.StateCount];
        foreach (var state in reached)
            classes[state] = automaton.IsAccepting(state) ? 1 : 0;
        var count = reached.Select(state => classes[state]).Distinct().Count();
        while (true)
        {
            var refined = Refine(table, reached, classes, out var refinedCount);
            if (refinedCount == count)
                break;
            (classes, count) = (refined, refinedCount);
        }

        return Quotient(automaton, reached, classes);
    }

    /// <summary>The states that texts reach, shorter texts first.</summary>
    private static List<int> Reached(TransitionTable table)
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

    /// <summary>States stay together that are together and whose next states are, symbol by symbol.</summary>
    private static int[] Refine(TransitionTable table, List<int> states, int[] classes, out int count)
    {
        var refined = new int[classes.Length];
        Array.Copy(classes, refined, classes.Length);
        count = 0;
        // Pairs (class so far, class of the next state) are numbered, one symbol after another.
        for (var symbol = 0; symbol < table.SymbolCount; symbol++)
        {
            var pairs = new Dictionary<long, int>();
            foreach (var state in states)
            {
                var pair = ((long)refined[state] << 32) | (uint)classes[table.Next(state, symbol)];
                if (!pairs.TryGetValue(pair, out var number))
                    pairs.Add(pair, number = pairs.Count);
                refined[state] = number;
            }

            count = pairs.Count;
        }

        return refined;
    }

    /// <summary>One state for each class, in the order of the first state of each.</summary>
    private static Automaton Quotient(Automaton automaton, List<int> states, int[] classes)
    {
        var table = automaton.Table;
        var numbers = new Dictionary<int, int>();
        var representatives = new List<int>();
        foreach (var state in states)
        {
            if (numbers.TryAdd(classes[state], representatives.Count))
                representatives.Add(state);
        }

        var next = new int[representatives.Count * table.SymbolCount];
        for (var number = 0; number < representatives.Count; number++)
        {
            for (var symbol = 0; symbol < table.SymbolCount; symbol++)
                next[(number * table.SymbolCount) + symbol] = numbers[classes[table.Next(representatives[number], symbol)]];
        }

        return new(new(table.Alphabet, next, start: 0), [.. representatives.Select(automaton.IsAccepting)]);
    }
}
