using Unroll.Layers;

namespace Unroll.Automata;

/// <summary>
/// A compiled automaton that reads one symbol at a time. All it answers comes from the network: the layer's step, its hidden state and the readout. A step
/// allocates nothing. Not safe for use from two threads at once.
/// </summary>
public sealed class AutomatonStream
{
    private readonly CompiledAutomaton network;
    private readonly RecurrentStream stream;
    private readonly float[] input;
    private readonly float[] answer = new float[1];

    internal AutomatonStream(CompiledAutomaton network)
    {
        this.network = network;
        stream = network.Recurrent.OpenStream();
        input = new float[network.Automaton.Alphabet.Length];
    }

    /// <summary>h [N] of the layer, valid until the next step.</summary>
    public ReadOnlySpan<float> Hidden => stream.Output;

    /// <summary>The state of the automaton, read from <see cref="Hidden"/>.</summary>
    public int State => network.StateOf(Hidden);

    /// <summary>Whether the text so far is accepted: whether the readout of <see cref="Hidden"/> is above 0.</summary>
    public bool IsAccepting
    {
        get
        {
            network.Readout.Step(Hidden, answer);
            return answer[0] > 0;
        }
    }

    /// <summary>Reads a symbol.</summary>
    /// <param name="symbol">A symbol of the alphabet.</param>
    /// <returns>Whether the text so far is accepted.</returns>
    /// <exception cref="ArgumentException">The symbol is not in the alphabet.</exception>
    public bool Step(char symbol)
    {
        Read(network.Automaton.Table.KnownNumberOf(symbol, nameof(symbol)));
        return IsAccepting;
    }

    /// <summary>Goes back to the start.</summary>
    public void Reset() => stream.Reset();

    /// <summary>Reads a symbol, unless it is not in the alphabet.</summary>
    internal bool TryStep(char symbol)
    {
        var number = network.Automaton.Table.NumberOf(symbol);
        if (number >= 0)
            Read(number);
        return number >= 0;
    }

    private void Read(int symbol)
    {
        input[symbol] = 1;
        stream.Step(input);
        input[symbol] = 0;
    }
}
