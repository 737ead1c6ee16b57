using System.Globalization;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Series;
using Unroll.Models;

namespace Unroll.Cli.Views;

/// <summary>What is written of a forecaster for people.</summary>
internal static class ForecastLines
{
    private const int ShownSteps = 6;
    private const int ShownNotes = 5;

    /// <summary>With fewer values a level is held by single ones of them.</summary>
    private const int FewValues = 60;

    /// <summary>A level L needs rank ⌈(n + 1)·L⌉ ≤ n.</summary>
    private const int LeastOf90 = 9;
    private const int LeastOf95 = 19;

    public static IEnumerable<string> Of(ForecastPlan plan)
    {
        var (set, split) = (plan.Data.Set, plan.Split);
        yield return plan.Paths.Shown;
        yield return $"data     {ForecastText.Series(set)}; {ForecastText.Channels(set.Channels)}";
        foreach (var note in Notes(plan.Data))
            yield return $"         {note}";
        var (training, validation) = (Steps(split.TrainingEnd), Steps(index => split.ValidationEnd(index) - split.TrainingEnd(index)));
        yield return $"split    in time: {Figures.Count(training)} steps to learn from, {Figures.Count(validation)} for validation, {Figures.Count(set.Steps - training - validation)} to test; {Figures.Count(plan.Windows)} windows";
        yield return $"model    {plan.Model}, {Figures.Count(plan.Parameters)} parameters";
        yield return plan.ResumedFrom is { } update
            ? $"budget   {plan.Budget}, going on after update {Figures.Count(update)}"
            : $"budget   {plan.Budget}";

        long Steps(Func<int, int> count) => Enumerable.Range(0, set.Items.Count).Sum(index => (long)count(index));
    }

    public static IEnumerable<string> Of(ForecastResult result)
    {
        foreach (var line in result.Test is { } test ? Of(test) : ["warning     nothing was kept for a test, so nobody knows how good the forecasts are"])
            yield return line;
        if (!result.IsCalibrated)
            yield return "warning     nothing was kept for validation, so the intervals are those of the model and not calibrated";
        if (result.IsCalibrated && result.CalibrationValues < FewValues)
            yield return $"warning     the intervals are calibrated on {Figures.Count(result.CalibrationValues)} values for each step ahead, which is few{(result.CalibrationValues < LeastOf95 ? $"; those of 95 % need {LeastOf95}, those of 90 % {LeastOf90}" : "")}. Keep more with --validation";
        foreach (var line in result.Next is { } next ? Next(next) : ["forecast    the columns that are known ahead end with the data; add rows for the steps ahead, without the targets, to forecast them"])
            yield return line;
        yield return $"trained     {Figures.Count(result.Updates)} updates, {Figures.Time(TimeSpan.FromSeconds(result.Seconds))} in all{(result.ValidationLoss is { } loss ? $"; validation loss {Figures.Loss(loss)}" : "")}";
        yield return $"model       {result.Paths.Model}";
        yield return $"picture     {result.Files.Picture}";
        yield return $"report      {result.Files.Report}";
        if (result.Files.Table is { } table)
            yield return $"table       {table}";
        yield return $"curves      {result.Paths.Plot}";
        if (result.Checkpoint is { } checkpoint)
            yield return $"checkpoint  {checkpoint}";
        yield return $"next        {ShellWord.Program()} predict {ShellWord.Quote(result.Paths.Model)} FILE";
        yield return result.Paths.Shown;
    }

    /// <summary>The figures of a report.</summary>
    public static IEnumerable<string> Of(ForecastReport report)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"{"test",-26}{"MAE",11}{"RMSE",11}{"sMAPE",9}{"MASE",9}");
        foreach (var score in report.Baselines.Prepend(report.Model))
            yield return string.Create(CultureInfo.InvariantCulture, $"  {score.Name,-24}{ForecastText.Value(score.MeanAbsoluteError),11}{ForecastText.Value(score.RootMeanSquaredError),11}{score.Smape,9:F2}{(double.IsNaN(score.Mase) ? "–" : score.Mase.ToString("F3", CultureInfo.InvariantCulture)),9}");
        yield return $"            95 % interval of the model's MAE: [{ForecastText.Value(report.MeanAbsoluteErrorInterval.Low)}, {ForecastText.Value(report.MeanAbsoluteErrorInterval.High)}]";
        yield return $"by step     MAE {string.Join(", ", Horizons(report).Select(score => $"{score.Ahead}: {ForecastText.Value(score.MeanAbsoluteError)}"))}";
        if (report.Intervals.Count > 0)
            yield return $"intervals   {string.Join(", ", report.Intervals.Select(interval => $"{ForecastText.Percent(interval.Level)} hold {ForecastText.Percent(interval.Coverage)}"))}{(report.Pinball is { } pinball ? $"; pinball loss {ForecastText.Value(pinball)}" : "")}";
        var (isGood, verdict) = ForecastText.Verdict(report);
        yield return $"{(isGood ? "verdict     " : "warning     ")}{verdict}";
        if (report.LagAlarm is { } alarm)
            yield return $"lag         {alarm}";
        if (report.StandingStill > 0)
            yield return $"            {report.StandingStill} series or targets stand still in the training part and are left out of MASE";
        yield return $"signature   {report.Signature}";
    }

    /// <summary>What was done to the rows, and what was left out.</summary>
    public static IEnumerable<string> Notes(SeriesData data)
    {
        foreach (var note in data.Notes.Take(ShownNotes))
            yield return note;
        if (data.Notes.Count > ShownNotes)
            yield return $"and {data.Notes.Count - ShownNotes} more notes like these";
        if (data.LeftOut.Count > 0)
            yield return $"not read: {string.Join(", ", data.LeftOut)}";
    }

    private static IEnumerable<string> Next(Forecast forecast)
    {
        yield return $"forecast    {forecast.Targets[0]}{(forecast.SeriesName.Length > 0 ? $" of {forecast.SeriesName}" : "")}{(forecast.HasIntervals ? ", with the interval that holds 90 %" : "")}";
        for (var ahead = 1; ahead <= Math.Min(ShownSteps, forecast.Horizon); ahead++)
            yield return $"  {ForecastTable.Time(forecast, ahead)}  {ForecastText.Value(forecast.Value(ahead))}{(forecast.HasIntervals ? Interval(forecast.Interval(0.9, ahead)) : "")}";
        if (forecast.Horizon > ShownSteps)
            yield return "  …";
    }

    private static string Interval((double Low, double High) bounds) => $"  [{ForecastText.Value(bounds.Low)}, {ForecastText.Value(bounds.High)}]";

    /// <summary>The first, the last, and a few between.</summary>
    private static IEnumerable<HorizonScore> Horizons(ForecastReport report)
    {
        var all = report.Model.ByHorizon;
        return new[] { 1, 2, 3, 6, 12, 24, 48, 96, all.Count }.Where(ahead => ahead <= all.Count).Distinct().Select(ahead => all[ahead - 1]);
    }
}
