using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using System.Text.Json.Serialization;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Sequences;
using Unroll.Data;
using Unroll.Layers;
using Unroll.Models;

namespace Unroll.Cli.Verbs;

/// <summary>What a training run of a classifier does, with every default filled in: the part that its checkpoint keeps.</summary>
internal sealed record TrainClassifySettings
{
    private const int DefaultEpochs = 20;

    /// <summary>The file or folder to learn from, as the user wrote it.</summary>
    public required string Train { get; init; }

    /// <summary>What to measure the finished model on, or null.</summary>
    public string? Test { get; init; }

    public required double Validation { get; init; }

    public string? Text { get; init; }

    public string? Label { get; init; }

    public string? Group { get; init; }

    public IReadOnlyList<string>? Channels { get; init; }

    public bool PerToken { get; init; }

    public required string Tokens { get; init; }

    public required int MaximumWords { get; init; }

    public int Merges { get; init; } = 4_000;

    public required string Cell { get; init; }

    public required int Hidden { get; init; }

    public required int Layers { get; init; }

    public required bool Bidirectional { get; init; }

    public required string Pooling { get; init; }

    public required int Embedding { get; init; }

    public required double Dropout { get; init; }

    public required double VariationalDropout { get; init; }

    public required double TokenDropout { get; init; }

    public double Noise { get; init; }

    public required bool Balance { get; init; }

    public required int Batch { get; init; }

    public required string Optimizer { get; init; }

    public required double LearningRate { get; init; }

    public required string Schedule { get; init; }

    /// <summary>The norm gradients are scaled down to, or null.</summary>
    public required double? ClipNorm { get; init; }

    /// <summary>The decay of the running mean of the weights, or null.</summary>
    public double? Average { get; init; }

    /// <summary>Passes over the examples, or null when the budget is a time.</summary>
    public required int? Epochs { get; init; }

    /// <summary>Minutes of training, or null when the budget is passes.</summary>
    public required double? Minutes { get; init; }

    public required int? Patience { get; init; }

    public required long Seed { get; init; }

    /// <summary>Which columns are what.</summary>
    [JsonIgnore]
    public SequenceColumns Columns => new() { Text = Text, Label = Label, Group = Group, Channels = Channels, PerStep = PerToken };

