using Unroll.Tensors;

namespace Unroll.Layers;

/// <summary>A vector for each token of a vocabulary.</summary>
public sealed class Embedding : Layer
{
    private readonly Parameter[] parameters;

    /// <summary>A table of zeros; an initialiser or a file gives the values.</summary>
    /// <param name="vocabularySize">V, at least 1.</param>
    /// <param name="embeddingSize">E, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public Embedding(int vocabularySize, int embeddingSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(embeddingSize, 1);
        Weight = new("weight", new(vocabularySize, embeddingSize));
        parameters = [Weight];
    }

    /// <summary>The table [V, E].</summary>
    public Parameter Weight { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>Looks tokens up.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="tokens">T·B numbers in 0…V − 1, time-major.</param>
    /// <param name="timeSteps">T.</param>
    /// <param name="batchSize">B.</param>
    /// <returns>[T, B, E].</returns>
    /// <exception cref="ArgumentException">The number of tokens is not T·B.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is outside the vocabulary.</exception>
    public Tensor Forward(Tape tape, ReadOnlySpan<int> tokens, int timeSteps, int batchSize) =>
        tape.Embedding(Weight, tokens, timeSteps, batchSize);
}
