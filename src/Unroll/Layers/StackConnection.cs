using System.Globalization;
using Unroll.Tensors;

namespace Unroll.Layers;

/// <summary>The connections past the layers of a stack above the first, with the parameters of their gates.</summary>
internal sealed class StackConnection
{
    private readonly LayerConnection kind;

    /// <summary>For highways one map a layer, that of layer 1 first.</summary>
    private readonly Linear[] gates;

    /// <summary>Gates of zeros.</summary>
    public StackConnection(StackSizes sizes, RecurrentOptions options)
    {
        kind = options.Connection;
        gates = new Linear[kind == LayerConnection.Highway ? sizes.Layers - 1 : 0];
        for (var index = 0; index < gates.Length; index++)
        {
            var width = sizes.OutputOf(index + 1);
            gates[index] = new(width, width, options.Bias);
            foreach (var parameter in gates[index].Parameters)
                parameter.Name = string.Create(CultureInfo.InvariantCulture, $"{parameter.Name}_highway_l{index + 1}");
        }
    }

    /// <summary>For each highway, bottom layer first: <c>weight_highway_l1</c> [W, W] and <c>bias_highway_l1</c> [W].</summary>
    public IEnumerable<Parameter> Parameters => gates.SelectMany(gate => gate.Parameters);

    /// <summary>Whether a layer's input is read besides by its cell.</summary>
    public bool ReadsInputOf(int layer) => layer > 0 && kind != LayerConnection.Plain;

    /// <summary>The output of a layer.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="layer">Which, 0 for the bottom.</param>
    /// <param name="hidden">What its cell gave [T, B, W].</param>
    /// <param name="input">What the layer reads [T, B, W].</param>
    public Tensor Forward(Tape tape, int layer, Tensor hidden, Tensor input)
    {
        if (!ReadsInputOf(layer))
            return hidden;
        if (kind == LayerConnection.Residual)
            return tape.Add(hidden, input);
        // g ∘ h + (1 − g) ∘ x = x + g ∘ (h − x)
        var gate = tape.Sigmoid(gates[layer - 1].Forward(tape, input));
        return tape.Add(tape.Multiply(tape.Subtract(hidden, input), gate), input);
    }

    /// <summary>The same for single steps; null for plain stacks.</summary>
    public StepConnection? Steps() => kind == LayerConnection.Plain ? null : new(gates);
}
