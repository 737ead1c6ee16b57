using Unroll.Kernels;

namespace Unroll.Layers;

/// <summary>
/// The connections past the layers above the first, for single steps of one stream or many. Gives the bits of <see cref="StackConnection"/>; streams share
/// it.
/// </summary>
/// <param name="gates">For highways the map of each layer's gate, that of layer 1 first; for residual connections nothing.</param>
internal sealed class StepConnection(IReadOnlyList<IRowMap> gates)
{
    /// <summary>The output of one layer for some rows that lie side by side.</summary>
    /// <param name="layer">Which, at least 1.</param>
    /// <param name="rows">N, at least 1.</param>
    /// <param name="width">W.</param>
    /// <param name="hidden">What the cells gave [N, W].</param>
    /// <param name="input">What the layer read [N, W].</param>
    /// <param name="scratch">[N, W].</param>
    /// <param name="output">[N, W], apart from all others.</param>
    public void Apply(int layer, int rows, int width, Floats hidden, Floats input, Floats scratch, Floats output)
    {
        var length = checked(rows * width);
        if (gates.Count == 0)
        {
            Elementwise<SumOf>.Run(default, hidden, input, output, length);
            return;
        }

        var gate = gates[layer - 1];
        if (rows == 1)
            gate.Step(input.Span(width), output.Span(width));
        else
            gate.Step(rows, input.Span(length), output.Span(length));
        Elementwise<ValueOf<SigmoidFunction>>.Run(default, output, output, output, length);
        Elementwise<DifferenceOf>.Run(default, hidden, input, scratch, length);
        Elementwise<ProductOf>.Run(default, scratch, output, scratch, length);
        Elementwise<SumOf>.Run(default, scratch, input, output, length);
    }
}
