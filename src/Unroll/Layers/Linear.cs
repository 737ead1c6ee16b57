using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Layers;

/// <summary>A linear map, <c>y = x · Wᵀ + b</c>.</summary>
public sealed class Linear : Layer, IRowMap
{
    private readonly Parameter[] parameters;

    /// <summary>A layer of zeros; an initialiser or a file gives the values.</summary>
    /// <param name="inputSize">Size of the last dimension of x, at least 1.</param>
    /// <param name="outputSize">Size of the last dimension of y, at least 1.</param>
    /// <param name="bias">Whether there is a b.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public Linear(int inputSize, int outputSize, bool bias = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputSize, 1);
        Weight = new("weight", new(outputSize, inputSize));
        Bias = bias ? new("bias", new(outputSize)) : null;
        parameters = Bias is null ? [Weight] : [Weight, Bias];
    }

    /// <summary>W [out, in].</summary>
    public Parameter Weight { get; }

    /// <summary>b [out], or null.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>Applies the map to the last dimension.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">[… , in].</param>
    /// <returns>[… , out].</returns>
    /// <exception cref="ArgumentException">The last dimension is not the input size.</exception>
    public Tensor Forward(Tape tape, Tensor input) => tape.Linear(input, Weight, Bias);

    /// <summary>Applies the map to one row without a tape, allocating nothing after the first call.</summary>
    /// <param name="input">x [in].</param>
    /// <param name="output">y [out].</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Step(ReadOnlySpan<float> input, Span<float> output)
    {
        if (input.Length != Weight.Shape[1])
            throw new ArgumentException($"This layer takes {Weight.Shape[1]} values; got {input.Length}.", nameof(input));
        if (output.Length != Weight.Shape[0])
            throw new ArgumentException($"This layer gives {Weight.Shape[0]} values; there is room for {output.Length}.", nameof(output));
        RowProducts.Run(input, Weight.Packed.ForwardRow, Bias is null ? default : Bias.Values, output);
    }

    /// <summary>Applies the map to many rows without a tape, with the bits that each row gets alone; allocates nothing after the first call.</summary>
    /// <param name="rowCount">N, at least 0.</param>
    /// <param name="inputs">x [N, in].</param>
    /// <param name="outputs">y [N, out], overwritten; apart from the inputs.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of rows is negative.</exception>
    /// <exception cref="ArgumentException">A length does not fit, or inputs and outputs overlap.</exception>
    public void Step(int rowCount, ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        RowLengths.Check(rowCount, inputs, Weight.Shape[1], outputs, Weight.Shape[0]);
        if (rowCount > 0)
            SpanProducts.Run(rowCount, inputs, Weight.Packed.Forward, Bias is null ? default : Bias.Pointer, outputs);
        GC.KeepAlive(this);
    }

    /// <summary>A copy whose matrix takes fewer bits, for steps alone.</summary>
    /// <param name="weights">The format of the copy.</param>
    /// <exception cref="ArgumentOutOfRangeException">The format is float32, which this layer is, or unknown.</exception>
    /// <exception cref="InvalidOperationException">A weight is not finite, or too large for the format.</exception>
    public QuantizedLinear Quantize(WeightFormat weights)
    {
        StoredWeights.CheckNarrow(weights, nameof(weights));
        return new(StoredWeights.Of(Weight, weights), Bias is null ? null : StoredWeights.Of(Bias, weights));
    }
}
