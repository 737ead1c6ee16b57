using System.Text.Json;
using Unroll.Cli.Series;
using Unroll.Models;

namespace Unroll.Cli.Views;

/// <summary>What is written of a forecaster for programs.</summary>
internal static class ForecastJson
{
    public static void Write(Utf8JsonWriter writer, ForecastPlan plan)
    {
        var (set, split) = (plan.Data.Set, plan.Split);
        writer.WriteString("path", plan.Paths.Shown);
        writer.WriteString("data", set.Name);
        writer.WriteNumber("series", set.Items.Count);
        writer.WriteNumber("steps", set.Steps);
        writer.WriteString("frequency", set.Frequency.ToString());
        writer.WriteStartArray("columns");
        foreach (var channel in set.Channels)
        {
            writer.WriteStartObject();
            writer.WriteString("name", channel.Name);
            writer.WriteString("role", channel.Role.ToString().ToLowerInvariant());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        ClassifyJson.Write(writer, "notes", [.. ForecastLines.Notes(plan.Data)]);
        writer.WriteNumber("trainingSteps", Enumerable.Range(0, set.Items.Count).Sum(index => (long)split.TrainingEnd(index)));
        writer.WriteNumber("validationSteps", Enumerable.Range(0, set.Items.Count).Sum(index => (long)split.ValidationEnd(index) - split.TrainingEnd(index)));
        writer.WriteNumber("windows", plan.Windows);
        writer.WriteString("configuration", plan.Model);
        writer.WriteNumber("parameters", plan.Parameters);
        writer.WriteString("budget", plan.Budget);
        if (plan.ResumedFrom is { } update)
            writer.WriteNumber("resumedFrom", update);
    }

    public static void Write(Utf8JsonWriter writer, ForecastResult result)
    {
        if (result.Test is { } test)
            Write(writer, "test", test);
        writer.WriteFigure("valLoss", result.ValidationLoss);
        writer.WriteBoolean("calibrated", result.IsCalibrated);
        writer.WriteNumber("calibrationValues", result.CalibrationValues);
        writer.WriteNumber("updates", result.Updates);
        writer.WriteNumber("parameters", result.Parameters);
        writer.WriteFigure("seconds", result.Seconds);
        if (result.Next is { } next)
            Write(writer, "forecast", next);
        writer.WriteString("model", result.Paths.Model);
        writer.WriteString("plot", result.Paths.Plot);
        writer.WriteString("forecastPlot", result.Files.Picture);
        writer.WriteString("report", result.Files.Report);
        if (result.Files.Table is { } table)
            writer.WriteString("forecastTable", table);
        if (result.Checkpoint is { } checkpoint)
            writer.WriteString("checkpoint", checkpoint);
        writer.WriteString("path", result.Paths.Shown);
    }

    /// <summary>A report as an object.</summary>
    public static void Write(Utf8JsonWriter writer, string name, ForecastReport report)
    {
        writer.WriteStartObject(name);
        WriteScore(writer, report.Model);
        writer.WriteFigure("maeLow", report.MeanAbsoluteErrorInterval.Low);
        writer.WriteFigure("maeHigh", report.MeanAbsoluteErrorInterval.High);
        writer.WriteFigure("pinball", report.Pinball);
        writer.WriteFigure("weightedQuantileLoss", report.WeightedQuantileLoss);
        writer.WriteFigure("msis", report.Msis);
        writer.WriteStartObject("baselines");
        foreach (var score in report.Baselines)
        {
            writer.WriteStartObject(score.Name);
            WriteScore(writer, score);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteStartArray("intervals");
        foreach (var interval in report.Intervals)
        {
            writer.WriteStartObject();
            writer.WriteFigure("level", interval.Level);
            writer.WriteFigure("coverage", interval.Coverage);
            writer.WriteFigure("below", interval.Below);
            writer.WriteFigure("above", interval.Above);
            writer.WriteFigure("width", interval.Width);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("verdict", ForecastText.Verdict(report).Text);
        writer.WriteString("lagAlarm", report.LagAlarm);
        writer.WriteNumber("values", report.Values);
        writer.WriteNumber("origins", report.Origins);
        writer.WriteString("signature", report.Signature);
        writer.WriteEndObject();
    }

    /// <summary>A forecast as an object.</summary>
    public static void Write(Utf8JsonWriter writer, string name, Forecast forecast)
    {
        writer.WriteStartObject(name);
        WriteFields(writer, forecast);
        writer.WriteEndObject();
    }

    /// <summary>A forecast as fields of an object.</summary>
    public static void WriteFields(Utf8JsonWriter writer, Forecast forecast)
    {
        writer.WriteString("series", forecast.SeriesName);
        writer.WriteNumber("steps", forecast.Steps);
        for (var target = 0; target < forecast.Targets.Count; target++)
        {
            writer.WriteStartArray(forecast.Targets[target]);
            for (var ahead = 1; ahead <= forecast.Horizon; ahead++)
            {
                writer.WriteStartObject();
                writer.WriteString("time", ForecastTable.Time(forecast, ahead));
                writer.WriteFigure("value", (float)forecast.Value(ahead, target));
                for (var index = 0; index < Forecaster.IntervalLevels.Count && forecast.HasIntervals; index++)
                {
                    var (level, bounds) = (Forecaster.IntervalLevels[index], forecast.Interval(Forecaster.IntervalLevels[index], ahead, target));
                    writer.WriteFigure(FormattableString.Invariant($"low{100 * level:F0}"), (float)bounds.Low);
                    writer.WriteFigure(FormattableString.Invariant($"high{100 * level:F0}"), (float)bounds.High);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }
    }

    private static void WriteScore(Utf8JsonWriter writer, ForecastScore score)
    {
        writer.WriteFigure("mae", score.MeanAbsoluteError);
        writer.WriteFigure("rmse", score.RootMeanSquaredError);
        writer.WriteFigure("smape", score.Smape);
        writer.WriteFigure("mase", score.Mase);
        writer.WriteStartArray("byHorizon");
        foreach (var horizon in score.ByHorizon)
        {
            writer.WriteStartObject();
            writer.WriteNumber("ahead", horizon.Ahead);
            writer.WriteFigure("mae", horizon.MeanAbsoluteError);
            writer.WriteFigure("rmse", horizon.RootMeanSquaredError);
            writer.WriteFigure("rse", horizon.RelativeSquaredError);
            writer.WriteFigure("correlation", horizon.Correlation);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
