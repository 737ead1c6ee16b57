namespace Unroll.Automata;

/// <summary>
/// A partition of states into sets, which are split by marking: the states of a set lie side by side, marked ones first. Marking takes constant time, splitting the time of
/// the smaller half.
/// </summary>
internal sealed class StateSets
{
    private readonly int[] states;
    private readonly int[] placeOf;
    private readonly int[] setOf;
    private readonly List<(int First, int End, int MarkedEnd)> sets = [];
    private readonly List<int> touched = [];

    /// <summary>One set of all states.</summary>
    public StateSets(int count)
    {
        states = [.. Enumerable.Range(0, count)];
        placeOf = [.. states];
        setOf = new int[count];
        sets.Add((0, count, 0));
    }

    /// <summary>The number of sets.</summary>
    public int Count => sets.Count;

    /// <summary>The set of a state.</summary>
    public int SetOf(int state) => setOf[state];

    /// <summary>The states of a set, in no order.</summary>
    public ReadOnlySpan<int> StatesOf(int set) => states.AsSpan(sets[set].First, sets[set].End - sets[set].First);

    /// <summary>Marks a state that is not marked.</summary>
    public void Mark(int state)
    {
        var (first, end, marked) = sets[setOf[state]];
        if (marked == first)
            touched.Add(setOf[state]);
        var other = states[marked];
        (states[marked], states[placeOf[state]]) = (state, other);
        (placeOf[other], placeOf[state]) = (placeOf[state], marked);
        sets[setOf[state]] = (first, end, marked + 1);
    }

    /// <summary>Splits each set that has marked states and others, and unmarks all. The smaller half gets a new number.</summary>
    /// <param name="onNew">Called with each new number.</param>
    public void SplitMarked(Action<int> onNew)
    {
        foreach (var set in touched)
        {
            var (first, end, marked) = sets[set];
            sets[set] = (first, end, first);
            if (marked == end)
                continue;
            var isFirstSmaller = marked - first <= end - marked;
            var (newFirst, newEnd) = isFirstSmaller ? (first, marked) : (marked, end);
            sets[set] = isFirstSmaller ? (marked, end, marked) : (first, marked, first);
            for (var place = newFirst; place < newEnd; place++)
                setOf[states[place]] = sets.Count;
            sets.Add((newFirst, newEnd, newFirst));
            onNew(sets.Count - 1);
        }

        touched.Clear();
    }
}
