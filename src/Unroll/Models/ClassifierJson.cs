using System.Text.Json;
using Unroll.Cells;
using Unroll.Data;
using Unroll.Layers;

namespace Unroll.Models;

/// <summary>What a classifier's file says as JSON text in its metadata: configuration, labels, scaler, training record and probes.</summary>
internal static class ClassifierJson
{
    private static readonly (PoolingKind Value, string Name)[] PoolingNames =
        [(PoolingKind.Last, "last"), (PoolingKind.Mean, "mean"), (PoolingKind.Max, "max"), (PoolingKind.Attention, "attention")];

    private static readonly (TokenKind Value, string Name)[] TokenNames =
        [(TokenKind.Character, "character"), (TokenKind.Byte, "byte"), (TokenKind.Word, "word"), (TokenKind.BytePair, "byte-pair")];

    public static string WriteOptions(SequenceClassifierOptions options, double temperature) => MetadataJson.Write(writer =>
    {
        writer.WriteStartObject();
        CellJson.Write(writer, options.Cell);
        writer.WriteNumber("hiddenSize", options.HiddenSize);
        writer.WriteNumber("layers", options.Layers);
        writer.WriteBoolean("bidirectional", options.Bidirectional);
        writer.WriteString("connection", LanguageModelJson.ConnectionNames.Single(entry => entry.Value == options.Connection).Name);
        writer.WriteString("pooling", PoolingNames.Single(entry => entry.Value == options.Pooling).Name);
        writer.WriteBoolean("perStep", options.PerStep);
        writer.WriteString("tokens", TokenNames.Single(entry => entry.Value == options.Tokens).Name);
        writer.WriteNumber("maximumWords", options.MaximumWords);
        writer.WriteNumber("bytePairMerges", options.BytePairMerges);
        writer.WriteNumber("embeddingSize", options.EmbeddingSize);
        writer.WriteNumber("dropout", options.Dropout);
        writer.WriteNumber("variationalDropout", options.VariationalDropout);
        writer.WriteNumber("tokenDropout", options.TokenDropout);
        writer.WriteNumber("inputNoise", options.InputNoise);
        writer.WriteBoolean("balanceLabels", options.BalanceLabels);
        writer.WriteNumber("seed", options.Seed);
        writer.WriteString("initialization", LanguageModelJson.InitializationNames.Single(entry => entry.Value == options.Initialization).Name);
        writer.WriteNumberOrNull("forgetBias", options.ForgetBias);
        writer.WriteNumber("temperature", temperature);
        writer.WriteEndObject();
    });

    public static (SequenceClassifierOptions Options, double Temperature) ReadOptions(string json, string source, IReadOnlyList<Cell> cells)
    {
        var (options, temperature) = MetadataJson.Read(json, source, root => (new SequenceClassifierOptions
        {
            Cell = CellJson.Read(root, cells, source),
            HiddenSize = root.GetProperty("hiddenSize").GetInt32(),
            Layers = root.GetProperty("layers").GetInt32(),
            Bidirectional = root.GetProperty("bidirectional").GetBoolean(),
            Connection = LanguageModelJson.Named(LanguageModelJson.ConnectionNames, root.GetProperty("connection").GetString()),
            Pooling = LanguageModelJson.Named(PoolingNames, root.GetProperty("pooling").GetString()),
            PerStep = root.GetProperty("perStep").GetBoolean(),
            Tokens = LanguageModelJson.Named(TokenNames, root.GetProperty("tokens").GetString()),
            MaximumWords = root.GetProperty("maximumWords").GetInt32(),
            BytePairMerges = root.GetProperty("bytePairMerges").GetInt32(),
            EmbeddingSize = root.GetProperty("embeddingSize").GetInt32(),
            Dropout = (float)root.GetProperty("dropout").Finite(),
            VariationalDropout = (float)root.GetProperty("variationalDropout").Finite(),
            TokenDropout = (float)root.GetProperty("tokenDropout").Finite(),
            InputNoise = (float)root.GetProperty("inputNoise").Finite(),
            BalanceLabels = root.GetProperty("balanceLabels").GetBoolean(),
            Seed = root.GetProperty("seed").GetUInt64(),
            Initialization = LanguageModelJson.Named(LanguageModelJson.InitializationNames, root.GetProperty("initialization").GetString()),
            ForgetBias = (float?)root.GetProperty("forgetBias").FiniteOrNull(),
        }, root.GetProperty("temperature").Finite()));
        if (options.Problem() is { } problem)
            throw new InvalidDataException($"{source}: {problem.Message}");
        return temperature is >= TemperatureSoftmax.Lowest / 2 and <= TemperatureSoftmax.Highest * 2
            ? (options, temperature)
            : throw new InvalidDataException(FormattableString.Invariant($"{source}: the temperature is {temperature}; expected {TemperatureSoftmax.Lowest} to {TemperatureSoftmax.Highest}."));
    }

