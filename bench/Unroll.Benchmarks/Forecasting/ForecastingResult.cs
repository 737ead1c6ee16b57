using Unroll.Benchmarks.Examinations;

namespace Unroll.Benchmarks.Forecasting;

/// <summary>What became of a task.</summary>
internal sealed record ForecastingResult
{
    /// <summary>The task.</summary>
    public required string Task { get; init; }

    /// <summary>How many seeds; they go from 1.</summary>
    public required int Seeds { get; init; }

    /// <summary>Parameters of the model.</summary>
    public required long Parameters { get; init; }

    /// <summary>How it was trained, in words.</summary>
    public required string Settings { get; init; }

    /// <summary>What was measured.</summary>
    public required string Signature { get; init; }

    /// <summary>The model, mean and deviation over the seeds.</summary>
    public required IReadOnlyList<NamedFigure> Model { get; init; }

    /// <summary>What anybody could say, the names of the figures as those of the model.</summary>
    public required IReadOnlyList<BaselineFigures> Baselines { get; init; }

    /// <summary>Rows by steps ahead.</summary>
    public required IReadOnlyList<HorizonFigures> Horizons { get; init; }

    /// <summary>What the lag alarm said of the seeds that it spoke of.</summary>
    public required IReadOnlyList<string> LagAlarms { get; init; }

    /// <summary>Seconds of training a seed took, their mean.</summary>
    public required double Seconds { get; init; }

    /// <summary>When, where and with what.</summary>
    public required ExaminationOrigin Origin { get; init; }
}

/// <summary>A figure over the seeds.</summary>
/// <param name="Name">Which.</param>
/// <param name="Mean">Its mean.</param>
/// <param name="Deviation">Its deviation, with n − 1 below the sum.</param>
internal sealed record NamedFigure(string Name, double Mean, double Deviation)
{
    public static NamedFigure Of(string name, IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return new(name, mean, values.Count < 2 ? 0 : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)));
    }
}

/// <summary>The figures of a baseline.</summary>
internal sealed record BaselineFigures(string Name, double MeanAbsoluteError, double RootMeanSquaredError, double Mase, double Smape);

/// <summary>A method at one number of steps ahead.</summary>
internal sealed record HorizonFigures(string Name, int Ahead, double RelativeSquaredError, double Correlation);