    /// <summary>The name of the run's folder: the data, the cell and the sizes.</summary>
    [JsonIgnore]
    public string RunName
    {
        get
        {
            var data = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Train)));
            var safe = string.Concat(data.Select(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' ? letter : '-'));
            return FormattableString.Invariant($"{(safe.Length == 0 ? "data" : safe)}-classifier-{Cell}-{Layers}x{Hidden}");
        }
    }

    /// <summary>The shape of the model.</summary>
    [JsonIgnore]
    public SequenceClassifierOptions Model => new()
    {
        PerStep = PerToken,
        Tokens = Tokens switch { "byte" => TokenKind.Byte, "word" => TokenKind.Word, "bpe" => TokenKind.BytePair, _ => TokenKind.Character },
        MaximumWords = MaximumWords,
        BytePairMerges = Merges,
        Cell = CellNames.Find(Cell) ?? throw CommandFailure.Failed($"this program has no cell '{Cell}', which the checkpoint was made with."),
        HiddenSize = Hidden,
        Layers = Layers,
        Bidirectional = Bidirectional,
        Pooling = Pooling switch { "mean" => PoolingKind.Mean, "max" => PoolingKind.Max, "attention" => PoolingKind.Attention, _ => PoolingKind.Last },
        EmbeddingSize = Embedding,
        Dropout = (float)Dropout,
        VariationalDropout = (float)VariationalDropout,
        TokenDropout = (float)TokenDropout,
        InputNoise = (float)Noise,
        BalanceLabels = Balance,
        Seed = (ulong)Seed,
    };

    /// <summary>Fails when options contradict each other, before anything is read or written.</summary>
    public static void CheckContradictions(ParseResult line, TrainClassifyOptions options)
    {
        Exclude(options.Epochs, options.Minutes, "the budget is either passes over the examples or a time");
        Exclude(options.PerToken, options.Pooling, "a label for each token needs no vector for the whole sequence");
        if (line.GetValue(options.PerToken) && line.GetValue(options.Tokens) is not (null or "word"))
            throw CommandFailure.Usage("--per-token reads every token of the file as a word; leave --tokens out.");
        Exclude(options.Text, options.Group, "a row is a text or a time step of numbers");
        foreach (var option in options.FixedByCheckpoint)
            Exclude(options.Resume, option, $"a checkpoint goes on with the {option.Name} it was started with");
        if (line.GetValue(options.Train) is { } path && ParseErrors.LooksLikeOption(path))
            throw CommandFailure.Usage(ParseErrors.UnknownOption(path, line.CommandResult.Command));
        if (line.GetValue(options.Train) is null && line.GetValue(options.Resume) is null)
            throw CommandFailure.Usage("there is nothing to learn from; expected a file or folder, for example: unroll train classify reviews.csv");
        if (line.GetValue(options.Channels) is not null && line.GetValue(options.Group) is null)
            throw CommandFailure.Usage("--channels names columns of time steps; say with --group which column names the sequence a step belongs to.");
        if (line.GetValue(options.Merges) is not null && line.GetValue(options.Tokens) != "bpe" && line.GetValue(options.Resume) is null)
            throw CommandFailure.Usage("--merges is how many parts of words are learned; say --tokens bpe as well, or leave it out.");
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
    public static TrainClassifySettings From(ParseResult line, TrainClassifyOptions options)
    {
        var optimizer = line.GetValue(options.Optimizer) ?? "adamw";
        var (epochs, minutes) = ((int?)line.GetValue(options.Epochs), line.GetValue(options.Minutes));
        var clipNorm = line.GetValue(options.ClipNorm) ?? 1;
        return new()
        {
            Train = line.GetValue(options.Train)!,
            Test = line.GetValue(options.Test),
            Validation = line.GetValue(options.Validation) ?? 0.1,
            Text = line.GetValue(options.Text),
            Label = line.GetValue(options.Label),
            Group = line.GetValue(options.Group),
            Channels = line.GetValue(options.Channels)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            PerToken = line.GetValue(options.PerToken),
            Tokens = line.GetValue(options.Tokens) ?? (line.GetValue(options.PerToken) ? "word" : "character"),
            MaximumWords = (int)(line.GetValue(options.MaximumWords) ?? 20_000),
            Merges = (int)(line.GetValue(options.Merges) ?? 4_000),
            Cell = line.GetValue(options.Cell) ?? "lstm",
            Hidden = (int)(line.GetValue(options.Hidden) ?? 128),
            Layers = (int)(line.GetValue(options.Layers) ?? 1),
            Bidirectional = line.GetValue(options.Bidirectional),
            Pooling = line.GetValue(options.Pooling) ?? "last",
            Embedding = (int)(line.GetValue(options.Embedding) ?? 64),
            Dropout = line.GetValue(options.Dropout) ?? 0,
            VariationalDropout = line.GetValue(options.VariationalDropout) ?? 0,
            TokenDropout = line.GetValue(options.TokenDropout) ?? 0,
            Noise = line.GetValue(options.Noise) ?? 0,
            Balance = line.GetValue(options.Balance),
            Batch = (int)(line.GetValue(options.Batch) ?? 32),
            Optimizer = optimizer,
            LearningRate = line.GetValue(options.LearningRate) ?? optimizer switch { "sgd" => 0.1, "adagrad" => 0.02, _ => 0.002 },
            Schedule = line.GetValue(options.Schedule) ?? "cosine",
            ClipNorm = clipNorm == 0 ? null : clipNorm,
            Average = line.GetValue(options.Average),
            Epochs = epochs ?? (minutes is null ? DefaultEpochs : null),
            Minutes = minutes,
            Patience = (int?)line.GetValue(options.Patience),
            Seed = line.GetValue(options.Seed) ?? 0,
        };
    }

    /// <summary>The settings of a resumed run: those of its checkpoint, with the budget and the files of the command line where it names them.</summary>
    public TrainClassifySettings Resumed(ParseResult line, TrainClassifyOptions options)
    {
        var (epochs, minutes) = ((int?)line.GetValue(options.Epochs), line.GetValue(options.Minutes));
        return this with
        {
            Train = line.GetValue(options.Train) ?? Train,
            Test = line.GetValue(options.Test) ?? Test,
            Epochs = minutes is null ? epochs ?? Epochs : null,
            Minutes = epochs is null ? minutes ?? Minutes : null,
        };
    }

    /// <summary>The settings as JSON, for the metadata of a checkpoint.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ClassifySettingsJson.Default.TrainClassifySettings);

    /// <summary>Reads settings back.</summary>
    /// <exception cref="InvalidDataException">The text is not what <see cref="ToJson"/> writes.</exception>
    public static TrainClassifySettings FromJson(string json, string file)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ClassifySettingsJson.Default.TrainClassifySettings) ?? throw new JsonException("null");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"{file}: the settings of the run are damaged: {failure.Message}", failure);
        }
    }
}

/// <summary>How the settings are written, generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(TrainClassifySettings))]
internal sealed partial class ClassifySettingsJson : JsonSerializerContext;