    public static string WriteLabels(IReadOnlyList<string> labels) => MetadataJson.Write(writer =>
    {
        writer.WriteStartArray();
        foreach (var label in labels)
            writer.WriteStringValue(label);
        writer.WriteEndArray();
    });

    public static IReadOnlyList<string> ReadLabels(string json, string source)
    {
        var labels = MetadataJson.Read(json, source, root => root.Items(label => label.GetString() ?? throw new FormatException("a label is null")));
        if (labels.Length is < 2 or > SequenceClassifier.MaximumLabels)
            throw new InvalidDataException($"{source}: there are {labels.Length} labels; expected 2 to {SequenceClassifier.MaximumLabels}.");
        if (labels.Distinct(StringComparer.Ordinal).Count() != labels.Length)
            throw new InvalidDataException($"{source}: a label stands there twice.");
        return labels;
    }

    public static string WriteScaler(SeriesScaler scaler) => MetadataJson.Write(writer =>
    {
        writer.WriteStartObject();
        Write(writer, "means", scaler.Means);
        Write(writer, "deviations", scaler.Deviations);
        writer.WriteEndObject();
    });

    public static SeriesScaler ReadScaler(string json, string source) => MetadataJson.Read(json, source, root =>
        new SeriesScaler(root.GetProperty("means").Items(mean => (float)mean.Finite()), root.GetProperty("deviations").Items(deviation => (float)deviation.Finite())));

    public static string WriteRecord(ClassifierTrainingRecord record) => MetadataJson.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("data", record.Data);
        writer.WriteNumber("trainingExamples", record.TrainingExamples);
        writer.WriteNumber("validationExamples", record.ValidationExamples);
        writer.WriteNumber("updates", record.Updates);
        writer.WriteNumber("epochs", record.Epochs);
        writer.WriteNumber("seconds", record.Seconds);
        writer.WriteNumberOrNull("trainingLoss", record.TrainingLoss);
        writer.WriteNumberOrNull("validationLoss", record.ValidationLoss);
        writer.WriteNumberOrNull("validationAccuracy", record.ValidationAccuracy);
        writer.WriteString("settings", record.Settings);
        writer.WriteString("version", record.Version);
        writer.WriteStartArray("labelCounts");
        foreach (var count in record.LabelCounts)
            writer.WriteNumberValue(count);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    public static ClassifierTrainingRecord ReadRecord(string json, string source, int labels)
    {
        var record = MetadataJson.Read(json, source, root => new ClassifierTrainingRecord
        {
            Data = LanguageModelJson.Text(root, "data"),
            TrainingExamples = root.GetProperty("trainingExamples").GetInt64(),
            ValidationExamples = root.GetProperty("validationExamples").GetInt64(),
            Updates = root.GetProperty("updates").GetInt64(),
            Epochs = root.GetProperty("epochs").Finite(),
            Seconds = root.GetProperty("seconds").Finite(),
            TrainingLoss = root.GetProperty("trainingLoss").FiniteOrNull(),
            ValidationLoss = root.GetProperty("validationLoss").FiniteOrNull(),
            ValidationAccuracy = root.GetProperty("validationAccuracy").FiniteOrNull(),
            Settings = LanguageModelJson.Text(root, "settings"),
            Version = LanguageModelJson.Text(root, "version"),
            LabelCounts = root.GetProperty("labelCounts").Items(count => count.GetInt64()),
        });
        return record.LabelCounts.Count == 0 || (record.LabelCounts.Count == labels && record.LabelCounts.All(count => count >= 0))
            ? record
            : throw new InvalidDataException($"{source}: 'labelCounts' are not {labels} counts of 0 or more, one for each label.");
    }

    public static string WriteProbes(IReadOnlyList<ClassifierProbe> probes) => MetadataJson.Write(writer =>
    {
        writer.WriteStartArray();
        foreach (var probe in probes)
        {
            writer.WriteStartObject();
            writer.WriteStartArray("tokens");
            foreach (var token in probe.Tokens)
                writer.WriteNumberValue(token);
            writer.WriteEndArray();
            Write(writer, "values", probe.Values);
            Write(writer, "logits", probe.Logits);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    public static IReadOnlyList<ClassifierProbe> ReadProbes(string json, string source) => MetadataJson.Read(json, source, root =>
        root.Items(probe => new ClassifierProbe(
            probe.GetProperty("tokens").Items(token => token.GetInt32()),
            probe.GetProperty("values").Items(value => (float)value.Finite()),
            probe.GetProperty("logits").Items(logit => (float)logit.Finite()))));

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<float> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
            writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }
}
