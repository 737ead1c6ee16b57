using System.Globalization;
using System.Text.Json;
using Unroll.Cli.Views;
using Unroll.Models;

namespace Unroll.Cli.Verbs;

/// <summary>What <c>unroll info</c> says of a forecaster.</summary>
internal static class ForecasterInfo
{
    private const int ShownSeries = 20;

    public static void Write(TextWriter output, string path, Forecaster model)
    {
        var options = model.Options;
        output.WriteLine($"{path}: forecaster, {ForecastText.Describe(model)}, {Figures.Count(model.ParameterCount)} parameters, {Figures.Size(new FileInfo(path).Length)}");
        output.WriteLine("configuration");
        Line(output, "columns", ForecastText.Channels(model.Channels));
        Line(output, "steps", model.Frequency.HasCalendar ? $"of a {model.Frequency}" : "numbered");
        if (model.SeriesNames is not [""])
            Line(output, "series", $"{model.SeriesNames.Count}: {string.Join(", ", model.SeriesNames.Take(ShownSeries))}{(model.SeriesNames.Count > ShownSeries ? " …" : "")}");
        Line(output, "kind", ForecastText.Kind(options.Kind));
        Line(output, "output", ForecastText.Output(options.Output));
        Line(output, "horizon", options.Horizon);
        Line(output, "context", options.Context);
        Line(output, "season", options.Season?.ToString(CultureInfo.InvariantCulture) ?? "none");
        Line(output, "scaling", options.Scaling.ToString().ToLowerInvariant());
        Line(output, "anchor", options.Anchor.ToString().ToLowerInvariant());
        Line(output, "transform", options.Transform.ToString().ToLowerInvariant());
        Line(output, "cell", ModelText.CellName(options.Cell));
        Line(output, "hidden size", options.HiddenSize);
        Line(output, "layers", options.Layers);
        Line(output, "intervals", model.IsCalibrated ? "calibrated" : model.HasIntervals ? "of the model" : "none");
        output.WriteLine("tensors");
        foreach (var parameter in model.Parameters)
            output.WriteLine($"  {parameter.Name,-24}float32 {parameter.Shape}");
        output.WriteLine("training");
        if (model.Training is not { } record)
        {
            Line(output, "", "no record");
            return;
        }

        Line(output, "data", record.Data);
        Line(output, "steps", $"{Figures.Count(record.TrainingSteps)} learned from, {Figures.Count(record.ValidationSteps)} for validation, {Figures.Count(record.TestSteps)} for the test");
        Line(output, "updates", $"{Figures.Count(record.Updates)} in {Figures.Small(record.Epochs)} epochs, {Figures.Time(TimeSpan.FromSeconds(record.Seconds))}");
        Line(output, "validation", record.ValidationLoss is { } loss ? $"loss {Figures.Loss(loss)}" : "none");
        Line(output, "test", record.TestMeanAbsoluteError is { } error ? $"mean absolute error {ForecastText.Value(error)}" : "none");
        Line(output, "settings", record.Settings);
        Line(output, "trained with", $"Unroll {record.Version}");
    }

    public static void WriteJson(Utf8JsonWriter writer, string path, Forecaster model)
    {
        writer.WriteString("model", path);
        writer.WriteString("kind", ModelKind.Forecaster);
        writer.WriteNumber("parameters", model.ParameterCount);
        writer.WriteStartObject("configuration");
        writer.WriteString("cell", ModelText.CellName(model.Options.Cell));
        writer.WriteString("kind", ForecastText.Kind(model.Options.Kind));
        writer.WriteString("output", ForecastText.Output(model.Options.Output));
        writer.WriteNumber("horizon", model.Options.Horizon);
        writer.WriteNumber("context", model.Options.Context);
        writer.WriteFigure("season", model.Options.Season);
        writer.WriteString("scaling", model.Options.Scaling.ToString().ToLowerInvariant());
        writer.WriteString("anchor", model.Options.Anchor.ToString().ToLowerInvariant());
        writer.WriteString("transform", model.Options.Transform.ToString().ToLowerInvariant());
        writer.WriteNumber("hiddenSize", model.Options.HiddenSize);
        writer.WriteNumber("layers", model.Options.Layers);
        writer.WriteEndObject();
        writer.WriteString("frequency", model.Frequency.ToString());
        writer.WriteStartArray("columns");
        foreach (var channel in model.Channels)
        {
            writer.WriteStartObject();
            writer.WriteString("name", channel.Name);
            writer.WriteString("role", channel.Role.ToString().ToLowerInvariant());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        ClassifyJson.Write(writer, "series", model.SeriesNames);
        writer.WriteBoolean("calibrated", model.IsCalibrated);
        if (model.Training is not { } record)
            return;
        writer.WriteStartObject("training");
        writer.WriteString("data", record.Data);
        writer.WriteNumber("trainingSteps", record.TrainingSteps);
        writer.WriteNumber("validationSteps", record.ValidationSteps);
        writer.WriteNumber("testSteps", record.TestSteps);
        writer.WriteNumber("updates", record.Updates);
        writer.WriteFigure("epochs", record.Epochs);
        writer.WriteFigure("seconds", record.Seconds);
        writer.WriteFigure("valLoss", record.ValidationLoss);
        writer.WriteFigure("testMae", record.TestMeanAbsoluteError);
        writer.WriteString("settings", record.Settings);
        writer.WriteString("version", record.Version);
        writer.WriteEndObject();
    }

    private static void Line(TextWriter output, string name, object value) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-16}{value}"));
}
