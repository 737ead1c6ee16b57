namespace Unroll.Layers;

/// <summary>The lengths of a map of many rows between spans.</summary>
internal static class RowLengths
{
    /// <summary>Fails unless the spans hold that many rows and lie apart.</summary>
    public static void Check(int rowCount, ReadOnlySpan<float> inputs, int inputSize, ReadOnlySpan<float> outputs, int outputSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        if (inputs.Length != (long)rowCount * inputSize)
            throw new ArgumentException($"{rowCount} rows of this layer take {(long)rowCount * inputSize} values, {inputSize} each; got {inputs.Length}.", nameof(inputs));
        if (outputs.Length != (long)rowCount * outputSize)
            throw new ArgumentException($"{rowCount} rows of this layer give {(long)rowCount * outputSize} values, {outputSize} each; there is room for {outputs.Length}.", nameof(outputs));
        if (inputs.Overlaps(outputs))
            throw new ArgumentException("The outputs overlap the inputs, which other rows still have to read; give them memory of their own.", nameof(outputs));
    }
}
