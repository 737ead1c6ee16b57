using Unroll.Tensors;

namespace Unroll.Losses;

/// <summary>Losses of predicting numbers.</summary>
public static class RegressionLosses
{
    /// <summary><c>mean (prediction − target)²</c> over all values.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="prediction">Any shape of at least one value.</param>
    /// <param name="target">What is right, of the same shape.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or there is no value.</exception>
    public static Tensor MeanSquaredError(this Tape tape, Tensor prediction, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(target);
        if (prediction.Shape != target.Shape)
            throw new ArgumentException($"The prediction has shape {prediction.Shape}, the target {target.Shape}; they have to be the same.", nameof(target));
        if (prediction.Length == 0)
            throw new ArgumentException($"The prediction has shape {prediction.Shape}; a mean needs at least one value.", nameof(prediction));
        return tape.Record<MeanSquaredErrorOperation>().Forward(tape, prediction, target);
    }

    /// <summary><c>mean (prediction − target)²</c> over the steps of sequences of mixed length: what lies beyond a sequence's length does not count.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="prediction">[T, B, …].</param>
    /// <param name="target">What is right, of the same shape.</param>
    /// <param name="lengths">The length of each sequence, 1…T, or empty when all are T.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">The shapes differ, have no batch or no value, or the number of lengths is not B.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is outside 1…T.</exception>
    public static Tensor MeanSquaredError(this Tape tape, Tensor prediction, Tensor target, ReadOnlySpan<int> lengths)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(target);
        if (prediction.Shape != target.Shape)
            throw new ArgumentException($"The prediction has shape {prediction.Shape}, the target {target.Shape}; they have to be the same.", nameof(target));
        return tape.MeanSquaredError(tape.PackSequences(prediction, lengths), tape.PackSequences(target, lengths));
    }
}
