using System.Globalization;
using Unroll.Data;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Training;

namespace Unroll.Tests.Models.Forecasting;

/// <summary>Series that anybody can download, in a folder named by <c>UNROLL_SERIES</c>; without it the tests are skipped.</summary>
public sealed class PublicSeriesTests
{
    private const string Variable = "UNROLL_SERIES";

    [Theory]
    [InlineData("monthly-sunspots.csv", "month", 2820)]
    [InlineData("airline-passengers.csv", "month", 144)]
    [InlineData("daily-min-temperatures.csv", "day", 3650)]
    public void Their_files_are_read_as_what_they_are(string name, string frequency, int values)
    {
        var set = Read(name, out var notes);
        Assert.Equal(frequency, set.Frequency.ToString());
        Assert.Equal(values, set.Items[0].Values.ToArray().Count(value => !float.IsNaN(value)));
        // The temperatures have no 31 December of two leap years, which count as missing.
        Assert.Equal(name.StartsWith("daily", StringComparison.Ordinal) ? ["daily-min-temperatures.csv: 2 of 3652 steps have no row and count as missing"] : [], notes);
    }

    [Fact]
    public void Sunspots_are_forecast_better_than_by_any_naive_way()
    {
        var split = TimeSplit.Of(Read("monthly-sunspots.csv", out _), 0.2, 0.2);
        var model = Forecaster.Create(split, new() { Transform = ValueTransform.SquareRoot, Context = 132, Horizon = 12, HiddenSize = 16 });
        new ExampleTrainer<ForecastWindow>(model, new() { Optimizer = new AdamW(1e-2f), ClipNorm = 1, BatchSize = 16 }).Fit(model.TrainingWindows(split), model.ValidationWindows(split), 40);
        model.Calibrate(split);
        var report = model.Evaluate(split);
        Assert.True(report.Model.MeanAbsoluteError < 0.8 * report.BestNaive.MeanAbsoluteError, $"{report.Model.MeanAbsoluteError} beside {report.BestNaive.MeanAbsoluteError}");
    }

    private static TimeSeriesSet Read(string name, out IReadOnlyList<string> notes)
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable(Variable) ?? "", name);
        Assert.SkipUnless(File.Exists(path), $"There is no {name} in a folder named by {Variable}.");
        var builder = new TimeSeriesBuilder(name, [new("value")]);
        foreach (var (index, row) in File.ReadLines(path).Index().Skip(1))
        {
            var cells = row.Replace("\"", "", StringComparison.Ordinal).Split(',');
            if (cells.Length == 2)
                builder.Add("", DateTime.Parse(cells[0], CultureInfo.InvariantCulture), [float.Parse(cells[1], CultureInfo.InvariantCulture)], index + 1);
        }

        var set = builder.Build();
        notes = builder.Notes;
        return set;
    }
}
