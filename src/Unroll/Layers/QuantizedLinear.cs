using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Layers;

/// <summary>
/// A linear map whose matrix is kept in 16 or 8 bits a weight. It maps one row at a time and cannot be trained; <see cref="Linear.Quantize"/> makes it.
/// </summary>
public sealed class QuantizedLinear : IRowMap
{
    private readonly string name;
    private readonly NarrowMatrix matrix;
    private readonly StoredWeights? bias;

    /// <summary>Packs the parameters of a map.</summary>
    /// <param name="weight">W [out, in].</param>
    /// <param name="bias">b [out], or null.</param>
    internal QuantizedLinear(StoredWeights weight, StoredWeights? bias)
    {
        name = weight.Name;
        Weights = weight.Format;
        matrix = weight.Pack();
        this.bias = bias;
    }

    /// <summary>What its matrix is made of.</summary>
    public WeightFormat Weights { get; }

    /// <summary>Size of x.</summary>
    public int InputSize => matrix.Depth;

    /// <summary>Size of y.</summary>
    public int OutputSize => matrix.Rows;

    /// <summary><c>y = x · Wᵀ + b</c> for one row, allocating nothing after the first call.</summary>
    /// <param name="input">x [in].</param>
    /// <param name="output">y [out].</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Step(ReadOnlySpan<float> input, Span<float> output)
    {
        if (input.Length != InputSize)
            throw new ArgumentException($"This layer takes {InputSize} values; got {input.Length}.", nameof(input));
        if (output.Length != OutputSize)
            throw new ArgumentException($"This layer gives {OutputSize} values; there is room for {output.Length}.", nameof(output));
        RowProducts.Run(input, matrix, bias is null ? default : bias.Singles, output);
    }

    /// <summary><c>y = x · Wᵀ + b</c> for many rows, with the bits that each row gets alone; allocates nothing after the first call.</summary>
    /// <param name="rowCount">N, at least 0.</param>
    /// <param name="inputs">x [N, in].</param>
    /// <param name="outputs">y [N, out], overwritten; apart from the inputs.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of rows is negative.</exception>
    /// <exception cref="ArgumentException">A length does not fit, or inputs and outputs overlap.</exception>
    public void Step(int rowCount, ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        RowLengths.Check(rowCount, inputs, InputSize, outputs, OutputSize);
        SpanProducts.Run(rowCount, inputs, matrix, bias is null ? default : bias.Singles, outputs);
    }

    /// <summary>The parameters in the order of <see cref="Linear.Parameters"/>.</summary>
    internal IEnumerable<StoredWeights> Store() => bias is null ? [StoredWeights.Of(name, matrix)] : [StoredWeights.Of(name, matrix), bias];
}
