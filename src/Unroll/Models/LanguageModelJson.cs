using System.Text.Json;
using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Models;

/// <summary>The configuration, the training record and the probes of a language model as JSON text for the metadata of its file.</summary>
internal static class LanguageModelJson
{
    private const string WeightsField = "weights";
    private const string LayerSizesField = "layerSizes";
    private const string ProjectionSizeField = "projectionSize";
    private const string ConnectionField = "connection";
    private const string TrainableStartField = "trainableStart";
    private const string VariationalDropoutField = "variationalDropout";
    private const string RecurrentDropoutField = "recurrentDropout";
    private const string ZoneoutOutputField = "zoneoutOutput";
    private const string ZoneoutStateField = "zoneoutState";

    internal static readonly (RecurrentInitialization Value, string Name)[] InitializationNames =
        [(RecurrentInitialization.TorchUniform, "torch-uniform"), (RecurrentInitialization.Orthogonal, "orthogonal")];

    private static readonly (WeightFormat Value, string Name)[] WeightNames =
        [(WeightFormat.Float32, "float32"), (WeightFormat.BFloat16, "bfloat16"), (WeightFormat.Int8, "int8")];

    internal static readonly (LayerConnection Value, string Name)[] ConnectionNames =
        [(LayerConnection.Plain, "plain"), (LayerConnection.Residual, "residual"), (LayerConnection.Highway, "highway")];

    /// <summary>The name of a weight format in files.</summary>
    public static string NameOf(WeightFormat weights) => WeightNames.Single(entry => entry.Value == weights).Name;

    /// <summary>Weights in float32, and choices of the stack that were not made, are not mentioned, as in files from before there were others.</summary>
    public static string WriteOptions(LanguageModelOptions options, WeightFormat weights = WeightFormat.Float32) => MetadataJson.Write(writer =>
    {
        writer.WriteStartObject();
        CellJson.Write(writer, options.Cell);
        writer.WriteNumber("hiddenSize", options.HiddenSize);
        writer.WriteNumber("layers", options.Layers);
        writer.WriteNumber("embeddingSize", options.EmbeddingSize);
        writer.WriteNumber("dropout", options.Dropout);
        writer.WriteNumber("seed", options.Seed);
        writer.WriteString("initialization", InitializationNames.Single(entry => entry.Value == options.Initialization).Name);
        writer.WriteNumberOrNull("forgetBias", options.ForgetBias);
        if (weights != WeightFormat.Float32)
            writer.WriteString(WeightsField, NameOf(weights));
        WriteStack(writer, options);
        writer.WriteEndObject();
    });

    public static LanguageModelOptions ReadOptions(string json, string source, IReadOnlyList<Cell> cells)
    {
        var options = MetadataJson.Read(json, source, root => new LanguageModelOptions
        {
            Cell = CellJson.Read(root, cells, source),
            HiddenSize = root.GetProperty("hiddenSize").GetInt32(),
            Layers = root.GetProperty("layers").GetInt32(),
            EmbeddingSize = root.GetProperty("embeddingSize").GetInt32(),
            Dropout = (float)root.GetProperty("dropout").Finite(),
            Seed = root.GetProperty("seed").GetUInt64(),
            Initialization = Named(InitializationNames, root.GetProperty("initialization").GetString()),
            ForgetBias = (float?)root.GetProperty("forgetBias").FiniteOrNull(),
            LayerSizes = root.TryGetProperty(LayerSizesField, out var sizes) ? sizes.Items(size => size.GetInt32()) : null,
            ProjectionSize = root.TryGetProperty(ProjectionSizeField, out var projection) ? projection.GetInt32() : null,
            Connection = root.TryGetProperty(ConnectionField, out var connection) ? Named(ConnectionNames, connection.GetString()) : LayerConnection.Plain,
            TrainableStart = root.TryGetProperty(TrainableStartField, out var start) && start.GetBoolean(),
            VariationalDropout = ReadRate(root, VariationalDropoutField),
            RecurrentDropout = ReadRate(root, RecurrentDropoutField),
            ZoneoutOutput = ReadRate(root, ZoneoutOutputField),
            ZoneoutState = ReadRate(root, ZoneoutStateField),
        });
        return options.Problem() is { } problem ? throw new InvalidDataException($"{source}: {problem.Message}") : options;
    }

    /// <summary>What the matrices of a configuration are made of.</summary>
    public static WeightFormat ReadWeights(string json, string source) => MetadataJson.Read(json, source, root =>
        root.TryGetProperty(WeightsField, out var weights) ? Named(WeightNames, weights.GetString()) : WeightFormat.Float32);

