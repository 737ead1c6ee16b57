using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using System.Text.Json.Serialization;
using Unroll.Cli.CommandLine;

namespace Unroll.Cli.Verbs;

/// <summary>
/// What a training run does, with every default filled in: the part that its checkpoint keeps, so that <c>--resume</c> needs no option again.
/// </summary>
internal sealed record TrainTextSettings
{
    /// <summary>Minutes of training with the built-in text: with start, sample and plot the command stays under four on two cores.</summary>
    private const double BuiltInTextMinutes = 3;

    /// <summary>
    /// Streams for the built-in text. In so short a time the number of updates decides: after two passes the validation loss is 1.50 nats with 32
    /// streams and a rate of 0.003, about 2.5 with 64 and 0.002.
    /// </summary>
    private const int BuiltInTextBatch = 32;

    private const double BuiltInTextLearningRate = 0.003;
    private const double BuiltInTextDropout = 0.2;
    private const int DefaultEpochs = 5;

    /// <summary>Files and folders, as the user wrote them; none for the built-in text.</summary>
    public required IReadOnlyList<string> Texts { get; init; }

    public required string Cell { get; init; }

    public required int Hidden { get; init; }

    public required int Layers { get; init; }

    /// <summary>Hidden units of each layer where they differ, or null.</summary>
    public IReadOnlyList<int>? LayerSizes { get; init; }

    /// <summary>What leads past the layers above the first: residual or highway, or null for nothing.</summary>
    public string? Connection { get; init; }

    /// <summary>Values that a layer of a cell that projects its output gives; null for half of its units.</summary>
    public int? Projection { get; init; }

    /// <summary>Heads of a cell of which they can be chosen, or null for what it has.</summary>
    public int? Heads { get; init; }

    /// <summary>The bound of the cell's states, or null.</summary>
    public double? CellClip { get; init; }

    /// <summary>Whether the cell's σ and tanh are piecewise linear.</summary>
    public bool HardActivations { get; init; }

    /// <summary>Whether the state before the first token is learned.</summary>
    public bool TrainableStart { get; init; }

    public required int Embedding { get; init; }

    public required double Dropout { get; init; }

    /// <summary>The rate of the dropout that is the same at every step; 0 in checkpoints from before there was any.</summary>
    public double VariationalDropout { get; init; }

    /// <summary>The rate of dropout before the recurrent matrix; 0 in checkpoints from before there was any, as the next two are.</summary>
    public double RecurrentDropout { get; init; }

    /// <summary>The rate of zoneout of outputs.</summary>
    public double Zoneout { get; init; }

    /// <summary>The rate of zoneout of states.</summary>
    public double ZoneoutState { get; init; }

    public required string Tokens { get; init; }

    public required int Window { get; init; }

    public required int Batch { get; init; }

    public required string Optimizer { get; init; }

    public required double LearningRate { get; init; }

    public required string Schedule { get; init; }

    /// <summary>The norm gradients are scaled down to, or null.</summary>
    public required double? ClipNorm { get; init; }

    /// <summary>The limit of one gradient, or null.</summary>
    public required double? ClipValue { get; init; }

    /// <summary>Passes over the text, or null when the budget is a time.</summary>
    public required int? Epochs { get; init; }

    /// <summary>Minutes of training, or null when the budget is passes.</summary>
    public required double? Minutes { get; init; }

    public required double Validation { get; init; }

    public required long Seed { get; init; }

    /// <summary>Whether the text is the one embedded in the program.</summary>
    [JsonIgnore]
    public bool UsesBuiltInText => Texts.Count == 0;

    /// <summary>What one token is, in words: character, byte or word.</summary>
    [JsonIgnore]
    public string TokenName => Tokens == "char" ? "character" : Tokens;

