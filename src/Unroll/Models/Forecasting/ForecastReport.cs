namespace Unroll.Models;

/// <summary>How well a forecaster does on a part of series, beside naive forecasts from the same steps.</summary>
public sealed record ForecastReport
{
    internal ForecastReport()
    {
    }

    /// <summary>The model.</summary>
    public required ForecastScore Model { get; init; }

    /// <summary>Persistence, drift, a linear autoregression, and with a season the seasonal naive forecast.</summary>
    public required IReadOnlyList<ForecastScore> Baselines { get; init; }

    /// <summary>How often intervals hold, a level each; empty where the model gives none.</summary>
    public required IReadOnlyList<IntervalScore> Intervals { get; init; }

    /// <summary>Mean pinball loss over the quantiles 0.1 to 0.9 and all values; null where the model gives none.</summary>
    public required double? Pinball { get; init; }

    /// <summary>The mean over the quantiles 0.1 to 0.9 of 2 · sum of pinball losses / sum of |y|; null where the model gives none.</summary>
    public required double? WeightedQuantileLoss { get; init; }

    /// <summary>The mean scaled interval score of the 95 % intervals (Gneiting and Raftery, 2007; M4): width and misses over the seasonal error; null where there is none.</summary>
    public required double? Msis { get; init; }

    /// <summary>The 95 % interval of the model's mean absolute error, over 1,000 resamples of blocks of a horizon (Künsch, 1989).</summary>
    public required (double Low, double High) MeanAbsoluteErrorInterval { get; init; }

    /// <summary>In words, when one step ahead forecasts go with the last value more closely than with the value they are for; otherwise null.</summary>
    public required string? LagAlarm { get; init; }

    /// <summary>How many values were forecast.</summary>
    public required long Values { get; init; }

    /// <summary>How many forecasts were made.</summary>
    public required long Origins { get; init; }

    /// <summary>Series and targets that stand still in training, which have no MASE.</summary>
    public required int StandingStill { get; init; }

    /// <summary>What was measured, and how.</summary>
    public required string Signature { get; init; }

    /// <summary>The naive forecast with the least mean absolute error.</summary>
    public ForecastScore BestBaseline => Baselines.MinBy(score => score.MeanAbsoluteError)!;

    /// <summary>The least mean absolute error of the naive forecasts that learn nothing: all but the linear autoregression.</summary>
    public ForecastScore BestNaive => Baselines.Where(score => score.Name != NaiveForecasts.LinearName).MinBy(score => score.MeanAbsoluteError)!;
}
