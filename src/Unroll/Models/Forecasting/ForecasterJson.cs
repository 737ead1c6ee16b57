using System.Text.Json;
using Unroll.Cells;
using Unroll.Data;

namespace Unroll.Models;

/// <summary>What a forecaster's file says as JSON text in its metadata: configuration, channels and scales, intervals, training record and probes.</summary>
internal static class ForecasterJson
{
    private static readonly (ForecasterKind Value, string Name)[] Kinds =
        [(ForecasterKind.Direct, "direct"), (ForecasterKind.Autoregressive, "autoregressive"), (ForecasterKind.EncoderDecoder, "encoder-decoder")];

    private static readonly (ForecastOutput Value, string Name)[] Outputs =
    [
        (ForecastOutput.Gaussian, "gaussian"), (ForecastOutput.StudentT, "student-t"), (ForecastOutput.NegativeBinomial, "negative-binomial"),
        (ForecastOutput.Quantiles, "quantiles"), (ForecastOutput.Point, "point"),
    ];

    private static readonly (SeriesScaling Value, string Name)[] Scalings = [(SeriesScaling.Running, "running"), (SeriesScaling.Training, "training")];

    private static readonly (ForecastAnchor Value, string Name)[] Anchors = [(ForecastAnchor.Last, "last"), (ForecastAnchor.Season, "season"), (ForecastAnchor.Mean, "mean")];

    private static readonly (ValueTransform Value, string Name)[] Transforms = [(ValueTransform.None, "none"), (ValueTransform.Logarithm, "log"), (ValueTransform.SquareRoot, "sqrt")];

    private static readonly (CalendarPeriods Value, string Name)[] Periods = [(CalendarPeriods.Day, "day"), (CalendarPeriods.Week, "week"), (CalendarPeriods.Year, "year")];

    private static readonly (ChannelRole Value, string Name)[] Roles = [(ChannelRole.Target, "target"), (ChannelRole.Past, "past"), (ChannelRole.Known, "known")];

    public static string WriteOptions(ForecasterOptions options) => MetadataJson.Write(writer =>
    {
        writer.WriteStartObject();
        CellJson.Write(writer, options.Cell);
        writer.WriteString("kind", NameOf(Kinds, options.Kind));
        writer.WriteString("output", NameOf(Outputs, options.Output));
        writer.WriteNumber("horizon", options.Horizon);
        writer.WriteNumber("context", options.Context);
        writer.WriteNumberOrNull("origins", options.Origins);
        writer.WriteNumberOrNull("season", options.Season);
        writer.WriteString("scaling", NameOf(Scalings, options.Scaling));
        writer.WriteString("anchor", NameOf(Anchors, options.Anchor));
        writer.WriteString("transform", NameOf(Transforms, options.Transform));
        writer.WriteBoolean("calendar", options.Calendar);
        WriteNumbers(writer, "quantiles", options.Quantiles);
        writer.WriteNumber("samples", options.Samples);
        writer.WriteNumber("hiddenSize", options.HiddenSize);
        writer.WriteNumber("layers", options.Layers);
        writer.WriteNumber("seriesEmbeddingSize", options.SeriesEmbeddingSize);
        writer.WriteNumber("dropout", options.Dropout);
        writer.WriteNumber("variationalDropout", options.VariationalDropout);
        writer.WriteNumber("seed", options.Seed);
        writer.WriteString("initialization", NameOf(LanguageModelJson.InitializationNames, options.Initialization));
        writer.WriteNumberOrNull("forgetBias", options.ForgetBias);
        writer.WriteEndObject();
    });

