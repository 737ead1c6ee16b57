using Unroll.Tensors;

namespace Unroll.Losses;

/// <summary>The loss of predicting one of V classes.</summary>
public static class SoftmaxCrossEntropy
{
    /// <summary>
    /// The mean cross entropy, in nats, of <c>softmax(x · Wᵀ + b)</c> against the right classes: the last product of a model, the softmax, the loss
    /// and its gradient in one pass over the logits, which stay in memory only once.
    /// </summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">x [… , H].</param>
    /// <param name="weight">W [V, H].</param>
    /// <param name="bias">b [V], or null.</param>
    /// <param name="targets">The right class for each row of x, 0…V − 1.</param>
    /// <returns>A scalar: −mean ln p(target).</returns>
    /// <exception cref="ArgumentException">The sizes do not fit, or there is no row.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is outside 0…V − 1.</exception>
    public static Tensor LinearSoftmaxCrossEntropy(this Tape tape, Tensor input, Parameter weight, Parameter? bias, ReadOnlySpan<int> targets)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.Shape.Rank != 2 || input.Shape.Rank == 0 || input.Shape.Last != weight.Shape[1])
            throw new ArgumentException($"The weight {weight.Name} has shape {weight.Shape}; an input of shape {input.Shape} needs [vocabularySize, {input.Shape.Last}].", nameof(weight));
        if (bias is not null && bias.Shape != new Shape(weight.Shape[0]))
            throw new ArgumentException($"The bias {bias.Name} has shape {bias.Shape}; the weight {weight.Shape} needs [{weight.Shape[0]}].", nameof(bias));
        CheckTargets(targets, input.Shape.Rows, weight.Shape[0]);
        return LinearSoftmaxByClassOperation.Pays(input.Shape.Rows, weight.Shape[0])
            ? tape.Record<LinearSoftmaxByClassOperation>().Forward(tape, input, weight, bias, targets)
            : tape.Record<LinearSoftmaxOperation>().Forward(tape, input, weight, bias, targets);
    }

    /// <summary>The mean cross entropy, in nats, of <c>softmax(logits)</c> against the right classes.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="logits">[… , V].</param>
    /// <param name="targets">The right class for each row, 0…V − 1.</param>
    /// <returns>A scalar: −mean ln p(target).</returns>
    /// <exception cref="ArgumentException">The number of targets is not the number of rows, or there is no row.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is outside 0…V − 1.</exception>
    public static Tensor CrossEntropy(this Tape tape, Tensor logits, ReadOnlySpan<int> targets)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(logits);
        CheckTargets(targets, logits.Shape.Rows, logits.Shape.Last);
        return tape.Record<SoftmaxOperation>().Forward(tape, logits, targets);
    }

    /// <summary>
    /// As <see cref="LinearSoftmaxCrossEntropy(Tape, Tensor, Parameter, Parameter?, ReadOnlySpan{int})"/> over the steps of sequences of mixed length: the mean
    /// over all steps that there are. Steps beyond a length cost nothing.
    /// </summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">x [T, B, H].</param>
    /// <param name="weight">W [V, H].</param>
    /// <param name="bias">b [V], or null.</param>
    /// <param name="targets">T·B right classes, time-major; those beyond a sequence's length are not looked at.</param>
    /// <param name="lengths">The length of each sequence, 1…T, or empty when all are T.</param>
    /// <returns>A scalar: −mean ln p(target).</returns>
    /// <exception cref="ArgumentException">The sizes do not fit, or there is no row.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target within its sequence is outside 0…V − 1, or a length outside 1…T.</exception>
    public static Tensor LinearSoftmaxCrossEntropy(
        this Tape tape, Tensor input, Parameter weight, Parameter? bias, ReadOnlySpan<int> targets, ReadOnlySpan<int> lengths)
    {
        ArgumentNullException.ThrowIfNull(weight);
        var packed = SequenceOperations.PackSequences(tape, input, lengths, targets, weight.Shape[0], out var picked);
        return tape.LinearSoftmaxCrossEntropy(packed, weight, bias, picked);
    }

    /// <summary>As <see cref="CrossEntropy(Tape, Tensor, ReadOnlySpan{int})"/> over the steps of sequences of mixed length: the mean over all steps that there are.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="logits">[T, B, V].</param>
    /// <param name="targets">T·B right classes, time-major; those beyond a sequence's length are not looked at.</param>
    /// <param name="lengths">The length of each sequence, 1…T, or empty when all are T.</param>
    /// <returns>A scalar: −mean ln p(target).</returns>
    /// <exception cref="ArgumentException">The sizes do not fit, or there is no row.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target within its sequence is outside 0…V − 1, or a length outside 1…T.</exception>
    public static Tensor CrossEntropy(this Tape tape, Tensor logits, ReadOnlySpan<int> targets, ReadOnlySpan<int> lengths)
    {
        ArgumentNullException.ThrowIfNull(logits);
        var packed = SequenceOperations.PackSequences(tape, logits, lengths, targets, logits.Shape.Last, out var picked);
        return tape.CrossEntropy(packed, picked);
    }

    /// <summary>The weighted mean of the cross entropies, in nats, of <c>softmax(logits)</c> against the right classes.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="logits">[… , V].</param>
    /// <param name="targets">The right class for each row, 0…V − 1.</param>
    /// <param name="weights">How much each row counts, finite and over 0; as many as targets.</param>
    /// <returns>A scalar: −Σ w · ln p(target) / Σ w.</returns>
    /// <exception cref="ArgumentException">The number of targets or weights is not the number of rows, there is no row, or a weight is not finite and over 0.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is outside 0…V − 1.</exception>
    public static Tensor WeightedCrossEntropy(this Tape tape, Tensor logits, ReadOnlySpan<int> targets, ReadOnlySpan<float> weights)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(logits);
        CheckTargets(targets, logits.Shape.Rows, logits.Shape.Last);
        if (weights.Length != targets.Length)
            throw new ArgumentException($"There are {weights.Length} weights for {targets.Length} rows; each row needs one.", nameof(weights));
        foreach (var weight in weights)
        {
            if (!float.IsFinite(weight) || weight <= 0)
                throw new ArgumentException(FormattableString.Invariant($"A row has the weight {weight}; expected a finite number over 0."), nameof(weights));
        }

        return tape.Record<SoftmaxOperation>().Forward(tape, logits, targets, weights);
    }

    private static void CheckTargets(ReadOnlySpan<int> targets, int rows, int classes)
    {
        if (rows == 0 || targets.Length != rows)
            throw new ArgumentException($"There are {targets.Length} targets for {rows} rows; each row needs one, and there must be at least one.", nameof(targets));
        for (var row = 0; row < rows; row++)
        {
            if ((uint)targets[row] >= (uint)classes)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(targets), targets[row],
                    $"Target {targets[row]} at position {row} is outside the vocabulary (size {classes}). Was the text encoded with another vocabulary?");
            }
        }
    }
}
