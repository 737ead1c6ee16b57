using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using System.Text.Json.Serialization;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Series;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.Cli.Verbs;

/// <summary>What a training run of a forecaster does, with every default filled in that does not need the data: the part that its checkpoint and its model keep.</summary>
internal sealed record TrainForecastSettings
{
    private const string DefaultExample = "sunspots";

    /// <summary>The file to learn from, as the user wrote it; null for an example.</summary>
    public string? File { get; init; }

    /// <summary>The example to learn from, or null.</summary>
    public string? Example { get; init; }

    public IReadOnlyList<string>? Targets { get; init; }

    public string? Time { get; init; }

    public string? Series { get; init; }

    public bool Each { get; init; }

    public IReadOnlyList<string> Past { get; init; } = [];

    public IReadOnlyList<string> Known { get; init; } = [];

    public string? DateFormat { get; init; }

    public bool DecimalComma { get; init; }

    public string? Frequency { get; init; }

    public string Aggregate { get; init; } = "refuse";

    public required int Horizon { get; init; }

    /// <summary>Null for the default of the data.</summary>
    public int? Context { get; init; }

    /// <summary>Null for the default of the data, 0 for none.</summary>
    public int? Season { get; init; }

    public required string Kind { get; init; }

    public required string Output { get; init; }

    public required string Scaling { get; init; }

    public required string Anchor { get; init; }

    public required string Transform { get; init; }

    public required bool Calendar { get; init; }

    public required int Samples { get; init; }

    public required double Validation { get; init; }

    public required double Test { get; init; }

    public required string Cell { get; init; }

    public required int Hidden { get; init; }

    public required int Layers { get; init; }

    public required int Embedding { get; init; }

    public required double Dropout { get; init; }

    public required double VariationalDropout { get; init; }

    public required int Batch { get; init; }

    public required string Optimizer { get; init; }

    public required double LearningRate { get; init; }

    public required string Schedule { get; init; }

    /// <summary>The norm gradients are scaled down to, or null.</summary>
    public required double? ClipNorm { get; init; }

    /// <summary>Passes over the windows; null for the default of the data, or when the budget is a time.</summary>
    public required int? Epochs { get; init; }

    /// <summary>Minutes of training, or null when the budget is passes.</summary>
    public required double? Minutes { get; init; }

    public required int? Patience { get; init; }

    public required long Seed { get; init; }

    /// <summary>Which columns are what.</summary>
    [JsonIgnore]
    public SeriesColumns Columns => new()
    {
        Targets = Targets,
        Time = Time,
        Series = Series,
        Each = Each,
        Past = Past,
        Known = Known,
        DateFormat = DateFormat,
        DecimalComma = DecimalComma,
        Frequency = Frequency is { } text && Data.Frequency.TryParse(text, out var frequency) ? frequency : null,
        Duplicates = Enum.Parse<DuplicatePolicy>(Aggregate, ignoreCase: true),
    };

