using System.Globalization;
using System.Text.Json;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Series;
using Unroll.Cli.Verbs;
using Unroll.Cli.Views;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.Cli.Runs;

/// <summary>A backtest that trains a new model before each block of the last part, on all that came before, and measures it on the block.</summary>
/// <param name="recipe">How the models are trained.</param>
/// <param name="data">All series.</param>
/// <param name="test">The share of the last part.</param>
/// <param name="blocks">How many blocks it has.</param>
/// <param name="stride">How far apart forecasts are made, or null.</param>
internal sealed class BacktestBlocks(TrainForecastSettings recipe, SeriesData data, double test, int blocks, int? stride)
{
    private readonly List<BacktestBlock> done = [];

    /// <summary>Trains and measures, a block after the other.</summary>
    public IEnumerable<BacktestBlock> Run(CancellationToken cancellation)
    {
        for (var number = 1; number <= blocks; number++)
        {
            var set = Before(Left(number));
            // Whole steps, so that a block begins where the last one ended.
            var share = 1 - (LengthBefore(number - 1) / (double)LengthBefore(number));
            var run = new ForecastRun(recipe with { Test = share, Validation = recipe.Validation * (1 - share) }, data with { Set = set });
            if (!run.HasTest)
                throw CommandFailure.Failed($"{data.Set.Name}: block {number} of {blocks} holds no step. Take fewer blocks, or a larger --test.");
            run.Fit(run.CreateTrainer(null), null, cancellation);
            if (run.HasValidation)
                run.Model.Calibrate(run.Split, cancellation);
            var report = run.Model.Evaluate(run.Split, new() { Stride = stride }, cancellation);
            var longest = Enumerable.Range(0, set.Items.Count).MaxBy(index => set.Items[index].Length);
            done.Add(new(number, StepName(set, longest, run.Split.ValidationEnd(longest)), StepName(set, longest, set.Items[longest].Length - 1), report));
            yield return done[^1];
        }
    }

    /// <summary>All blocks together, each value counting the same.</summary>
    public string Total()
    {
        var (model, naive) = (Mean(report => report.Model), Mean(report => report.BestNaive));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"all {blocks} blocks  MAE {ForecastText.Value(model)}, best naive {ForecastText.Value(naive)}, linear autoregression {ForecastText.Value(Mean(Linear))}: the mean absolute error is {Math.Abs(100 * (1 - (model / naive))):F1} % {(model < naive ? "less" : "more")} than that of the best naive forecast{Coverage()}");
    }

    /// <summary>The same for programs.</summary>
    public void WriteTotal(Utf8JsonWriter writer)
    {
        writer.WriteNumber("blocks", blocks);
        writer.WriteFigure("mae", Mean(report => report.Model));
        writer.WriteFigure("naiveMae", Mean(report => report.BestNaive));
        writer.WriteFigure("linearMae", Mean(Linear));
    }

    private static ForecastScore Linear(ForecastReport report) => report.Baselines.Single(score => score.Name == "linear autoregression");

    private double Mean(Func<ForecastReport, ForecastScore> of) =>
        done.Sum(block => of(block.Report).MeanAbsoluteError * block.Report.Values) / done.Sum(block => block.Report.Values);

    private string Coverage()
    {
        if (done.Any(block => block.Report.Intervals.Count == 0))
            return "";
        var share = done.Sum(block => block.Report.Intervals.Single(interval => interval.Level == 0.9).Coverage * block.Report.Values) / done.Sum(block => block.Report.Values);
        return $"; 90 % intervals hold {ForecastText.Percent(share)}";
    }

    /// <summary>The share that is left after some blocks.</summary>
    private double Left(int number) => test * (blocks - number) / blocks;

    private int LengthBefore(int number)
    {
        var split = TimeSplit.Of(data.Set, 0, Left(number));
        return Enumerable.Range(0, data.Set.Items.Count).Max(split.TrainingEnd);
    }

    /// <summary>The series without their last part.</summary>
    private TimeSeriesSet Before(double left)
    {
        var split = TimeSplit.Of(data.Set, 0, left);
        return new(data.Set.Name, data.Set.Channels, data.Set.Frequency, [.. data.Set.Items.Index().Where(entry => split.TrainingEnd(entry.Index) > 0)
            .Select(entry => TimeSeries.Of(entry.Item.Values[..(split.TrainingEnd(entry.Index) * entry.Item.Channels)], entry.Item.Channels, entry.Item.Name, entry.Item.Start))]);
    }

    private static string StepName(TimeSeriesSet set, int series, int step) =>
        set.TimeOf(set.Items[series], step) is { } time ? SeriesTime.Write(time) : (step + 1).ToString(CultureInfo.InvariantCulture);
}

/// <summary>A block of a backtest.</summary>
/// <param name="Number">Which, 1 for the first.</param>
/// <param name="First">Its first step.</param>
/// <param name="Last">Its last step.</param>
/// <param name="Report">How good the model was that was trained before it.</param>
internal sealed record BacktestBlock(int Number, string First, string Last, ForecastReport Report)
{
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteNumber("block", Number);
        writer.WriteString("first", First);
        writer.WriteString("last", Last);
        ForecastJson.Write(writer, "test", Report);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"block {Number,-5} {First} to {Last}: MAE {ForecastText.Value(Report.Model.MeanAbsoluteError)}, MASE {Report.Model.Mase:F3}; best naive {ForecastText.Value(Report.BestNaive.MeanAbsoluteError)} ({Report.BestNaive.Name}){(Report.Intervals.Count > 0 ? $"; 90 % hold {ForecastText.Percent(Report.Intervals.Single(interval => interval.Level == 0.9).Coverage)}" : "")}");
}
