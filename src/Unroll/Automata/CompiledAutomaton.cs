using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Automata;

/// <summary>
/// An automaton as a recurrent network: a vanilla recurrent layer and a linear layer whose weights are set, not learned. It is exact: for texts of any length the
/// network is in the state of the automaton and accepts what the automaton accepts, without a rounding error.
/// </summary>
/// <remarks>
/// One unit for each transition: unit <c>q·A + a</c> is 1 after a step when the automaton was in state q and read symbol a; all others are 0, or −1 with tanh.
/// Minsky, "Computation: Finite and Infinite Machines" (1967), chapter 3; that one layer of first order needs states split by symbols: Goudreau, Giles, Chakradhar and
/// Chen, "First-Order Versus Second-Order Single-Layer Recurrent Neural Networks" (1994). Equations and proof: docs/tour/10-weights-as-a-program.md.
/// </remarks>
public sealed class CompiledAutomaton
{
    /// <summary>The most units, that is states times symbols, that are compiled.</summary>
    public const int MaximumUnits = TransitionNetwork.MaximumUnits;

    private readonly TransitionNetwork network;

    internal CompiledAutomaton(Automaton automaton, Cell cell)
    {
        Automaton = automaton;
        network = new(automaton.Table, cell);
        Readout = network.Readout([Answer(automaton.Start)], (_, unit) => Answer(network.After(unit)));
    }

    /// <summary>What was compiled.</summary>
    public Automaton Automaton { get; }

    /// <summary>The recurrent layer: A inputs, one of them 1; N = Q·A units.</summary>
    public Recurrent Recurrent => network.Recurrent;

    /// <summary>The linear layer, N to 1: 1 where the text so far is accepted, −1 where not.</summary>
    public Linear Readout { get; }

    /// <summary>N = Q·A.</summary>
    public int UnitCount => network.UnitCount;

    /// <summary>Whether a text is in the language, by the network, step by step. One with a character outside the alphabet is not.</summary>
    /// <param name="text">The text, possibly empty.</param>
    public bool Accepts(ReadOnlySpan<char> text)
    {
        var stream = OpenStream();
        foreach (var symbol in text)
        {
            if (!stream.TryStep(symbol))
                return false;
        }

        return stream.IsAccepting;
    }

    /// <summary>Opens a stream: the network symbol by symbol, with a state of its own. Many streams may share one network.</summary>
    public AutomatonStream OpenStream() => new(this);

    /// <summary>A text as the layer's input, for a whole forward pass.</summary>
    /// <param name="text">At least one symbol.</param>
    /// <returns>[T, 1, A]: a 1 at the symbol of each step.</returns>
    /// <exception cref="ArgumentException">The text is empty or has a character outside the alphabet.</exception>
    public Tensor Encode(string text) => network.Encode(text);

    /// <summary>The state of the automaton that a hidden state of the layer stands for.</summary>
    /// <param name="hidden">h [N] after a step, or before the first.</param>
    /// <exception cref="ArgumentException">There are not N values, or they are not such as the network gives.</exception>
    public int StateOf(ReadOnlySpan<float> hidden) => network.StateOf(hidden);

    private float Answer(int state) => Automaton.IsAccepting(state) ? 1 : -1;
}
