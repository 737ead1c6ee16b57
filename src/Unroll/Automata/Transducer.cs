using Unroll.Cells;

namespace Unroll.Automata;

/// <summary>
/// A finite machine that writes one symbol for each symbol it reads: which one, its state and the symbol say. Deterministic and complete.
/// </summary>
/// <remarks>Mealy, "A Method for Synthesizing Sequential Circuits" (1955). Symbols are characters, UTF-16 code units. Immutable, and safe for use from many threads.</remarks>
public sealed class Transducer
{
    private readonly string[] written;

    /// <summary>A machine from its tables.</summary>
    /// <param name="alphabet">A different characters, at least one: what it reads. The order is that of the columns.</param>
    /// <param name="outputs">O different characters, at least one: what it writes.</param>
    /// <param name="transitions">Q rows of A states: the state that follows state q on symbol a. States are numbered from 0.</param>
    /// <param name="written">Q rows of A characters: what is written in state q on symbol a.</param>
    /// <param name="start">The state before the first symbol.</param>
    /// <exception cref="ArgumentException">An alphabet is empty or has a symbol twice, a row has another length, or a symbol is none of the outputs.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A state is not one of 0…Q − 1.</exception>
    public Transducer(string alphabet, string outputs, IReadOnlyList<IReadOnlyList<int>> transitions, IReadOnlyList<string> written, int start = 0)
    {
        ArgumentNullException.ThrowIfNull(written);
        Table = TransitionTable.Of(alphabet, transitions, start);
        TransitionTable.CheckAlphabet(outputs);
        if (written.Count != Table.StateCount)
            throw new ArgumentException($"There are {written.Count} rows of written symbols for {Table.StateCount} states.", nameof(written));
        for (var state = 0; state < written.Count; state++)
        {
            if (written[state]?.Length != alphabet.Length)
                throw new ArgumentException($"State {state} has the written symbols \"{written[state]}\"; expected {alphabet.Length}, one for each symbol of \"{alphabet}\".", nameof(written));
            var unknown = written[state].AsSpan().IndexOfAnyExcept(outputs);
            if (unknown >= 0)
                throw new ArgumentException($"State {state} writes {TransitionTable.Shown(written[state][unknown])}, which is not in the outputs \"{outputs}\".", nameof(written));
        }

        Outputs = outputs;
        this.written = [.. written];
    }

    /// <summary>What it reads, in the order of the columns of the tables.</summary>
    public string Alphabet => Table.Alphabet;

    /// <summary>What it writes.</summary>
    public string Outputs { get; }

    /// <summary>Q: the number of states.</summary>
    public int StateCount => Table.StateCount;

    internal TransitionTable Table { get; }

    /// <summary>
    /// Serial addition of two numbers in binary, lowest bits first: reads the two bits of a place as one of <c>0 1 2 3</c>, twice the first bit and the second, and
    /// writes the bit of the sum. The state is the carry.
    /// </summary>
    public static Transducer BinaryAdder() => new("0123", "01", [[0, 0, 0, 1], [0, 1, 1, 1]], ["0110", "1001"]);

    /// <summary>What it writes for a text, by the tables.</summary>
    /// <param name="text">The text, possibly empty.</param>
    /// <returns>As many symbols.</returns>
    /// <exception cref="ArgumentException">The text has a character outside the alphabet.</exception>
    public string Run(string text)
    {
        var symbols = Table.NumbersOf(text);
        return string.Create(symbols.Length, symbols, (result, read) =>
        {
            var state = Table.Start;
            for (var step = 0; step < read.Length; step++)
            {
                result[step] = written[state][read[step]];
                state = Table.Next(state, read[step]);
            }
        });
    }

    /// <summary>The weights of a recurrent network that does exactly what this machine does.</summary>
    /// <param name="cell"><see cref="Cell.RnnRelu"/>, which null stands for, or <see cref="Cell.RnnTanh"/>.</param>
    /// <returns>A recurrent layer of Q·A units and a linear layer that says which symbol is written.</returns>
    /// <exception cref="ArgumentException">The cell is another one.</exception>
    /// <exception cref="InvalidOperationException">There are more than <see cref="CompiledAutomaton.MaximumUnits"/> units.</exception>
    public CompiledTransducer Compile(Cell? cell = null) => new(this, cell ?? Cell.RnnRelu);

    /// <summary>What the transition of a unit writes.</summary>
    internal char WrittenBy(int unit) => written[unit / Alphabet.Length][unit % Alphabet.Length];
}