    public static ForecasterOptions ReadOptions(string json, string source, IReadOnlyList<Cell> cells)
    {
        var options = MetadataJson.Read(json, source, root => new ForecasterOptions
        {
            Cell = CellJson.Read(root, cells, source),
            Kind = LanguageModelJson.Named(Kinds, root.GetProperty("kind").GetString()),
            Output = LanguageModelJson.Named(Outputs, root.GetProperty("output").GetString()),
            Horizon = root.GetProperty("horizon").GetInt32(),
            Context = root.GetProperty("context").GetInt32(),
            Origins = WholeOrNull(root.GetProperty("origins")),
            Season = WholeOrNull(root.GetProperty("season")),
            Scaling = LanguageModelJson.Named(Scalings, root.GetProperty("scaling").GetString()),
            Anchor = LanguageModelJson.Named(Anchors, root.GetProperty("anchor").GetString()),
            Transform = LanguageModelJson.Named(Transforms, root.GetProperty("transform").GetString()),
            Calendar = root.GetProperty("calendar").GetBoolean(),
            Quantiles = root.GetProperty("quantiles").Items(level => level.Finite()),
            Samples = root.GetProperty("samples").GetInt32(),
            HiddenSize = root.GetProperty("hiddenSize").GetInt32(),
            Layers = root.GetProperty("layers").GetInt32(),
            SeriesEmbeddingSize = root.GetProperty("seriesEmbeddingSize").GetInt32(),
            Dropout = (float)root.GetProperty("dropout").Finite(),
            VariationalDropout = (float)root.GetProperty("variationalDropout").Finite(),
            Seed = root.GetProperty("seed").GetUInt64(),
            Initialization = LanguageModelJson.Named(LanguageModelJson.InitializationNames, root.GetProperty("initialization").GetString()),
            ForgetBias = (float?)root.GetProperty("forgetBias").FiniteOrNull(),
        });
        return options.Problem() is { } problem ? throw new InvalidDataException($"{source}: {problem.Message}") : options;
    }

    public static string WriteSeries(ForecastEncoder encoder) => MetadataJson.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("frequency", encoder.Frequency.ToString());
        writer.WriteStartArray("calendar");
        foreach (var (period, name) in Periods)
        {
            if (encoder.Calendar.HasFlag(period))
                writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("channels");
        foreach (var (channel, hasGaps) in encoder.Channels.Zip(encoder.HasGaps))
        {
            writer.WriteStartObject();
            writer.WriteString("name", channel.Name);
            writer.WriteString("role", NameOf(Roles, channel.Role));
            writer.WriteBoolean("gaps", hasGaps);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("items");
        foreach (var (name, statistics) in encoder.Names.Zip(encoder.Statistics))
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            WriteNumbers(writer, "means", statistics.Means);
            WriteNumbers(writer, "deviations", statistics.Deviations);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    public static ForecastEncoder ReadSeries(string json, string source, ForecasterOptions options) => MetadataJson.Read(json, source, root =>
    {
        if (!Frequency.TryParse(LanguageModelJson.Text(root, "frequency"), out var frequency))
            throw new FormatException("'frequency' is none");
        var calendar = CalendarPeriods.None;
        foreach (var name in root.GetProperty("calendar").Items(period => period.GetString()))
            calendar |= LanguageModelJson.Named(Periods, name);
        var channels = root.GetProperty("channels").Items(channel =>
            (Channel: new SeriesChannel(LanguageModelJson.Text(channel, "name"), LanguageModelJson.Named(Roles, channel.GetProperty("role").GetString())), HasGaps: channel.GetProperty("gaps").GetBoolean()));
        var items = root.GetProperty("items").Items(item =>
            (Name: LanguageModelJson.Text(item, "name"), Statistics: new SeriesStatistics(Floats(item.GetProperty("means")), Floats(item.GetProperty("deviations")))));
        if (items.Length == 0 || channels.All(channel => channel.Channel.Role != ChannelRole.Target))
            throw new FormatException("there is no series or no target");
        if (channels.DistinctBy(channel => channel.Channel.Name).Count() != channels.Length || items.DistinctBy(item => item.Name).Count() != items.Length)
            throw new FormatException("a name stands there twice");
        if (items.Any(item => item.Statistics.Means.Length != channels.Length || item.Statistics.Deviations.Length != channels.Length || item.Statistics.Deviations.Any(deviation => deviation <= 0)))
            throw new FormatException($"a series has not {channels.Length} means and deviations above 0");
        return new ForecastEncoder(options, [.. channels.Select(channel => channel.Channel)], frequency, [.. items.Select(item => item.Name)], [.. items.Select(item => item.Statistics)], [.. channels.Select(channel => channel.HasGaps)], calendar);
    });

    public static string WriteIntervals(IntervalCalibration calibration) => MetadataJson.Write(writer =>
    {
        writer.WriteStartObject();
        WriteNumbers(writer, "levels", Forecaster.IntervalLevels);
        WriteNumbers(writer, "margins", calibration.Margins);
        writer.WriteEndObject();
    });

    public static IntervalCalibration ReadIntervals(string json, string source, ForecastEncoder encoder) => MetadataJson.Read(json, source, root =>
    {
        var levels = root.GetProperty("levels").Items(level => level.Finite());
        var margins = Floats(root.GetProperty("margins"));
        if (!levels.SequenceEqual(Forecaster.IntervalLevels))
            throw new FormatException($"the levels are not {string.Join(", ", Forecaster.IntervalLevels)}");
        var expected = (long)levels.Length * encoder.Options.Horizon * encoder.Targets.Length;
        if (margins.Length != expected)
            throw new FormatException($"there are {margins.Length} margins; expected {expected}");
        return new IntervalCalibration(margins, encoder.Options.Horizon, encoder.Targets.Length);
    });

    public static string WriteRecord(ForecasterTrainingRecord record) => MetadataJson.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("data", record.Data);
        writer.WriteNumber("trainingSteps", record.TrainingSteps);
        writer.WriteNumber("validationSteps", record.ValidationSteps);
        writer.WriteNumber("testSteps", record.TestSteps);
        writer.WriteNumber("validationShare", record.ValidationShare);
        writer.WriteNumber("testShare", record.TestShare);
        writer.WriteNumber("updates", record.Updates);
        writer.WriteNumber("epochs", record.Epochs);
        writer.WriteNumber("seconds", record.Seconds);
        writer.WriteNumberOrNull("trainingLoss", record.TrainingLoss);
        writer.WriteNumberOrNull("validationLoss", record.ValidationLoss);
        writer.WriteNumberOrNull("testMeanAbsoluteError", record.TestMeanAbsoluteError);
        writer.WriteString("settings", record.Settings);
        writer.WriteString("recipe", record.Recipe);
        writer.WriteString("version", record.Version);
        writer.WriteEndObject();
    });

