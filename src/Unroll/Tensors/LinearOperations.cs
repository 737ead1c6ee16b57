namespace Unroll.Tensors;

/// <summary>Operations with parameters: what layers are made of.</summary>
public static class LinearOperations
{
    /// <summary><c>y = x · Wᵀ + b</c> over the last dimension.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">x [… , in].</param>
    /// <param name="weight">W [out, in].</param>
    /// <param name="bias">b [out], or null.</param>
    /// <returns>y [… , out].</returns>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public static Tensor Linear(this Tape tape, Tensor input, Parameter weight, Parameter? bias = null)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.Shape.Rank != 2 || input.Shape.Rank == 0 || input.Shape.Last != weight.Shape[1])
            throw new ArgumentException($"The weight {weight.Name} has shape {weight.Shape}; an input of shape {input.Shape} needs [out, {input.Shape.Last}].", nameof(weight));
        if (bias is not null && bias.Shape != new Shape(weight.Shape[0]))
            throw new ArgumentException($"The bias {bias.Name} has shape {bias.Shape}; the weight {weight.Shape} needs [{weight.Shape[0]}].", nameof(bias));
        return tape.Record<LinearOperation>().Forward(tape, input, weight, bias);
    }

    /// <summary>Rows of a table by number.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="weight">The table [V, E].</param>
    /// <param name="tokens">T·B numbers in 0…V − 1, time-major.</param>
    /// <param name="timeSteps">T.</param>
    /// <param name="batchSize">B.</param>
    /// <returns>[T, B, E].</returns>
    /// <exception cref="ArgumentException">The number of tokens is not T·B, or the table is no matrix.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is outside the table.</exception>
    public static Tensor Embedding(this Tape tape, Parameter weight, ReadOnlySpan<int> tokens, int timeSteps, int batchSize) =>
        LookUp(tape, weight, tokens, timeSteps, batchSize, out _);

    /// <summary>As <see cref="Embedding"/>, and says where the rows come from.</summary>
    internal static Tensor LookUp(
        Tape tape, Parameter weight, ReadOnlySpan<int> tokens, int timeSteps, int batchSize, out GatheredRows gathered)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.Shape.Rank != 2)
            throw new ArgumentException($"The table {weight.Name} has shape {weight.Shape}; an embedding needs [vocabularySize, embeddingSize].", nameof(weight));
        if (timeSteps < 0 || batchSize < 0 || tokens.Length != (long)timeSteps * batchSize)
            throw new ArgumentException($"{timeSteps} time steps of {batchSize} rows need {(long)timeSteps * batchSize} tokens; got {tokens.Length}.", nameof(tokens));
        var operation = tape.Record<EmbeddingOperation>();
        gathered = operation.Gathered;
        return operation.Forward(tape, weight, tokens, timeSteps, batchSize);
    }

    /// <summary>Sets each value to zero with a probability, and scales the others so that the expectation stays (inverted dropout).</summary>
    /// <remarks>Srivastava et al., "Dropout" (2014).</remarks>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Any shape.</param>
    /// <param name="rate">The probability, 0 ≤ rate &lt; 1; 0 returns the input itself.</param>
    /// <param name="key">Names the mask.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is outside 0…1 or is 1.</exception>
    public static Tensor Dropout(this Tape tape, Tensor input, float rate, DropoutKey key) => Dropout(tape, input, rate, key, steps: 1, inPlace: false);

    /// <summary>Dropout with one mask for all steps of a sequence: what is dropped for a row at one step is dropped for it at every step.</summary>
    /// <remarks>Gal and Ghahramani, "A Theoretically Grounded Application of Dropout in Recurrent Neural Networks" (2016).</remarks>
    /// <param name="tape">The tape.</param>
    /// <param name="input">[T, …], T at least 1.</param>
    /// <param name="rate">The probability, 0 ≤ rate &lt; 1; 0 returns the input itself.</param>
    /// <param name="key">Names the mask.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is outside 0…1 or is 1.</exception>
    /// <exception cref="ArgumentException">The input is a scalar or has no step.</exception>
    public static Tensor VariationalDropout(this Tape tape, Tensor input, float rate, DropoutKey key) =>
        VariationalDropout(tape, input, rate, key, inPlace: false);

    /// <summary>As <see cref="Dropout(Tape, Tensor, float, DropoutKey)"/>, without a second tensor, for one that nobody else reads.</summary>
    internal static Tensor DropoutInPlace(this Tape tape, Tensor input, float rate, DropoutKey key) => Dropout(tape, input, rate, key, inPlace: true);

    /// <summary>As <see cref="Dropout(Tape, Tensor, float, DropoutKey)"/>, without a second tensor where nobody else reads the input.</summary>
    internal static Tensor Dropout(this Tape tape, Tensor input, float rate, DropoutKey key, bool inPlace) => Dropout(tape, input, rate, key, steps: 1, inPlace);

    /// <summary>As <see cref="VariationalDropout(Tape, Tensor, float, DropoutKey)"/>, without a second tensor where nobody else reads the input.</summary>
    internal static Tensor VariationalDropout(this Tape tape, Tensor input, float rate, DropoutKey key, bool inPlace)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Shape.Rank == 0 || input.Shape[0] == 0)
            throw new ArgumentException($"The input has shape {input.Shape}; variational dropout needs [timeSteps, …] with at least one step.", nameof(input));
        return Dropout(tape, input, rate, key, input.Shape[0], inPlace);
    }

    private static Tensor Dropout(Tape tape, Tensor input, float rate, DropoutKey key, int steps, bool inPlace)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        if (!(rate >= 0 && rate < 1))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "A dropout rate is at least 0 and below 1.");
        return rate == 0 ? input : tape.Record<DropoutOperation>().Forward(tape, input, rate, key, input.Length / steps, inPlace);
    }
}
