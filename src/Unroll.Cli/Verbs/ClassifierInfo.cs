using System.Globalization;
using System.Text.Json;
using Unroll.Cli.Views;
using Unroll.Models;

namespace Unroll.Cli.Verbs;

/// <summary>What <c>unroll info</c> says of a classifier.</summary>
internal static class ClassifierInfo
{
    public static void Write(TextWriter output, string path, SequenceClassifier model)
    {
        var options = model.Options;
        output.WriteLine($"{path}: classifier, {ClassifierText.Describe(options)}, {Figures.Count(model.ParameterCount)} parameters, {Figures.Size(new FileInfo(path).Length)}");
        output.WriteLine("configuration");
        Line(output, "reads", ClassifierText.Input(model));
        Line(output, "labels", $"{model.Labels.Count}: {string.Join(", ", model.Labels)}");
        Line(output, "cell", ModelText.CellName(options.Cell));
        Line(output, "hidden size", options.HiddenSize);
        Line(output, "layers", options.Layers);
        Line(output, "directions", options.Bidirectional ? 2 : 1);
        Line(output, "pooling", options.PerStep ? "none: a label for each step" : ClassifierText.PoolingName(options.Pooling));
        Line(output, "temperature", model.Temperature);
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
        Line(output, "examples", $"{Figures.Count(record.TrainingExamples)} learned from, {Figures.Count(record.ValidationExamples)} for validation");
        Line(output, "updates", $"{Figures.Count(record.Updates)} in {Figures.Small(record.Epochs)} epochs, {Figures.Time(TimeSpan.FromSeconds(record.Seconds))}");
        Line(output, "validation", record.ValidationAccuracy is { } accuracy ? $"accuracy {ClassifierText.Percent(accuracy)}, log loss {Figures.Loss(record.ValidationLoss)}" : "none");
        Line(output, "settings", record.Settings);
        Line(output, "trained with", $"Unroll {record.Version}");
    }

    public static void WriteJson(Utf8JsonWriter writer, string path, SequenceClassifier model)
    {
        writer.WriteString("model", path);
        writer.WriteString("kind", ModelKind.Classifier);
        writer.WriteNumber("parameters", model.ParameterCount);
        writer.WriteStartObject("configuration");
        writer.WriteString("cell", ModelText.CellName(model.Options.Cell));
        writer.WriteNumber("hiddenSize", model.Options.HiddenSize);
        writer.WriteNumber("layers", model.Options.Layers);
        writer.WriteBoolean("bidirectional", model.Options.Bidirectional);
        writer.WriteBoolean("perStep", model.Options.PerStep);
        writer.WriteString("pooling", ClassifierText.PoolingName(model.Options.Pooling));
        writer.WriteFigure("temperature", model.Temperature);
        writer.WriteEndObject();
        ClassifyJson.Write(writer, "labels", model.Labels);
        if (model.Vocabulary is { } vocabulary)
        {
            writer.WritePropertyName("vocabulary");
            vocabulary.WriteJson(writer);
        }

        if (model.Scaler is { } scaler)
            writer.WriteNumber("channels", scaler.Channels);
        if (model.Training is not { } record)
            return;
        writer.WriteStartObject("training");
        writer.WriteString("data", record.Data);
        writer.WriteNumber("trainingExamples", record.TrainingExamples);
        writer.WriteNumber("validationExamples", record.ValidationExamples);
        writer.WriteNumber("updates", record.Updates);
        writer.WriteFigure("epochs", record.Epochs);
        writer.WriteFigure("seconds", record.Seconds);
        writer.WriteFigure("valLoss", record.ValidationLoss);
        writer.WriteFigure("valAccuracy", record.ValidationAccuracy);
        writer.WriteString("settings", record.Settings);
        writer.WriteString("version", record.Version);
        writer.WriteEndObject();
    }

    private static void Line(TextWriter output, string name, object value) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-16}{value}"));
}