    public static ForecasterTrainingRecord ReadRecord(string json, string source) => MetadataJson.Read(json, source, root => new ForecasterTrainingRecord
    {
        Data = LanguageModelJson.Text(root, "data"),
        TrainingSteps = root.GetProperty("trainingSteps").GetInt64(),
        ValidationSteps = root.GetProperty("validationSteps").GetInt64(),
        TestSteps = root.GetProperty("testSteps").GetInt64(),
        ValidationShare = root.GetProperty("validationShare").Finite(),
        TestShare = root.GetProperty("testShare").Finite(),
        Updates = root.GetProperty("updates").GetInt64(),
        Epochs = root.GetProperty("epochs").Finite(),
        Seconds = root.GetProperty("seconds").Finite(),
        TrainingLoss = root.GetProperty("trainingLoss").FiniteOrNull(),
        ValidationLoss = root.GetProperty("validationLoss").FiniteOrNull(),
        TestMeanAbsoluteError = root.GetProperty("testMeanAbsoluteError").FiniteOrNull(),
        Settings = LanguageModelJson.Text(root, "settings"),
        Recipe = LanguageModelJson.Text(root, "recipe"),
        Version = LanguageModelJson.Text(root, "version"),
    });

    public static string WriteProbes(IReadOnlyList<ForecasterProbe> probes) => MetadataJson.Write(writer =>
    {
        writer.WriteStartArray();
        foreach (var probe in probes)
        {
            writer.WriteStartObject();
            WriteNumbers(writer, "outputs", probe.Outputs);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    public static IReadOnlyList<ForecasterProbe> ReadProbes(string json, string source) =>
        MetadataJson.Read(json, source, root => root.Items(probe => new ForecasterProbe(Floats(probe.GetProperty("outputs")))));

    private static string NameOf<T>((T Value, string Name)[] names, T value)
        where T : struct, Enum => names.Single(entry => entry.Value.Equals(value)).Name;

    private static int? WholeOrNull(JsonElement element) => element.ValueKind == JsonValueKind.Null ? null : element.GetInt32();

    private static float[] Floats(JsonElement array) => array.Items(value =>
        (float)value.Finite() is var number && float.IsFinite(number) ? number : throw new FormatException($"{value} is too large for a number of 32 bits"));

    private static void WriteNumbers(Utf8JsonWriter writer, string name, IReadOnlyList<float> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
            writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string name, IReadOnlyList<double> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
            writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }
}