    public static string WriteRecord(TrainingRecord record) => MetadataJson.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("text", record.Text);
        writer.WriteNumber("trainingTokens", record.TrainingTokens);
        writer.WriteNumber("validationTokens", record.ValidationTokens);
        writer.WriteNumber("updates", record.Updates);
        writer.WriteNumber("epochs", record.Epochs);
        writer.WriteNumber("seconds", record.Seconds);
        writer.WriteNumberOrNull("trainingLoss", record.TrainingLoss);
        writer.WriteNumberOrNull("validationLoss", record.ValidationLoss);
        writer.WriteString("settings", record.Settings);
        writer.WriteString("version", record.Version);
        writer.WriteStartArray("tokenCounts");
        foreach (var count in record.TokenCounts)
            writer.WriteNumberValue(count);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    public static TrainingRecord ReadRecord(string json, string source, int vocabularySize)
    {
        var record = MetadataJson.Read(json, source, root => new TrainingRecord
        {
            Text = Text(root, "text"),
            TrainingTokens = root.GetProperty("trainingTokens").GetInt64(),
            ValidationTokens = root.GetProperty("validationTokens").GetInt64(),
            Updates = root.GetProperty("updates").GetInt64(),
            Epochs = root.GetProperty("epochs").Finite(),
            Seconds = root.GetProperty("seconds").Finite(),
            TrainingLoss = root.GetProperty("trainingLoss").FiniteOrNull(),
            ValidationLoss = root.GetProperty("validationLoss").FiniteOrNull(),
            Settings = Text(root, "settings"),
            Version = Text(root, "version"),
            TokenCounts = root.GetProperty("tokenCounts").Items(count => count.GetInt64()),
        });
        if (record.TokenCounts.Count != 0 && record.TokenCounts.Count != vocabularySize)
        {
            throw new InvalidDataException(
                $"{source}: 'tokenCounts' has {record.TokenCounts.Count} entries; expected {vocabularySize}, one for each token of the vocabulary, or none.");
        }

        return record.TokenCounts.All(count => count >= 0) ? record : throw new InvalidDataException($"{source}: 'tokenCounts' has a negative entry.");
    }

    public static string WriteProbes(IReadOnlyList<Probe> probes) => MetadataJson.Write(writer =>
    {
        writer.WriteStartArray();
        foreach (var probe in probes)
        {
            writer.WriteStartObject();
            writer.WriteStartArray("tokens");
            foreach (var token in probe.Tokens)
                writer.WriteNumberValue(token);
            writer.WriteEndArray();
            writer.WriteStartArray("logits");
            foreach (var logit in probe.Logits)
                writer.WriteNumberValue(logit);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    public static IReadOnlyList<Probe> ReadProbes(string json, string source) => MetadataJson.Read(json, source, root =>
        root.Items(probe => new Probe(
            probe.GetProperty("tokens").Items(token => token.GetInt32()), probe.GetProperty("logits").Items(logit => (float)logit.Finite()))));

    private static void WriteStack(Utf8JsonWriter writer, LanguageModelOptions options)
    {
        if (options.LayerSizes is { } sizes)
        {
            writer.WriteStartArray(LayerSizesField);
            foreach (var size in sizes)
                writer.WriteNumberValue(size);
            writer.WriteEndArray();
        }

        if (options.ProjectionSize is { } projection)
            writer.WriteNumber(ProjectionSizeField, projection);
        if (options.Connection != LayerConnection.Plain)
            writer.WriteString(ConnectionField, ConnectionNames.Single(entry => entry.Value == options.Connection).Name);
        if (options.TrainableStart)
            writer.WriteBoolean(TrainableStartField, true);
        WriteRate(writer, VariationalDropoutField, options.VariationalDropout);
        WriteRate(writer, RecurrentDropoutField, options.RecurrentDropout);
        WriteRate(writer, ZoneoutOutputField, options.ZoneoutOutput);
        WriteRate(writer, ZoneoutStateField, options.ZoneoutState);
    }

    private static void WriteRate(Utf8JsonWriter writer, string field, float rate)
    {
        if (rate > 0)
            writer.WriteNumber(field, rate);
    }

    private static float ReadRate(JsonElement root, string field) => root.TryGetProperty(field, out var rate) ? (float)rate.Finite() : 0;

    /// <summary>A text that may not be null.</summary>
    internal static string Text(JsonElement root, string name) =>
        root.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is null");

    /// <summary>What a name in a file stands for.</summary>
    internal static T Named<T>(IEnumerable<(T Value, string Name)> names, string? name)
    {
        foreach (var entry in names)
        {
            if (string.Equals(entry.Name, name, StringComparison.Ordinal))
                return entry.Value;
        }

        throw new FormatException($"'{name}' is not one of {string.Join(", ", names.Select(entry => entry.Name))}");
    }
}