    /// <summary>The name of the run's folder: the text, the cell and the sizes.</summary>
    [JsonIgnore]
    public string RunName
    {
        get
        {
            var text = UsesBuiltInText
                ? Cli.Texts.EmbeddedText.Name
                : Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Texts[0])));
            var safe = string.Concat(text.Select(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' ? letter : '-'));
            return FormattableString.Invariant($"{(safe.Length == 0 ? "text" : safe)}-{Cell}-{(LayerSizes is { } sizes ? string.Join('-', sizes) : $"{Layers}x{Hidden}")}");
        }
    }

    /// <summary>Fails when options contradict each other, before anything is read or written.</summary>
    public static void CheckContradictions(ParseResult line, TrainTextOptions options)
    {
        Exclude(line, options.Epochs, options.Minutes, "the budget is either passes over the text or a time");
        Exclude(line, options.ClipNorm, options.ClipValue, "gradients are clipped in one way");
        Exclude(line, options.LayerSizes, options.Hidden, "the sizes of all layers are given");
        Exclude(line, options.LayerSizes, options.Layers, "there are as many layers as sizes");
        Exclude(line, options.Resume, options.DryRun, "a dry run starts a run of its own");
        Exclude(line, options.Diagnose, options.DryRun, "two updates show nothing that could be judged");
        foreach (var option in options.FixedByCheckpoint)
            Exclude(line, options.Resume, option, $"a checkpoint goes on with the {option.Name} it was started with");
        if (line.GetValue(options.Texts)?.FirstOrDefault(ParseErrors.LooksLikeOption) is { } unknown)
            throw CommandFailure.Usage(ParseErrors.UnknownOption(unknown, line.CommandResult.Command));
    }

    /// <summary>Reads the settings of a new run from the command line.</summary>
    public static TrainTextSettings From(ParseResult line, TrainTextOptions options)
    {
        var texts = line.GetValue(options.Texts) ?? [];
        var isBuiltIn = texts.Length == 0;
        var optimizer = line.GetValue(options.Optimizer) ?? "adamw";
        var clipNorm = line.GetValue(options.ClipNorm);
        var clipValue = line.GetValue(options.ClipValue);
        var (epochs, minutes) = Budget(line, options);
        if (epochs is null && minutes is null)
            (epochs, minutes) = isBuiltIn ? ((int?)null, (double?)BuiltInTextMinutes) : (DefaultEpochs, null);
        // An array that is not there is read as an empty one.
        var sizes = line.GetValue(options.LayerSizes) is { Length: > 0 } given ? given : null;
        var layers = sizes?.Length ?? (int)(line.GetValue(options.Layers) ?? 2);
        var connection = line.GetValue(options.Connection) is { } word and not "plain" ? word : null;
        CheckConnection(connection, layers, sizes ?? []);
        var cell = line.GetValue(options.Cell) ?? "lstm";
        var hidden = sizes?[^1] ?? (int)(line.GetValue(options.Hidden) ?? 256);
        var projection = (int?)line.GetValue(options.Projection);
        CheckProjection(cell, projection, sizes?.Min() ?? hidden);
        CheckRegularization(line, options, CellNames.Find(cell));
        var heads = (int?)line.GetValue(options.Heads);
        CheckHeads(cell, heads, sizes ?? [hidden]);
        var isHard = line.GetValue(options.HardActivations);
        CheckHardActivations(cell, isHard);
        return new()
        {
            Texts = texts,
            Cell = cell,
            Hidden = hidden,
            Layers = layers,
            LayerSizes = sizes?.Distinct().Count() > 1 ? sizes : null,
            Connection = connection,
            Projection = projection,
            Heads = heads,
            CellClip = line.GetValue(options.CellClip),
            HardActivations = isHard,
            TrainableStart = line.GetValue(options.TrainableStart),
            Embedding = (int)(line.GetValue(options.Embedding) ?? 64),
            Dropout = line.GetValue(options.Dropout) ?? (isBuiltIn ? BuiltInTextDropout : 0),
            VariationalDropout = line.GetValue(options.VariationalDropout) ?? 0,
            RecurrentDropout = line.GetValue(options.RecurrentDropout) ?? 0,
            Zoneout = line.GetValue(options.Zoneout) ?? 0,
            ZoneoutState = line.GetValue(options.ZoneoutState) ?? 0,
            Tokens = line.GetValue(options.Tokens) ?? "char",
            Window = (int)(line.GetValue(options.Window) ?? 128),
            Batch = (int)(line.GetValue(options.Batch) ?? (isBuiltIn ? BuiltInTextBatch : 64)),
            Optimizer = optimizer,
            LearningRate = line.GetValue(options.LearningRate) ?? optimizer switch { "sgd" => 0.5, "adagrad" => 0.02, _ => isBuiltIn ? BuiltInTextLearningRate : 0.002 },
            Schedule = line.GetValue(options.Schedule) ?? "cosine",
            ClipNorm = clipValue is not null || clipNorm == 0 ? null : clipNorm ?? 1,
            ClipValue = clipValue,
            Epochs = epochs,
            Minutes = minutes,
            Validation = line.GetValue(options.Validation) ?? 0.1,
            Seed = line.GetValue(options.Seed) ?? 0,
        };
    }

    /// <summary>The settings of a resumed run: those of its checkpoint, with the budget of the command line where it names one.</summary>
    public TrainTextSettings Resumed(ParseResult line, TrainTextOptions options)
    {
        var (epochs, minutes) = Budget(line, options);
        var texts = line.GetValue(options.Texts) ?? [];
        return this with
        {
            Texts = texts.Length > 0 ? texts : Texts,
            Epochs = minutes is null ? epochs ?? Epochs : null,
            Minutes = epochs is null ? minutes ?? Minutes : null,
        };
    }

    /// <summary>The settings as JSON, for the metadata of a checkpoint.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SettingsJson.Default.TrainTextSettings);

    /// <summary>Reads settings back.</summary>
    /// <exception cref="InvalidDataException">The text is not what <see cref="ToJson"/> writes.</exception>
    public static TrainTextSettings FromJson(string json, string file)
    {
        try
        {
            return JsonSerializer.Deserialize(json, SettingsJson.Default.TrainTextSettings) ?? throw new JsonException("null");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"{file}: the settings of the run are damaged: {failure.Message}", failure);
        }
    }

    private static (int? Epochs, double? Minutes) Budget(ParseResult line, TrainTextOptions options) =>
        ((int?)line.GetValue(options.Epochs), line.GetValue(options.Minutes));

    private static void CheckProjection(string cell, int? projection, int leastUnits)
    {
        if (projection is null)
            return;
        if (CellNames.Find(cell) is not { ProjectsOutput: true })
            throw CommandFailure.Usage($"--projection is for cells whose output is projected: {string.Join(", ", Cells.Cell.BuiltIn.Where(known => known.ProjectsOutput))}. The cell is {cell}.");
        if (projection > leastUnits)
            throw CommandFailure.Usage($"--projection {projection} is more than a layer's {leastUnits} hidden units; a projection gives at most as many values.");
    }

    private static void CheckRegularization(ParseResult line, TrainTextOptions options, Cells.Cell? cell)
    {
        if (cell is null)
            return;
        foreach (var (option, fits) in new[] { (options.RecurrentDropout, cell.HasRecurrentMatrix), (options.Zoneout, true), (options.ZoneoutState, cell.ZoneoutStateCount > 0) })
        {
            if (!(line.GetValue(option) > 0) || (fits && !cell.IsFixed))
                continue;
            var reason = cell.IsFixed ? "its recurrent weights are never trained"
                : option == options.RecurrentDropout ? "it has no recurrent matrix, before which an output could be dropped"
                : cell.StateCount == 0 ? "it has no state besides its output"
                : "none of its states means anything beside those of another step";
            throw CommandFailure.Usage($"{option.Name} is not for {cell}: {reason}. Leave it out, or take another cell, for example --cell lstm.");
        }
    }

    private static void CheckHeads(string cell, int? heads, int[] sizes)
    {
        if (heads is null)
            return;
        if (CellNames.Find(cell) is not { } known || !CellNames.TakesHeads(known))
            throw CommandFailure.Usage($"--heads is for cells whose units can be split into heads: {CellNames.WithHeads}. The cell is {cell}.");
        foreach (var size in sizes)
        {
            if (size % heads != 0)
                throw CommandFailure.Usage($"--heads {heads}: all heads of a layer have the same size, and {size} hidden units are not divisible by {heads}.");
        }
    }

    private static void CheckHardActivations(string cell, bool isHard)
    {
        try
        {
            if (isHard)
                CellNames.Find(cell)?.WithHardActivations();
        }
        catch (InvalidOperationException failure)
        {
            throw CommandFailure.Usage($"--hard-activations: {failure.Message}");
        }
    }

    private static void CheckConnection(string? connection, int layers, int[] sizes)
    {
        if (connection is null)
            return;
        if (layers < 2)
            throw CommandFailure.Usage($"--connection {connection}: it stands at each layer above the first, and there is {layers}; expected 2 or more, for example --layers 2.");
        if (sizes.Distinct().Count() > 1)
            throw CommandFailure.Usage($"--connection {connection} --layer-sizes {string.Join(',', sizes)}: a layer's input is added to its output, so all layers need one size, for example --hidden {sizes[^1]} --layers {layers}.");
    }

    private static void Exclude(ParseResult line, Option first, Option second, string reason)
    {
        if (IsGiven(first) && IsGiven(second))
            throw CommandFailure.Usage($"{first.Name} and {second.Name} contradict each other: {reason}. Leave one of them out.");

        bool IsGiven(Option option) => line.GetResult(option) is OptionResult { Implicit: false };
    }
}

/// <summary>How the settings are written, generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(TrainTextSettings))]
internal sealed partial class SettingsJson : JsonSerializerContext;
