namespace Unroll.Layers;

/// <summary>A linear map of rows without a tape, its weights in any format.</summary>
internal interface IRowMap
{
    /// <summary>Maps one row.</summary>
    /// <param name="input">x [in].</param>
    /// <param name="output">y [out].</param>
    void Step(ReadOnlySpan<float> input, Span<float> output);

    /// <summary>Maps many rows, each with the bits that it gets alone.</summary>
    /// <param name="rowCount">N.</param>
    /// <param name="inputs">x [N, in].</param>
    /// <param name="outputs">y [N, out], apart from the inputs.</param>
    void Step(int rowCount, ReadOnlySpan<float> inputs, Span<float> outputs);
}
