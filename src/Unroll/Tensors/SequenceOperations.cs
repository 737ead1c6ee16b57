namespace Unroll.Tensors;

/// <summary>Operations on batches of sequences of mixed length.</summary>
public static class SequenceOperations
{
    /// <summary>
    /// The rows of all steps that a sequence has, time-major, without those beyond its length: what a loss or a last product needs to see of a padded batch.
    /// </summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">[T, B, …], of rank 2 or more.</param>
    /// <param name="lengths">The length of each sequence, 1…T, or empty when all are T.</param>
    /// <returns>[N, …], N the sum of the lengths: first the first steps of all sequences, then the second steps of those that have one.</returns>
    /// <exception cref="ArgumentException">The input has no batch, or the number of lengths is not B.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is outside 1…T.</exception>
    public static Tensor PackSequences(this Tape tape, Tensor input, ReadOnlySpan<int> lengths)
    {
        Check(tape, input, lengths);
        return tape.Record<PackOperation>().Forward(tape, input, lengths);
    }

    /// <summary>Packs, and picks the targets of the rows that are left.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">[T, B, …].</param>
    /// <param name="lengths">The length of each sequence, or empty.</param>
    /// <param name="targets">T·B classes, one for each row of the input.</param>
    /// <param name="classes">V: those of the rows that are left are 0…V − 1.</param>
    /// <param name="picked">The targets of the rows that are left; valid for this pass of the tape.</param>
    internal static Tensor PackSequences(
        Tape tape, Tensor input, ReadOnlySpan<int> lengths, ReadOnlySpan<int> targets, int classes, out ReadOnlySpan<int> picked)
    {
        Check(tape, input, lengths);
        var (timeSteps, batchSize) = (input.Shape[0], input.Shape[1]);
        if (targets.Length != timeSteps * batchSize)
            throw new ArgumentException($"There are {targets.Length} targets for {timeSteps} steps of {batchSize} sequences; each step needs one, those beyond a length too.", nameof(targets));
        for (var row = 0; row < targets.Length; row++)
        {
            if ((uint)targets[row] >= (uint)classes && (lengths.IsEmpty || row / batchSize < lengths[row % batchSize]))
                throw new ArgumentOutOfRangeException(nameof(targets), targets[row], $"Target {targets[row]} at step {row / batchSize} of sequence {row % batchSize} is outside the vocabulary (size {classes}). Was the text encoded with another vocabulary?");
        }

        var operation = tape.Record<PackOperation>();
        var output = operation.Forward(tape, input, lengths);
        picked = operation.Pick(targets);
        return output;
    }

    /// <summary>Fails unless there are no lengths or one of 1…T for each sequence.</summary>
    /// <param name="lengths">The lengths.</param>
    /// <param name="input">[T, B, …].</param>
    internal static void CheckLengths(ReadOnlySpan<int> lengths, Shape input)
    {
        if (lengths.IsEmpty)
            return;
        if (lengths.Length != input[1])
            throw new ArgumentException($"There are {lengths.Length} lengths for a batch of {input[1]} rows.", nameof(lengths));
        for (var row = 0; row < lengths.Length; row++)
        {
            if (lengths[row] < 1 || lengths[row] > input[0])
                throw new ArgumentOutOfRangeException(nameof(lengths), lengths[row], $"Row {row} has length {lengths[row]}; a length is 1…{input[0]}. Leave empty sequences out of the batch.");
        }
    }

    private static void Check(Tape tape, Tensor input, ReadOnlySpan<int> lengths)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        if (input.Shape.Rank < 2)
            throw new ArgumentException($"The input has shape {input.Shape}; a batch of sequences has shape [timeSteps, batchSize, …].", nameof(input));
        CheckLengths(lengths, input.Shape);
    }
}
