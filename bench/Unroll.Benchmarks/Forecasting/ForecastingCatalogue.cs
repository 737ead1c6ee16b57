using Unroll.Cells;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.Benchmarks.Forecasting;

/// <summary>All series, in the order of the tables.</summary>
internal static class ForecastingCatalogue
{
    /// <summary>The share of validation and that of the test: 60/20/20 in time, as LSTNet has it.</summary>
    public const double Share = 0.2;

    public static IReadOnlyList<ForecastingTask> All { get; } =
    [
        new()
        {
            Name = "sunspots",
            Question = "Monthly sunspots, Zurich 1749 to 1983, 12 months ahead.",
            File = "small_series/monthly-sunspots.csv",
            Read = path => SeriesFiles.ReadDated(path, "yyyy-MM", new(FrequencyUnit.Month)),
            Options = new() { Transform = ValueTransform.SquareRoot, Context = 132, Horizon = 12 },
            Epochs = 200,
            BatchSize = 32,
            LearningRate = 5e-3f,
        },
        new()
        {
            Name = "airline",
            Question = "Airline passengers a month, in thousands, 1949 to 1960, 12 months ahead.",
            File = "small_series/airline-passengers.csv",
            Read = path => SeriesFiles.ReadDated(path, "yyyy-MM", new(FrequencyUnit.Month)),
            Options = new() { Transform = ValueTransform.Logarithm, Season = 12, Anchor = ForecastAnchor.Season, Context = 36, Horizon = 12, HiddenSize = 64, Calendar = false },
            Epochs = 300,
            BatchSize = 8,
            LearningRate = 5e-3f,
            Published = ["RMSE of about 47 to 50 for a small LSTM one step ahead, and about 50 for persistence, on the last third (recalled; tutorials, no paper; another split and horizon)"],
        },
        new()
        {
            Name = "temperatures",
            Question = "Daily minimum temperatures in degrees, Melbourne 1981 to 1990, 7 days ahead.",
            File = "small_series/daily-min-temperatures.csv",
            Read = path => SeriesFiles.ReadDated(path, "yyyy-MM-dd", new(FrequencyUnit.Day)),
            Options = new() { Cell = Cell.Gru, Scaling = SeriesScaling.Training, Anchor = ForecastAnchor.Mean, Context = 60, Horizon = 7, HiddenSize = 16 },
            Epochs = 100,
            BatchSize = 32,
            LearningRate = 5e-3f,
        },
        new()
        {
            Name = "exchange_rate",
            Question = "Eight exchange rates against the US dollar, business days 1990 to 2016, 1 to 24 days ahead by one model.",
            File = "exchange_rate/exchange_rate.txt",
            Read = path => SeriesFiles.ReadColumns(path, ["Australia", "Britain", "Canada", "Switzerland", "China", "Japan", "New Zealand", "Singapore"]),
            Options = new() { Output = ForecastOutput.StudentT, Context = 30, Horizon = 24, HiddenSize = 16 },
            Epochs = 3,
            BatchSize = 32,
            LearningRate = 1e-3f,
            Horizons = [3, 6, 12, 24],
            Published =
            [
                "relative squared error at 3, 6, 12 and 24 days: AR 0.0228, 0.0279, 0.0353, 0.0445; RNN-GRU 0.0192, 0.0264, 0.0408, 0.0626; LSTNet-skip 0.0226, 0.0280, 0.0356, 0.0449 (recalled; Lai, Chang, Yang and Liu, 2018)",
                "correlation: RNN-GRU 0.9786, 0.9712, 0.9531, 0.9223; LSTNet-skip 0.9735, 0.9658, 0.9511, 0.9354 (recalled; the same)",
                "the paper scales by the maximum of the whole file, here nothing after the training part is looked at",
            ],
        },
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(task => task.Name)];
}
