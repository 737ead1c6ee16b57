namespace Unroll.Models;

/// <summary>A part of series in time.</summary>
public enum SeriesPart
{
    /// <summary>The last part.</summary>
    Test,

    /// <summary>The part between training and test.</summary>
    Validation,
}

/// <summary>What a forecaster is measured on.</summary>
public sealed record ForecastEvaluationOptions
{
    /// <summary>The part whose values are forecast.</summary>
    public SeriesPart Part { get; init; }

    /// <summary>How far apart the steps are that are forecast from, 1 or more; null for 1, or more where there would be over 20,000 forecasts, or over 2,000 that draw futures.</summary>
    public int? Stride { get; init; }
}
