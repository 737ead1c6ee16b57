using Unroll.Automata;
using Unroll.Tensors;

namespace Tour.Automata;

/// <summary>
/// Texts of a language with the right answer after every symbol: is the text so far in the language? Half of the texts stay where it can still be reached, each
/// symbol that allows that with the same probability; the others do so up to a place of their own and then take any symbols.
/// </summary>
/// <param name="automaton">The language.</param>
internal sealed class LanguageTexts(Automaton automaton)
{
    private readonly bool[] live = Live(automaton);

    /// <summary>A: the size of the input.</summary>
    public int SymbolCount => automaton.Alphabet.Length;

    /// <summary>Draws texts.</summary>
    /// <param name="timeSteps">T.</param>
    /// <param name="count">B.</param>
    /// <param name="random">Where they come from.</param>
    /// <returns>One of A at each step, [T, B, A], and 1 for yes, 0 for no, [T·B].</returns>
    public (Tensor Input, int[] Answers) Draw(int timeSteps, int count, ref CounterRandom random)
    {
        var input = new Tensor(new(timeSteps, count, SymbolCount));
        var answers = new int[timeSteps * count];
        for (var row = 0; row < count; row++)
        {
            // Uniform in the logarithm, so that long texts go astray early as well as late.
            var astray = row % 2 == 0 ? timeSteps : (int)Math.Pow(timeSteps, random.NextDouble()) - 1;
            var state = automaton.Start;
            for (var step = 0; step < timeSteps; step++)
            {
                var symbol = Next(state, step < astray, ref random);
                state = automaton.Next(state, automaton.Alphabet[symbol]);
                input.Values[(((step * count) + row) * SymbolCount) + symbol] = 1;
                answers[(step * count) + row] = automaton.IsAccepting(state) ? 1 : 0;
            }
        }

        return (input, answers);
    }

    private int Next(int state, bool stays, ref CounterRandom random)
    {
        while (true)
        {
            var symbol = random.NextInt32(SymbolCount);
            if (!stays || !live[state] || live[automaton.Next(state, automaton.Alphabet[symbol])])
                return symbol;
        }
    }

    /// <summary>The states from which an accepting one can be reached.</summary>
    private static bool[] Live(Automaton automaton)
    {
        var live = Enumerable.Range(0, automaton.StateCount).Select(automaton.IsAccepting).ToArray();
        bool Reaches(int state) => automaton.Alphabet.Any(symbol => live[automaton.Next(state, symbol)]);
        while (Enumerable.Range(0, live.Length).Any(state => !live[state] && Reaches(state)))
        {
            for (var state = 0; state < live.Length; state++)
                live[state] |= Reaches(state);
        }

        return live;
    }
}
