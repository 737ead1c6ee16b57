using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>
/// One kind of sums, those of the input or the recurrent ones, that a pass normalises: what forward leaves for backward, and the gradients of gain and bias,
/// which each row of the batch sums over time.
/// </summary>
internal sealed class NormalizedSums
{
    private readonly FloatBuffer normals = new();
    private readonly FloatBuffer spreads = new();
    private readonly FloatBuffer dGain = new();
    private readonly FloatBuffer dBias = new();
    private SumShape shape;
    private Floats gain;
    private Floats bias;
    private int stride;

    /// <summary>Bytes that a row of the gates takes.</summary>
    /// <param name="gateStride">Floats between rows of the gates.</param>
    public static long BytesOfRow(int gateStride) => sizeof(float) * (1L + gateStride);

    /// <summary>Makes room for the rows of a pass.</summary>
    /// <param name="sums">How the sums of a row lie.</param>
    /// <param name="weights">Gain and bias [gate columns].</param>
    /// <param name="rows">Rows of the buffer of gates.</param>
    /// <param name="gateStride">Floats between them.</param>
    public void Prepare(SumShape sums, (Floats Gain, Floats Bias) weights, int rows, int gateStride)
    {
        (shape, (gain, bias), stride) = (sums, weights, gateStride);
        normals.EnsureLength(checked(rows * stride));
        spreads.EnsureLength(rows);
    }

    /// <summary>Starts a backward pass.</summary>
    /// <param name="batchSize">B.</param>
    public void BeginBackward(int batchSize)
    {
        Clear(dGain, batchSize);
        Clear(dBias, batchSize);
    }

    /// <summary>Normalises the sums of some rows in place.</summary>
    /// <typeparam name="T">The lane type.</typeparam>
    /// <param name="sums">The first row.</param>
    /// <param name="bufferRow">Which row of the buffer of gates it is.</param>
    /// <param name="rows">How many rows.</param>
    public void Forward<T>(Floats sums, int bufferRow, int rows)
        where T : struct, ISimdLane<T>
    {
        for (nint row = 0; row < rows; row++)
            spreads.Span[bufferRow + (int)row] = SumNorm<T>.Forward(shape, gain, bias, sums + (row * stride), normals.Pointer + ((bufferRow + row) * stride));
    }

    /// <summary>Turns gradients of normalised sums into those of the sums, in place.</summary>
    /// <typeparam name="T">The lane type.</typeparam>
    /// <param name="gradients">The first row.</param>
    /// <param name="bufferRow">Which row of the buffer of gates it is.</param>
    /// <param name="batchRow">Which row of the batch it is.</param>
    /// <param name="rows">How many rows.</param>
    public void Backward<T>(Floats gradients, int bufferRow, int batchRow, int rows)
        where T : struct, ISimdLane<T>
    {
        for (nint row = 0; row < rows; row++)
        {
            SumNorm<T>.Backward(
                shape, gain, normals.Pointer + ((bufferRow + row) * stride), spreads.Span[bufferRow + (int)row], gradients + (row * stride),
                dGain.Pointer + ((batchRow + row) * stride), dBias.Pointer + ((batchRow + row) * stride));
        }
    }

    /// <summary>Adds the gradients of gain and bias to their parameters.</summary>
    /// <param name="parameters">Where to.</param>
    /// <param name="gainParameter">The gain.</param>
    /// <param name="biasParameter">The bias, or null for none.</param>
    /// <param name="batchSize">B.</param>
    public void Finish(WeightGradients parameters, Tensors.Parameter? gainParameter, Tensors.Parameter? biasParameter, int batchSize)
    {
        parameters.AddNorm(gainParameter, batchSize, dGain.Pointer, stride);
        parameters.AddNorm(biasParameter, batchSize, dBias.Pointer, stride);
    }

    private void Clear(FloatBuffer buffer, int batchSize)
    {
        buffer.EnsureLength(checked(batchSize * stride));
        buffer.Span.Clear();
    }
}
