using Unroll.Cells;
using Unroll.Layers;

namespace Unroll.Models;

/// <summary>The shape of a forecaster, how its weights start, and how it looks at values.</summary>
public sealed record ForecasterOptions
{
    private const int MaximumSteps = 65_536;
    private const int MaximumQuantiles = 999;

    /// <summary>How it gets from the past to many steps ahead.</summary>
    public ForecasterKind Kind { get; init; }

    /// <summary>What it says of a value ahead.</summary>
    public ForecastOutput Output { get; init; }

    /// <summary>H: how many steps ahead, 1 to 65,536.</summary>
    public int Horizon { get; init; } = 12;

    /// <summary>How many steps are read before a forecast counts in training, 1 to 65,536; streams read as many as come.</summary>
    public int Context { get; init; } = 48;

    /// <summary>From how many steps in a row a window of training forecasts, 1 or more; null for as many as the context has. An encoder and decoder forecasts from one.</summary>
    public int? Origins { get; init; }

    /// <summary>The season in steps, 2 or more; null for none.</summary>
    public int? Season { get; init; }

    /// <summary>What values are scaled by.</summary>
    public SeriesScaling Scaling { get; init; }

    /// <summary>What a forecast is the difference from.</summary>
    public ForecastAnchor Anchor { get; init; }

    /// <summary>What is taken of the targets first.</summary>
    public ValueTransform Transform { get; init; }

    /// <summary>
    /// Whether the network reads what dates say, where the series have dates: the place in the day, the week and the year, each if the training part has seen it twice. What was
    /// seen once teaches single days and not what returns.
    /// </summary>
    public bool Calendar { get; init; } = true;

    /// <summary>The probabilities of <see cref="ForecastOutput.Quantiles"/>, 1 to 999 of them, ascending, above 0 and below 1.</summary>
    public IReadOnlyList<double> Quantiles { get; init; } = [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975];

    /// <summary>How many futures an autoregressive forecaster draws, 10 to 100,000.</summary>
    public int Samples { get; init; } = 200;

    /// <summary>The recurrent cell.</summary>
    public Cell Cell { get; init; } = Cell.Lstm;

    /// <summary>Hidden units of each recurrent layer, 1 to 65,536.</summary>
    public int HiddenSize { get; init; } = 32;

    /// <summary>Recurrent layers, 1 to 64.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>The size of the vector that tells a series from others, 0 to 65,536; 0 for none. Of no use with one series.</summary>
    public int SeriesEmbeddingSize { get; init; }

    /// <summary>The probability, 0 to below 1, with which training drops values between recurrent layers and before the output.</summary>
    public float Dropout { get; init; }

    /// <summary>The probability, 0 to below 1, with which training drops values of the input of each layer, the same ones at every step (Gal and Ghahramani, 2016).</summary>
    public float VariationalDropout { get; init; }

    /// <summary>The start of all random numbers: those of the weights, and those of drawn futures.</summary>
    public ulong Seed { get; init; }

    /// <summary>What the recurrent weights are drawn from.</summary>
    public RecurrentInitialization Initialization { get; init; }

    /// <summary>What the biases of the forget gate add up to at the start; null leaves them as they were drawn. Cells without one ignore it.</summary>
    public float? ForgetBias { get; init; } = 1;

    /// <summary>The choices of the recurrent stacks.</summary>
    internal RecurrentOptions Stack => new() { Layers = Layers, Dropout = Dropout, VariationalDropout = VariationalDropout };

    /// <summary>The season in steps, 1 for none.</summary>
    internal int SeasonLength => Season ?? 1;

    /// <summary>Origins of a window.</summary>
    internal int OriginCount => Kind == ForecasterKind.EncoderDecoder ? 1 : Origins ?? Context;

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
        if (!Enum.IsDefined(Kind) || !Enum.IsDefined(Output) || !Enum.IsDefined(Scaling) || !Enum.IsDefined(Anchor) || !Enum.IsDefined(Transform) || !Enum.IsDefined(Initialization))
            return (nameof(Kind), "A choice does not exist; expected values of Kind, Output, Scaling, Anchor, Transform and Initialization that have a name.");
        foreach (var (name, value, lowest, highest) in (ReadOnlySpan<(string, int, int, int)>)
        [
            (nameof(Horizon), Horizon, 1, MaximumSteps), (nameof(Context), Context, 1, MaximumSteps), (nameof(Origins), OriginCount, 1, MaximumSteps),
            (nameof(Season), Season ?? 2, 2, MaximumSteps), (nameof(Samples), Samples, 10, 100_000), (nameof(HiddenSize), HiddenSize, 1, MaximumSize),
            (nameof(Layers), Layers, 1, LanguageModelOptions.MaximumLayers), (nameof(SeriesEmbeddingSize), SeriesEmbeddingSize, 0, MaximumSize),
        ])
        {
            if (value < lowest || value > highest)
                return (name, $"{name} is {value}; expected {lowest} to {highest}.");
        }

        foreach (var (name, rate) in (ReadOnlySpan<(string, float)>)[(nameof(Dropout), Dropout), (nameof(VariationalDropout), VariationalDropout)])
        {
            if (rate is not (>= 0 and < 1))
                return (name, FormattableString.Invariant($"{name} is {rate}; expected 0 to below 1."));
        }

        if (ForgetBias is { } bias && !float.IsFinite(bias))
            return (nameof(ForgetBias), FormattableString.Invariant($"The forget bias is {bias}; expected a finite number, such as 1."));
        if (Anchor == ForecastAnchor.Season && Season is null)
            return (nameof(Anchor), "Forecasts are to be differences from the last season, and there is no season; give its steps, such as 12 of months.");
        if (Output == ForecastOutput.NegativeBinomial && Transform != ValueTransform.None)
            return (nameof(Transform), "Counts are not transformed; leave the transform out, or take another output than the negative binomial.");
        if (Kind == ForecasterKind.Autoregressive && Output is ForecastOutput.Quantiles or ForecastOutput.Point)
            return (nameof(Output), $"An autoregressive forecaster draws values from a law; {Output} is none. Take Gaussian, StudentT or NegativeBinomial.");
        if (Output == ForecastOutput.Quantiles && (Quantiles is null || Quantiles.Count is 0 or > MaximumQuantiles || Quantiles.Any(level => level is not (> 0 and < 1)) || !Quantiles.SequenceEqual(Quantiles.Distinct().Order())))
            return (nameof(Quantiles), "Quantiles need 1 to 999 ascending probabilities above 0 and below 1, such as 0.1, 0.5, 0.9.");
        return Stack.Problem(Cell, HiddenSize) is { } stack ? (nameof(HiddenSize), stack) : null;
    }
}