    /// <summary>The name of the run's folder: the data, the cell and the sizes.</summary>
    [JsonIgnore]
    public string RunName
    {
        get
        {
            var data = Example ?? Path.GetFileNameWithoutExtension(Path.GetFullPath(File!));
            var safe = string.Concat(data.Select(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' ? letter : '-'));
            return FormattableString.Invariant($"{(safe.Length == 0 ? "data" : safe)}-forecaster-{Cell}-{Layers}x{Hidden}");
        }
    }

    /// <summary>The shape of the model for some data.</summary>
    public ForecasterOptions ModelFor(TimeSplit split)
    {
        var set = split.Set;
        var season = Season ?? set.Frequency.CustomarySeason;
        var longest = Enumerable.Range(0, set.Items.Count).Max(split.TrainingEnd);
        return new()
        {
            Kind = Kind switch { "autoregressive" => ForecasterKind.Autoregressive, "encoder-decoder" => ForecasterKind.EncoderDecoder, _ => ForecasterKind.Direct },
            Output = Output switch
            {
                "student-t" => ForecastOutput.StudentT,
                "negative-binomial" => ForecastOutput.NegativeBinomial,
                "quantiles" => ForecastOutput.Quantiles,
                "point" => ForecastOutput.Point,
                _ => ForecastOutput.Gaussian,
            },
            Horizon = Horizon,
            Context = Context ?? Math.Max(1, Math.Min(Math.Max(4 * Horizon, 2 * season), longest / 3)),
            Season = season > 1 ? season : null,
            Scaling = Scaling == "training" ? SeriesScaling.Training : SeriesScaling.Running,
            Anchor = Anchor switch { "season" => ForecastAnchor.Season, "mean" => ForecastAnchor.Mean, _ => ForecastAnchor.Last },
            Transform = Transform switch { "log" => ValueTransform.Logarithm, "sqrt" => ValueTransform.SquareRoot, _ => ValueTransform.None },
            Calendar = Calendar,
            Samples = Samples,
            Cell = CellNames.Find(Cell) ?? throw CommandFailure.Failed($"this program has no cell '{Cell}', which the checkpoint was made with."),
            HiddenSize = Hidden,
            Layers = Layers,
            SeriesEmbeddingSize = Embedding,
            Dropout = (float)Dropout,
            VariationalDropout = (float)VariationalDropout,
            Seed = (ulong)Seed,
        };
    }

    /// <summary>Fails when options contradict each other, before anything is read or written.</summary>
    public static void CheckContradictions(ParseResult line, TrainForecastOptions options)
    {
        Exclude(options.Epochs, options.Minutes, "the budget is either passes over the windows or a time");
        foreach (var option in options.FixedByCheckpoint)
            Exclude(options.Resume, option, $"a checkpoint goes on with the {option.Name} it was started with");
        if (line.GetValue(options.File) is { } path && ParseErrors.LooksLikeOption(path))
            throw CommandFailure.Usage(ParseErrors.UnknownOption(path, line.CommandResult.Command));
        if (line.GetValue(options.File) is not null && IsGiven(options.Example))
            throw CommandFailure.Usage("a file and --example contradict each other: it learns from one of them. Leave one out.");
        if (line.GetValue(options.File) is null && options.Columns.IsGiven(line))
            throw CommandFailure.Usage("options that name columns need a file; expected one, for example: unroll train forecast sales.csv --target sold");
        if ((line.GetValue(options.Validation) ?? 0.2) + (line.GetValue(options.Test) ?? 0.2) >= 1)
            throw CommandFailure.Usage("--validation and --test leave nothing to learn from; together they have to be below 1.");
        if (line.GetValue(options.Patience) is not null && line.GetValue(options.Validation) == 0)
            throw CommandFailure.Usage("--patience needs a validation loss; leave --validation 0 out.");

        void Exclude(Option first, Option second, string reason)
        {
            if (IsGiven(first) && IsGiven(second))
                throw CommandFailure.Usage($"{first.Name} and {second.Name} contradict each other: {reason}. Leave one of them out.");
        }

        bool IsGiven(Option option) => line.GetResult(option) is OptionResult { Implicit: false };
    }

    /// <summary>Reads the settings of a new run from the command line.</summary>
    public static TrainForecastSettings From(ParseResult line, TrainForecastOptions options)
    {
        var file = line.GetValue(options.File);
        var example = file is null ? line.GetValue(options.Example) ?? DefaultExample : null;
        var (columns, optimizer, clipNorm) = (options.Columns.Of(line), line.GetValue(options.Optimizer) ?? "adamw", line.GetValue(options.ClipNorm) ?? 1);
        // What suits the examples: counts of spots with a cycle of eleven years, and growth in percent with a year's season.
        var isSunspots = example == "sunspots";
        var isAirline = example == "airline";
        return new()
        {
            File = file,
            Example = example,
            Targets = columns.Targets,
            Time = columns.Time,
            Series = columns.Series,
            Each = columns.Each,
            Past = columns.Past,
            Known = columns.Known,
            DateFormat = columns.DateFormat,
            DecimalComma = columns.DecimalComma,
            Frequency = columns.Frequency?.ToString(),
            Aggregate = columns.Duplicates.ToString().ToLowerInvariant(),
            Horizon = (int)(line.GetValue(options.Horizon) ?? 12),
            Context = (int?)line.GetValue(options.Context) ?? (isSunspots ? 132 : isAirline ? 24 : null),
            Season = (int?)line.GetValue(options.Season) ?? (isSunspots ? 0 : null),
            Kind = line.GetValue(options.Kind) ?? "direct",
            Output = line.GetValue(options.Output) ?? "gaussian",
            Scaling = line.GetValue(options.Scaling) ?? "running",
            Anchor = line.GetValue(options.Anchor) ?? (isAirline ? "season" : "last"),
            Transform = line.GetValue(options.Transform) ?? (isSunspots ? "sqrt" : isAirline ? "log" : "none"),
            Calendar = !line.GetValue(options.NoCalendar),
            Samples = (int)(line.GetValue(options.Samples) ?? 200),
            Validation = line.GetValue(options.Validation) ?? 0.2,
            Test = line.GetValue(options.Test) ?? 0.2,
            Cell = line.GetValue(options.Cell) ?? "lstm",
            Hidden = (int)(line.GetValue(options.Hidden) ?? 32),
            Layers = (int)(line.GetValue(options.Layers) ?? 1),
            Embedding = (int)(line.GetValue(options.Embedding) ?? 0),
            Dropout = line.GetValue(options.Dropout) ?? 0,
            VariationalDropout = line.GetValue(options.VariationalDropout) ?? 0,
            Batch = (int)(line.GetValue(options.Batch) ?? (isAirline ? 8 : 16)),
            Optimizer = optimizer,
            LearningRate = line.GetValue(options.LearningRate) ?? optimizer switch { "sgd" => 0.1, "adagrad" => 0.02, _ => 0.005 },
            Schedule = line.GetValue(options.Schedule) ?? "cosine",
            ClipNorm = clipNorm == 0 ? null : clipNorm,
            Epochs = (int?)line.GetValue(options.Epochs),
            Minutes = line.GetValue(options.Minutes),
            Patience = (int?)line.GetValue(options.Patience),
            Seed = line.GetValue(options.Seed) ?? 0,
        };
    }

    /// <summary>The settings of a resumed run: those of its checkpoint, with the budget and the file of the command line where it names them.</summary>
    public TrainForecastSettings Resumed(ParseResult line, TrainForecastOptions options)
    {
        var (epochs, minutes) = ((int?)line.GetValue(options.Epochs), line.GetValue(options.Minutes));
        return this with
        {
            File = line.GetValue(options.File) ?? File,
            Epochs = minutes is null ? epochs ?? Epochs : null,
            Minutes = epochs is null ? minutes ?? Minutes : null,
        };
    }

    /// <summary>The settings as JSON, for the metadata of a checkpoint and the record of a model.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ForecastSettingsJson.Default.TrainForecastSettings);

    /// <summary>Reads settings back.</summary>
    /// <exception cref="InvalidDataException">The text is not what <see cref="ToJson"/> writes.</exception>
    public static TrainForecastSettings FromJson(string json, string file)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ForecastSettingsJson.Default.TrainForecastSettings) ?? throw new JsonException("null");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"{file}: the settings of the run are damaged: {failure.Message}", failure);
        }
    }
}

/// <summary>How the settings are written, generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(TrainForecastSettings))]
internal sealed partial class ForecastSettingsJson : JsonSerializerContext;
