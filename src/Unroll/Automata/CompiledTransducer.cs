using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Automata;

/// <summary>
/// A machine that writes, as a recurrent network whose weights are set: a vanilla recurrent layer of one unit for each transition, as in
/// <see cref="CompiledAutomaton"/>, and a linear layer that says what the transition writes. Exact for texts of any length.
/// </summary>
public sealed class CompiledTransducer
{
    private readonly TransitionNetwork network;

    internal CompiledTransducer(Transducer transducer, Cell cell)
    {
        Transducer = transducer;
        network = new(transducer.Table, cell);
        Readout = network.Readout(new float[transducer.Outputs.Length], (output, unit) => transducer.WrittenBy(unit) == transducer.Outputs[output] ? 1 : 0);
    }

    /// <summary>What was compiled.</summary>
    public Transducer Transducer { get; }

    /// <summary>The recurrent layer: A inputs, one of them 1; N = Q·A units.</summary>
    public Recurrent Recurrent => network.Recurrent;

    /// <summary>The linear layer, N to O: 1 for the symbol that the last step wrote, 0 for the others; before the first step 0 for all.</summary>
    public Linear Readout { get; }

    /// <summary>What the network writes for a text, in one forward pass.</summary>
    /// <param name="text">The text, possibly empty.</param>
    /// <returns>As many symbols.</returns>
    /// <exception cref="ArgumentException">The text has a character outside the alphabet.</exception>
    public string Run(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
            return "";
        var tape = new Tape(recording: false);
        var scores = Readout.Forward(tape, Recurrent.Forward(tape, Encode(text)).Output);
        return string.Create(text.Length, scores, (result, all) =>
        {
            for (var step = 0; step < result.Length; step++)
                result[step] = Transducer.Outputs[all.Values.Slice(step * Transducer.Outputs.Length, Transducer.Outputs.Length).IndexOf(1f)];
        });
    }

    /// <summary>A text as the layer's input, for a whole forward pass.</summary>
    /// <param name="text">At least one symbol.</param>
    /// <returns>[T, 1, A]: a 1 at the symbol of each step.</returns>
    /// <exception cref="ArgumentException">The text is empty or has a character outside the alphabet.</exception>
    public Tensor Encode(string text) => network.Encode(text);

    /// <summary>The state of the machine that a hidden state of the layer stands for.</summary>
    /// <param name="hidden">h [N] after a step, or before the first.</param>
    /// <exception cref="ArgumentException">There are not N values, or they are not such as the network gives.</exception>
    public int StateOf(ReadOnlySpan<float> hidden) => network.StateOf(hidden);
}
