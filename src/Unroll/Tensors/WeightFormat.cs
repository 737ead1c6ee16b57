namespace Unroll.Tensors;

/// <summary>
/// How the weights of a model that only computes are kept. Smaller weights are read faster, and reading them is what a streaming step of a large
/// layer waits for. Biases, states and results are float32 in every format.
/// </summary>
public enum WeightFormat
{
    /// <summary>IEEE 754 single precision: what training uses, and its result.</summary>
    Float32,

    /// <summary>
    /// The upper half of float32, rounded to nearest with ties to even: the same range, 8 significant bits. A product has the bits of the float32
    /// product with the rounded weights.
    /// </summary>
    BFloat16,

    /// <summary>
    /// Signed bytes −127…127 with one float32 scale for each row of a matrix. A product also rounds its input to such bytes, with a scale of its own for each
    /// step; the sums between are exact.
    /// </summary>
    Int8,
}
