using System.Globalization;

namespace Unroll.Automata;

/// <summary>The transitions of a deterministic, complete finite machine: one next state for each state and symbol.</summary>
internal sealed class TransitionTable
{
    /// <summary>More states than this are refused: it bounds what a table may take.</summary>
    public const int MaximumStates = 1 << 20;

    private readonly Dictionary<char, int> numbers;
    private readonly int[] next;

    /// <summary>Takes over a table that is known to be right.</summary>
    /// <param name="alphabet">A different characters.</param>
    /// <param name="next">[Q, A].</param>
    /// <param name="start">The start state.</param>
    public TransitionTable(string alphabet, int[] next, int start)
    {
        Alphabet = alphabet;
        this.next = next;
        Start = start;
        numbers = Numbers(alphabet);
    }

    /// <summary>The symbols, in the order of their numbers.</summary>
    public string Alphabet { get; }

    /// <summary>The start state.</summary>
    public int Start { get; }

    /// <summary>A.</summary>
    public int SymbolCount => Alphabet.Length;

    /// <summary>Q.</summary>
    public int StateCount => next.Length / Alphabet.Length;

    /// <summary>Checks and copies a table from outside.</summary>
    public static TransitionTable Of(string alphabet, IReadOnlyList<IReadOnlyList<int>> transitions, int start)
    {
        ArgumentNullException.ThrowIfNull(transitions);
        CheckAlphabet(alphabet);
        if (transitions.Count is 0 or > MaximumStates)
            throw new ArgumentException($"There are transitions of {transitions.Count} states; expected 1 to {MaximumStates}.", nameof(transitions));
        var next = new int[checked(transitions.Count * alphabet.Length)];
        for (var state = 0; state < transitions.Count; state++)
        {
            var row = transitions[state] ?? throw new ArgumentException($"State {state} has no row of transitions.", nameof(transitions));
            if (row.Count != alphabet.Length)
                throw new ArgumentException($"State {state} has {row.Count} transitions; expected {alphabet.Length}, one for each symbol of \"{alphabet}\".", nameof(transitions));
            for (var symbol = 0; symbol < row.Count; symbol++)
            {
                CheckState(row[symbol], transitions.Count, $"The transition of state {state} on {Shown(alphabet[symbol])}", nameof(transitions));
                next[(state * alphabet.Length) + symbol] = row[symbol];
            }
        }

        CheckState(start, transitions.Count, "The start", nameof(start));
        return new(alphabet, next, start);
    }

    /// <summary>Fails unless the alphabet has a symbol and none of them twice.</summary>
    public static void CheckAlphabet(string alphabet)
    {
        ArgumentNullException.ThrowIfNull(alphabet);
        if (alphabet.Length == 0)
            throw new ArgumentException("The alphabet is empty; expected at least one symbol.", nameof(alphabet));
        for (var index = 1; index < alphabet.Length; index++)
        {
            if (alphabet.IndexOf(alphabet[index], 0, index) >= 0)
                throw new ArgumentException($"The alphabet has {Shown(alphabet[index])} twice; each symbol stands in it once.", nameof(alphabet));
        }
    }

    /// <summary>Fails unless a state is one of Q.</summary>
    public static void CheckState(int state, int stateCount, string what, string parameter)
    {
        if (state < 0 || state >= stateCount)
            throw new ArgumentOutOfRangeException(parameter, state, $"{what} is state {state}; the states are 0 to {stateCount - 1}.");
    }

    /// <summary>A character as messages show it.</summary>
    public static string Shown(char symbol) =>
        char.IsControl(symbol) || char.IsSurrogate(symbol) || char.IsWhiteSpace(symbol)
            ? string.Create(CultureInfo.InvariantCulture, $"U+{(int)symbol:X4}")
            : $"'{symbol}'";

    /// <summary>δ(state, symbol).</summary>
    public int Next(int state, int symbol) => next[(state * Alphabet.Length) + symbol];

    /// <summary>The number of a symbol, or −1.</summary>
    public int NumberOf(char symbol) => numbers.GetValueOrDefault(symbol, -1);

    /// <summary>The number of a symbol that has to be in the alphabet.</summary>
    public int KnownNumberOf(char symbol, string parameter)
    {
        var number = NumberOf(symbol);
        return number >= 0 ? number : throw new ArgumentException($"The symbol {Shown(symbol)} is not in the alphabet \"{Alphabet}\".", parameter);
    }

    /// <summary>The numbers of the symbols of a text.</summary>
    public int[] NumbersOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var found = new int[text.Length];
        for (var position = 0; position < text.Length; position++)
        {
            found[position] = NumberOf(text[position]);
            if (found[position] < 0)
                throw new ArgumentException($"The symbol {Shown(text[position])} at position {position} is not in the alphabet \"{Alphabet}\".", nameof(text));
        }

        return found;
    }

    private static Dictionary<char, int> Numbers(string alphabet)
    {
        var numbers = new Dictionary<char, int>(alphabet.Length);
        for (var symbol = 0; symbol < alphabet.Length; symbol++)
            numbers.Add(alphabet[symbol], symbol);
        return numbers;
    }
}
