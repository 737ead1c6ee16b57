using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Views;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.Cli.Verbs;

/// <summary><c>unroll info</c>: what a model file holds.</summary>
internal static class InfoVerb
{
    /// <summary>Tokens of a vocabulary that are shown to people; JSON has them all.</summary>
    private const int ShownTokens = 100;

    private static readonly Argument<string> Model = new("MODEL") { Description = "A model that 'unroll train' wrote" };

    private static readonly Option<bool> Json = Opt.Flag("--json", "Print one JSON object and nothing else");

    public static Command Create()
    {
        var command = new Command("info", "Show what a model file holds: configuration, vocabulary, tensors, training record") { Model, Json };
        command.SetAction(line => Run(line));
        return command.WithExamples("unroll info shakespeare.safetensors");
    }

    private static int Run(ParseResult line)
    {
        var path = ModelPath.Of(line, Model);
        var output = line.InvocationConfiguration.Output;
        switch (ModelKind.Of(path))
        {
            case ModelKind.Classifier:
                return ShowClassifier(output, path, line.GetValue(Json));
            case ModelKind.Forecaster:
                return ShowForecaster(output, path, line.GetValue(Json));
        }

        var model = LanguageModel.Load(path);
        if (line.GetValue(Json))
        {
            JsonLines.Write(output, "info", writer => WriteJson(writer, path, model));
            return ExitCode.Good;
        }

        output.WriteLine($"{path}: {ModelText.Describe(model.Options)}, {Figures.Count(model.ParameterCount)} parameters, weights {ModelText.WeightsName(model.Weights)}, {Figures.Size(new FileInfo(path).Length)}");
        WriteConfiguration(output, model.Options);
        WriteVocabulary(output, model.Vocabulary);
        WriteTensors(output, model);
        WriteRecord(output, model.Training);
        return ExitCode.Good;
    }

    private static int ShowClassifier(TextWriter output, string path, bool json)
    {
        var model = SequenceClassifier.Load(path);
        if (json)
            JsonLines.Write(output, "info", writer => ClassifierInfo.WriteJson(writer, path, model));
        else
            ClassifierInfo.Write(output, path, model);
        return ExitCode.Good;
    }

    private static int ShowForecaster(TextWriter output, string path, bool json)
    {
        var model = Forecaster.Load(path);
        if (json)
            JsonLines.Write(output, "info", writer => ForecasterInfo.WriteJson(writer, path, model));
        else
            ForecasterInfo.Write(output, path, model);
        return ExitCode.Good;
    }

    private static void WriteConfiguration(TextWriter output, LanguageModelOptions options)
    {
        output.WriteLine("configuration");
        Line(output, "cell", ModelText.CellName(options.Cell));
        foreach (var constant in options.Cell.Constants)
            Line(output, constant.Name, constant.Value);
        if (options.Cell.Clip is { } limit)
            Line(output, "clip", limit);
        if (options.Cell.HasHardActivations)
            Line(output, "activations", "hard");
        Line(output, "hidden size", options.HiddenSize);
        Line(output, "layers", options.Layers);
        if (options.LayerSizes is { } sizes)
            Line(output, "layer sizes", string.Join(", ", sizes));
        if (options.Cell.ProjectsOutput)
            Line(output, "projection", options.ProjectionSize ?? (options.HiddenSize + 1) / 2);
        Line(output, "connection", ModelText.ConnectionName(options.Connection));
        Line(output, "start", options.TrainableStart ? "trainable" : "zero");
        Line(output, "embedding size", options.EmbeddingSize);
        Line(output, "dropout", options.Dropout);
        Line(output, "variational", options.VariationalDropout);
        Line(output, "recurrent", options.RecurrentDropout);
        Line(output, "zoneout", options.ZoneoutOutput);
        Line(output, "state zoneout", options.ZoneoutState);
        Line(output, "seed", options.Seed);
    }

    private static void WriteVocabulary(TextWriter output, Vocabulary vocabulary)
    {
        output.WriteLine("vocabulary");
        Line(output, "tokens", $"{Figures.Count(vocabulary.Size)} of kind {vocabulary.Kind}");
        var shown = string.Join(' ', Enumerable.Range(0, Math.Min(ShownTokens, vocabulary.Size)).Select(token => ModelText.Token(vocabulary, token)));
        Line(output, "", vocabulary.Size > ShownTokens ? $"{shown} …" : shown);
    }

