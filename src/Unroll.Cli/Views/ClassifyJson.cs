using System.Text.Json;
using Unroll.Models;

namespace Unroll.Cli.Views;

/// <summary>What is written of a classifier for programs.</summary>
internal static class ClassifyJson
{
    public static void Write(Utf8JsonWriter writer, ClassifyPlan plan)
    {
        writer.WriteString("path", plan.Paths.Shown);
        writer.WriteString("data", plan.Data);
        writer.WriteNumber("trainingExamples", plan.Training);
        writer.WriteNumber("validationExamples", plan.Validation);
        writer.WriteNumber("testExamples", plan.Test);
        Write(writer, "labels", plan.Labels);
        writer.WriteString("configuration", plan.Model);
        writer.WriteNumber("parameters", plan.Parameters);
        writer.WriteString("budget", plan.Budget);
        if (plan.ResumedFrom is { } update)
            writer.WriteNumber("resumedFrom", update);
    }

    public static void Write(Utf8JsonWriter writer, ClassifyResult result)
    {
        if (result.Validation is { } validation)
            Write(writer, "validation", validation);
        if (result.Test is { } test)
            Write(writer, "test", test);
        writer.WriteNumber("mistakes", result.Mistakes.Count);
        writer.WriteNumber("updates", result.Updates);
        writer.WriteNumber("parameters", result.Parameters);
        writer.WriteFigure("temperature", result.Temperature);
        writer.WriteFigure("seconds", result.Seconds);
        writer.WriteString("model", result.Paths.Model);
        writer.WriteString("plot", result.Paths.Plot);
        if (result.Files is { } files)
        {
            writer.WriteString("confusionPlot", files.Confusion);
            writer.WriteString("mistakesTable", files.Mistakes);
        }

        if (result.Checkpoint is { } checkpoint)
            writer.WriteString("checkpoint", checkpoint);
        writer.WriteString("path", result.Paths.Shown);
    }

    /// <summary>A report as an object.</summary>
    public static void Write(Utf8JsonWriter writer, string name, ClassificationReport report)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("examples", report.Examples);
        writer.WriteFigure("accuracy", report.Accuracy);
        writer.WriteFigure("accuracyLow", report.AccuracyInterval.Low);
        writer.WriteFigure("accuracyHigh", report.AccuracyInterval.High);
        writer.WriteFigure("macroF1", report.MacroF1);
        writer.WriteFigure("logLoss", report.LogLoss);
        writer.WriteFigure("calibrationError", report.CalibrationError);
        writer.WriteString("majorityLabel", report.MajorityLabel);
        writer.WriteFigure("majorityAccuracy", report.MajorityAccuracy);
        Write(writer, "labels", report.Labels);
        writer.WriteStartArray("confusion");
        foreach (var row in report.Confusion)
        {
            writer.WriteStartArray();
            foreach (var count in row)
                writer.WriteNumberValue(count);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteString("signature", report.Signature);
        writer.WriteEndObject();
    }

    /// <summary>A list of texts.</summary>
    public static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}
