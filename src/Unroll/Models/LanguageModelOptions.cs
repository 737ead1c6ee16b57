using Unroll.Cells;
using Unroll.Layers;

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

    /// <summary>Hidden units of each recurrent layer, 1 to 65,536; with <see cref="LayerSizes"/>, those of the top layer.</summary>
    public int HiddenSize { get; init; } = 256;

    /// <summary>Recurrent layers, 1 to 64.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>
    /// Hidden units of each recurrent layer, bottom layer first, where they differ; null where all have <see cref="HiddenSize"/>. There are as many as layers,
    /// each 1 to 65,536, and the last one is the hidden size.
    /// </summary>
    public IReadOnlyList<int>? LayerSizes
    {
        get;
        init => field = LayerSizeList.Of(value);
    }

    /// <summary>
    /// How many values a recurrent layer of a cell that projects its output gives, 1 to the hidden size; null for half of that, rounded up. Other cells take none.
    /// </summary>
    public int? ProjectionSize { get; init; }

    /// <summary>What a recurrent layer above the first does with its input besides reading it; anything but plain needs two layers or more, all of one size.</summary>
    public LayerConnection Connection { get; init; }

    /// <summary>Whether the recurrent state at the start of a text is learned, instead of zero.</summary>
    public bool TrainableStart { get; init; }

    /// <summary>The size of the vector a token is turned into, 1 to 65,536.</summary>
    public int EmbeddingSize { get; init; } = 64;

    /// <summary>The probability, 0 to below 1, with which training drops values between recurrent layers and before the output.</summary>
    public float Dropout { get; init; }

    /// <summary>
    /// The probability, 0 to below 1, with which training drops values of the embedding, between recurrent layers and before the output, the same ones at every
    /// step of a window (Gal and Ghahramani, 2016). Independent of <see cref="Dropout"/>, which draws anew at each step.
    /// </summary>
    public float VariationalDropout { get; init; }

    /// <summary>
    /// The probability, 0 to below 1, with which training drops values of a recurrent layer's last output before its recurrent matrix, the same ones at every
    /// step of a window (Gal and Ghahramani, 2016). Needs a cell with a recurrent matrix that is trained.
    /// </summary>
    public float RecurrentDropout { get; init; }

    /// <summary>
    /// The probability, 0 to below 1, with which training lets a value of a recurrent layer's output keep that of the step before (Krueger et al., 2017). In
    /// evaluation and sessions the output is the expectation of that.
    /// </summary>
    public float ZoneoutOutput { get; init; }

    /// <summary>The same of the states besides the output, such as the LSTM's c. Needs a cell that has such states.</summary>
    public float ZoneoutState { get; init; }

    /// <summary>The start of the random numbers that the weights are drawn from.</summary>
    public ulong Seed { get; init; }

    /// <summary>What the recurrent weights are drawn from.</summary>
    public RecurrentInitialization Initialization { get; init; }

    /// <summary>
    /// What the biases of the forget gate (<see cref="Cell.ForgetGate"/>) add up to at the start; null leaves them as they were drawn. Cells without one
    /// ignore it.
    /// </summary>
    public float? ForgetBias { get; init; }

    /// <summary>Whether training drops or keeps anything at random.</summary>
    internal bool IsRandom => Dropout > 0 || VariationalDropout > 0 || RecurrentDropout > 0 || ZoneoutOutput > 0 || ZoneoutState > 0;

    /// <summary>The choices of the recurrent stack.</summary>
    internal RecurrentOptions Stack => new()
    {
        Layers = Layers,
        LayerSizes = LayerSizes,
        ProjectionSize = ProjectionSize,
        Connection = Connection,
        TrainableStart = TrainableStart,
        Dropout = Dropout,
        VariationalDropout = VariationalDropout,
        RecurrentDropout = RecurrentDropout,
        ZoneoutOutput = ZoneoutOutput,
        ZoneoutState = ZoneoutState,
    };

    /// <summary>The option that the stack is most likely to object to.</summary>
    private string NameOfProblem => LayerSizes is not null ? nameof(LayerSizes)
        : ProjectionSize is not null ? nameof(ProjectionSize)
        : Connection != LayerConnection.Plain ? nameof(Connection)
        : RecurrentDropout > 0 ? nameof(RecurrentDropout)
        : ZoneoutState > 0 ? nameof(ZoneoutState)
        : ZoneoutOutput > 0 ? nameof(ZoneoutOutput)
        : nameof(HiddenSize);

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
        foreach (var size in LayerSizes ?? [])
        {
            if (size is < 1 or > MaximumSize)
                return (nameof(LayerSizes), $"A layer has the size {size}; expected 1 to {MaximumSize}.");
        }

        if (Dropout is not (>= 0 and < 1))
            return (nameof(Dropout), FormattableString.Invariant($"The dropout is {Dropout}; expected 0 to below 1."));
        if (VariationalDropout is not (>= 0 and < 1))
            return (nameof(VariationalDropout), FormattableString.Invariant($"The variational dropout is {VariationalDropout}; expected 0 to below 1."));
        if (RecurrentDropout is not (>= 0 and < 1))
            return (nameof(RecurrentDropout), FormattableString.Invariant($"The recurrent dropout is {RecurrentDropout}; expected 0 to below 1."));
        if (ZoneoutOutput is not (>= 0 and < 1))
            return (nameof(ZoneoutOutput), FormattableString.Invariant($"The zoneout of outputs is {ZoneoutOutput}; expected 0 to below 1."));
        if (ZoneoutState is not (>= 0 and < 1))
            return (nameof(ZoneoutState), FormattableString.Invariant($"The zoneout of states is {ZoneoutState}; expected 0 to below 1."));
        if (ForgetBias is { } bias && !float.IsFinite(bias))
            return (nameof(ForgetBias), FormattableString.Invariant($"The forget bias is {bias}; expected a finite number, such as 1."));
        return Stack.Problem(Cell, HiddenSize) is { } problem ? (NameOfProblem, problem) : null;
    }
}
