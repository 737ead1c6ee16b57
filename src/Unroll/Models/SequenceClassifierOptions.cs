using Unroll.Cells;
using Unroll.Data;
using Unroll.Layers;

namespace Unroll.Models;

/// <summary>The shape of a classifier of sequences, how its weights start, and what its input is.</summary>
public sealed record SequenceClassifierOptions
{
    /// <summary>What one token of a text is; series have none.</summary>
    public TokenKind Tokens { get; init; } = TokenKind.Character;

    /// <summary>The most words of a vocabulary of words, 3 or more; the rarest are left to <c>&lt;unk&gt;</c>.</summary>
    public int MaximumWords { get; init; } = 20_000;

    /// <summary>How many merges a vocabulary of parts of words learns from the training part, 0 to 4,194,048; each makes a token, beside the 256 bytes.</summary>
    public int BytePairMerges { get; init; } = 4_000;

    /// <summary>The recurrent cell.</summary>
    public Cell Cell { get; init; } = Cell.Lstm;

    /// <summary>Hidden units of each recurrent layer and direction, 1 to 65,536.</summary>
    public int HiddenSize { get; init; } = 128;

    /// <summary>Recurrent layers, 1 to 64.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Whether each layer reads the sequence from its end as well; then there is no streaming.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>What a recurrent layer above the first does with its input besides reading it.</summary>
    public LayerConnection Connection { get; init; }

    /// <summary>Whether every token or time step gets a label, instead of the whole sequence: parts of speech, activities as they change. Nothing is pooled then.</summary>
    public bool PerStep { get; init; }

    /// <summary>How the outputs of all steps become one vector.</summary>
    public PoolingKind Pooling { get; init; }

    /// <summary>The size of the vector a token is turned into, 1 to 65,536; series have none.</summary>
    public int EmbeddingSize { get; init; } = 64;

    /// <summary>The probability, 0 to below 1, with which training drops values between recurrent layers and before the output.</summary>
    public float Dropout { get; init; }

    /// <summary>The probability, 0 to below 1, with which training drops values of the input of each layer, the same ones at every step (Gal and Ghahramani, 2016).</summary>
    public float VariationalDropout { get; init; }

    /// <summary>
    /// The probability, 0 to below 1, with which training takes the unknown token for one of a text (word dropout; Iyyer et al., "Deep Unordered Composition Rivals
    /// Syntactic Methods for Text Classification", 2015). It also teaches the model what to make of tokens it does not know.
    /// </summary>
    public float TokenDropout { get; init; }

    /// <summary>
    /// The standard deviation, 0 or more, of the normal noise that training adds to every value of a series after it was scaled: each pass sees the examples a little
    /// different, as if there were more of them (Bishop, "Training with Noise is Equivalent to Tikhonov Regularization", 1995). Texts have none.
    /// </summary>
    public float InputNoise { get; init; }

    /// <summary>
    /// Whether every label counts the same in the loss, however many examples it has: each example counts N / (K · n), with n examples of its label. Otherwise each
    /// example counts 1.
    /// </summary>
    public bool BalanceLabels { get; init; }

    /// <summary>The start of the random numbers that the weights are drawn from.</summary>
    public ulong Seed { get; init; }

    /// <summary>What the recurrent weights are drawn from.</summary>
    public RecurrentInitialization Initialization { get; init; }

    /// <summary>What the biases of the forget gate add up to at the start; null leaves them as they were drawn. Cells without one ignore it.</summary>
    public float? ForgetBias { get; init; }

    /// <summary>The choices of the recurrent stack.</summary>
    internal RecurrentOptions Stack => new()
    {
        Layers = Layers,
        Bidirectional = Bidirectional,
        Connection = Connection,
        Dropout = Dropout,
        VariationalDropout = VariationalDropout,
    };

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
        const int MaximumSize = LanguageModelOptions.MaximumSize;
        if (Cell is null)
            return (nameof(Cell), "There is no cell.");
        if (!Enum.IsDefined(Initialization))
            return (nameof(Initialization), $"The initialisation {Initialization} does not exist; expected TorchUniform or Orthogonal.");
        if (!Enum.IsDefined(Pooling))
            return (nameof(Pooling), $"The pooling {Pooling} does not exist; expected Last, Mean, Max or Attention.");
        if (PerStep && Pooling != PoolingKind.Last)
            return (nameof(Pooling), $"The pooling is {Pooling} and every step is to have a label; nothing is pooled then. Leave it at Last.");
        if (!Enum.IsDefined(Tokens))
            return (nameof(Tokens), $"The kind of tokens {Tokens} does not exist; expected Character, Byte, Word or BytePair.");
        if (MaximumWords < 3)
            return (nameof(MaximumWords), $"A vocabulary of {MaximumWords} words was asked for; expected at least 3.");
        if (BytePairMerges is < 0 or > Vocabulary.MaximumSize - BytePairVocabulary.ByteCount)
            return (nameof(BytePairMerges), $"A vocabulary of {BytePairMerges} merges was asked for; expected 0 to {Vocabulary.MaximumSize - BytePairVocabulary.ByteCount}.");
        if (HiddenSize is < 1 or > MaximumSize)
            return (nameof(HiddenSize), $"The hidden size is {HiddenSize}; expected 1 to {MaximumSize}.");
        if (Layers is < 1 or > LanguageModelOptions.MaximumLayers)
            return (nameof(Layers), $"There are {Layers} layers; expected 1 to {LanguageModelOptions.MaximumLayers}.");
        if (EmbeddingSize is < 1 or > MaximumSize)
            return (nameof(EmbeddingSize), $"The embedding size is {EmbeddingSize}; expected 1 to {MaximumSize}.");
        foreach (var (name, rate) in (ReadOnlySpan<(string, float)>)[(nameof(Dropout), Dropout), (nameof(VariationalDropout), VariationalDropout), (nameof(TokenDropout), TokenDropout)])
        {
            if (rate is not (>= 0 and < 1))
                return (name, FormattableString.Invariant($"{name} is {rate}; expected 0 to below 1."));
        }

        if (InputNoise is not (>= 0 and < float.PositiveInfinity))
            return (nameof(InputNoise), FormattableString.Invariant($"The noise on the input has the deviation {InputNoise}; expected a finite number of at least 0, such as 0.1."));
        if (ForgetBias is { } bias && !float.IsFinite(bias))
            return (nameof(ForgetBias), FormattableString.Invariant($"The forget bias is {bias}; expected a finite number, such as 1."));
        return Stack.Problem(Cell, HiddenSize) is { } problem ? (Connection == LayerConnection.Plain ? nameof(HiddenSize) : nameof(Connection), problem) : null;
    }
}