    private static void WriteTensors(TextWriter output, LanguageModel model)
    {
        output.WriteLine("tensors");
        foreach (var tensor in model.Tensors)
            output.WriteLine($"  {tensor.Name,-24}{ModelText.WeightsName(tensor.Format)} {tensor.Shape}");
    }

    private static void WriteRecord(TextWriter output, TrainingRecord? record)
    {
        output.WriteLine("training");
        if (record is null)
        {
            Line(output, "", "no record");
            return;
        }

        Line(output, "text", record.Text);
        Line(output, "tokens", $"{Figures.Count(record.TrainingTokens)} learned from, {Figures.Count(record.ValidationTokens)} for validation");
        Line(output, "updates", $"{Figures.Count(record.Updates)} in {Figures.Small(record.Epochs)} epochs, {Figures.Time(TimeSpan.FromSeconds(record.Seconds))}");
        Line(output, "training loss", $"{Figures.Loss(record.TrainingLoss)} nats per token");
        Line(output, "validation loss", $"{Figures.Loss(record.ValidationLoss)} nats per token");
        Line(output, "settings", record.Settings);
        Line(output, "trained with", $"Unroll {record.Version}");
    }

    private static void Line(TextWriter output, string name, object value) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-16}{value}"));

    private static void WriteJson(Utf8JsonWriter writer, string path, LanguageModel model)
    {
        writer.WriteString("model", path);
        writer.WriteNumber("parameters", model.ParameterCount);
        writer.WriteString("weights", ModelText.WeightsName(model.Weights));
        writer.WriteStartObject("configuration");
        writer.WriteString("cell", ModelText.CellName(model.Options.Cell));
        writer.WriteStartObject("constants");
        foreach (var constant in model.Options.Cell.Constants)
            writer.WriteNumber(constant.Name, constant.Value);
        writer.WriteEndObject();
        if (model.Options.Cell.Clip is { } limit)
            writer.WriteNumber("clip", limit);
        writer.WriteBoolean("hardActivations", model.Options.Cell.HasHardActivations);
        writer.WriteNumber("hiddenSize", model.Options.HiddenSize);
        writer.WriteNumber("layers", model.Options.Layers);
        if (model.Options.LayerSizes is { } sizes)
        {
            writer.WriteStartArray("layerSizes");
            foreach (var size in sizes)
                writer.WriteNumberValue(size);
            writer.WriteEndArray();
        }

        if (model.Options.ProjectionSize is { } projection)
            writer.WriteNumber("projectionSize", projection);
        writer.WriteString("connection", ModelText.ConnectionName(model.Options.Connection));
        writer.WriteBoolean("trainableStart", model.Options.TrainableStart);
        writer.WriteNumber("embeddingSize", model.Options.EmbeddingSize);
        writer.WriteNumber("dropout", model.Options.Dropout);
        writer.WriteNumber("variationalDropout", model.Options.VariationalDropout);
        writer.WriteNumber("recurrentDropout", model.Options.RecurrentDropout);
        writer.WriteNumber("zoneoutOutput", model.Options.ZoneoutOutput);
        writer.WriteNumber("zoneoutState", model.Options.ZoneoutState);
        writer.WriteNumber("seed", model.Options.Seed);
        writer.WriteEndObject();
        writer.WritePropertyName("vocabulary");
        model.Vocabulary.WriteJson(writer);
        writer.WriteStartArray("tensors");
        foreach (var tensor in model.Tensors)
        {
            writer.WriteStartObject();
            writer.WriteString("name", tensor.Name);
            writer.WriteString("type", ModelText.WeightsName(tensor.Format));
            writer.WriteStartArray("shape");
            foreach (var size in tensor.Shape.ToArray())
                writer.WriteNumberValue(size);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (model.Training is { } record)
            WriteRecord(writer, record);
    }

    private static void WriteRecord(Utf8JsonWriter writer, TrainingRecord record)
    {
        writer.WriteStartObject("training");
        writer.WriteString("text", record.Text);
        writer.WriteNumber("trainingTokens", record.TrainingTokens);
        writer.WriteNumber("validationTokens", record.ValidationTokens);
        writer.WriteNumber("updates", record.Updates);
        writer.WriteFigure("epochs", record.Epochs);
        writer.WriteFigure("seconds", record.Seconds);
        writer.WriteFigure("trainLoss", record.TrainingLoss);
        writer.WriteFigure("valLoss", record.ValidationLoss);
        writer.WriteString("settings", record.Settings);
        writer.WriteString("version", record.Version);
        writer.WriteEndObject();
    }
}
