namespace Unroll.Tensors;

/// <summary>Sums over all values.</summary>
public static class ReductionOperations
{
    /// <summary>The sum of all values.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Any shape.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Sum(this Tape tape, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        return tape.Record<SumOperation>().Forward(tape, input, 1);
    }

    /// <summary>The mean of all values.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Any shape of at least one value.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">There is no value.</exception>
    public static Tensor Mean(this Tape tape, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        if (input.Length == 0)
            throw new ArgumentException($"The input has shape {input.Shape}; a mean needs at least one value.", nameof(input));
        return tape.Record<SumOperation>().Forward(tape, input, input.Length);
    }
}
