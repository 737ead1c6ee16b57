using Unroll.Cells;

namespace Unroll.Models;

/// <summary>The shape of a language model and how its weights start.</summary>
public sealed record LanguageModelOptions
{
    /// <summary>The largest hidden or embedding size, far above what one machine trains.</summary>
    internal const int MaximumSize = 65_536;

    /// <summary>The most recurrent layers.</summary>
    internal const int MaximumLayers = 64;

    /// <summary>The recurrent cell.</summary>
    public Cell Cell { get; init; } = Cell.Lstm;

    /// <summary>Hidden units of each recurrent layer, 1 to 65,536.</summary>
    public int HiddenSize { get; init; } = 256;

    /// <summary>Recurrent layers, 1 to 64.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>The size of the vector a token is turned into, 1 to 65,536.</summary>
    public int EmbeddingSize { get; init; } = 64;

    /// <summary>The probability, 0 to below 1, with which training drops values between recurrent layers and before the output.</summary>
    public float Dropout { get; init; }

    /// <summary>The start of the random numbers that the weights are drawn from.</summary>
    public ulong Seed { get; init; }

    /// <summary>What the recurrent weights are drawn from.</summary>
    public RecurrentInitialization Initialization { get; init; }

    /// <summary>
    /// What the two biases of an LSTM's forget gate add up to at the start; null leaves them as they were drawn. Other cells ignore it.
    /// </summary>
    public float? ForgetBias { get; init; }

    /// <summary>Fails unless every value is in its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    internal void Validate()
    {
        if (Problem() is { } problem)
            throw new ArgumentOutOfRangeException(problem.Name, problem.Message);
    }

    /// <summary>The first value outside its range, or null.</summary>
    internal (string Name, string Message)? Problem()
    {
        if (Cell is null)
            return (nameof(Cell), "There is no cell.");
        if (!Enum.IsDefined(Initialization))
            return (nameof(Initialization), $"The initialisation {Initialization} does not exist; expected TorchUniform or Orthogonal.");
        if (HiddenSize is < 1 or > MaximumSize)
            return (nameof(HiddenSize), $"The hidden size is {HiddenSize}; expected 1 to {MaximumSize}.");
        if (Layers is < 1 or > MaximumLayers)
            return (nameof(Layers), $"There are {Layers} layers; expected 1 to {MaximumLayers}.");
        if (EmbeddingSize is < 1 or > MaximumSize)
            return (nameof(EmbeddingSize), $"The embedding size is {EmbeddingSize}; expected 1 to {MaximumSize}.");
        if (Dropout is not (>= 0 and < 1))
            return (nameof(Dropout), FormattableString.Invariant($"The dropout is {Dropout}; expected 0 to below 1."));
        if (ForgetBias is { } bias && !float.IsFinite(bias))
            return (nameof(ForgetBias), FormattableString.Invariant($"The forget bias is {bias}; expected a finite number, such as 1."));
        return null;
    }
}
