using System.Globalization;
using Unroll.Cells;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Plots;
using Unroll.Cli.Texts;
using Unroll.Cli.Verbs;
using Unroll.Cli.Views;
using Unroll.Data;
using Unroll.Layers;
using Unroll.Models;
using Unroll.Training;

namespace Unroll.Cli.Runs;

/// <summary>Everything a training run on text needs before its first update: texts, model, and what its checkpoint carries.</summary>
internal sealed class TextRun
{
    /// <summary>The longest stretch of updates without a validation, for texts whose passes are long.</summary>
    private const int LongestWithoutValidation = 1000;

    /// <summary>Work between two reports: about a second or two on the machines of today.</summary>
    private const double OperationsPerReport = 3e11;

    /// <summary>A run that is over quickly reports more often, so that its curve has points.</summary>
    private const int ReportsOfShortRun = 200;

    private const string SettingsKey = "settings";
    private const string VocabularyKey = "vocabulary";
    private const string CurvesKey = "curves";

    private readonly Dictionary<string, string> metadata = [];
    private readonly TrainingCheckpoint? checkpoint;

    private TextRun(TrainTextSettings settings, TextCorpus text, TrainingCheckpoint? checkpoint)
    {
        Settings = settings;
        this.checkpoint = checkpoint;
        TextName = text.Name;
        CheckLength(text);
        LeftOutFiles.Tell(text);
        (Training, Validation) = text.Split(settings.Validation);
        UpdatesPerEpoch = TokenWindows.ForTraining(Training.Tokens, settings.Batch, settings.Window, (ulong)settings.Seed, text.Name).WindowsPerEpoch;
        MemoryNeed.Check(settings, text.Vocabulary.Size);
        Model = LanguageModel.Create(text.Vocabulary, ModelOptions(settings));
        Curves = checkpoint is not null && checkpoint.Metadata.TryGetValue(CurvesKey, out var curves) ? LossCurves.FromJson(curves) : new();
        metadata[SettingsKey] = settings.ToJson();
        metadata[VocabularyKey] = text.Vocabulary.ToJson();
    }

    public TrainTextSettings Settings { get; }

    public string TextName { get; }

    /// <summary>The part that is learned from.</summary>
    public TextCorpus Training { get; }

    /// <summary>The part kept for validation.</summary>
    public TextCorpus Validation { get; }

    public LanguageModel Model { get; }

    public LossCurves Curves { get; }

    /// <summary>Updates in one pass over the text.</summary>
    public int UpdatesPerEpoch { get; }

    /// <summary>Tokens learned from in one update.</summary>
    public long TokensPerUpdate => (long)Settings.Batch * Settings.Window;

    /// <summary>Evaluations in one pass over the text.</summary>
    public int EvaluationsPerEpoch => Math.Max(1, UpdatesPerEpoch / LongestWithoutValidation);

    /// <summary>A run from the beginning.</summary>
    public static TextRun New(TrainTextSettings settings) => new(settings, Read(settings), null);

    /// <summary>A run that goes on.</summary>
    /// <param name="path">The checkpoint's file, for messages.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="resume">Makes the settings of the run from those of the checkpoint.</param>
    public static TextRun Resumed(string path, TrainingCheckpoint checkpoint, Func<TrainTextSettings, TrainTextSettings> resume)
    {
        if (!checkpoint.Metadata.TryGetValue(SettingsKey, out var json) || !checkpoint.Metadata.TryGetValue(VocabularyKey, out var vocabulary))
            throw CommandFailure.Failed($"{path}: the checkpoint was not written by 'unroll train text', so this command cannot go on with it.");
        var settings = resume(TrainTextSettings.FromJson(json, path));
        var text = ReadAgain(path, settings);
        if (!string.Equals(text.Vocabulary.ToJson(), vocabulary, StringComparison.Ordinal))
        {
            throw CommandFailure.Failed(
                $"{path}: the checkpoint was made with another text than '{text.Name}' is now: the vocabularies differ. Resume with the same text, or start a new run.");
        }

        return new(settings, text, checkpoint);
    }

    /// <summary>The most bytes an update keeps between forward and backward, or null. The result does not depend on it, so no checkpoint has it.</summary>
    public long? MemoryBudget { get; set; }

    /// <summary>Watches the training, or null. The result does not depend on it, so no checkpoint has it.</summary>
    public NetworkDoctor? Doctor { get; set; }

    /// <summary>A trainer of this run, resumed where it has a checkpoint.</summary>
    /// <param name="checkpointPath">Where checkpoints go.</param>
    /// <param name="checkpointEvery">After how many updates; 0 for after each evaluation.</param>
    /// <param name="reportEvery">Updates between two reports, or null for about a second or two of work.</param>
    public Trainer CreateTrainer(string checkpointPath, long checkpointEvery, long? reportEvery = null)
    {
        var trainer = new Trainer(Model, new()
        {
            Optimizer = Optimization.Optimizer(Settings.Optimizer, Settings.LearningRate),
            Schedule = Optimization.Schedule(Settings.Schedule),
            ClipNorm = (float?)Settings.ClipNorm,
            ClipValue = (float?)Settings.ClipValue,
            BatchSize = Settings.Batch,
            WindowLength = Settings.Window,
            Seed = (ulong)Settings.Seed,
            Validation = Validation,
            EvaluateEvery = UpdatesPerEpoch > LongestWithoutValidation ? LongestWithoutValidation : 0,
            ReportEvery = reportEvery ?? ReportEvery(),
            CheckpointPath = checkpointPath,
            CheckpointEvery = checkpointEvery,
            MemoryBudget = MemoryBudget,
            Doctor = Doctor,
            Metadata = metadata,
        });
        if (checkpoint is not null)
            trainer.Resume(checkpoint);
        return trainer;
    }

    /// <summary>Takes note of a report; the next checkpoint carries it.</summary>
    public void Note(TrainingProgress progress)
    {
        Curves.Add(progress.Update, progress.Loss, progress.ValidationLoss);
        metadata[CurvesKey] = Curves.ToJson();
    }

    /// <summary>What the view says first.</summary>
    public RunPlan Plan(RunPaths paths) => new(
        paths, TextName, Training.Tokens.Length, Validation.Tokens.Length, Model.Vocabulary.Size, ModelText.Describe(Model.Options),
        Model.ParameterCount, Budget, Settings.TokenName, checkpoint?.Update);

    /// <summary>The budget in words.</summary>
    public string Budget => Settings.Minutes is { } minutes
        ? FormattableString.Invariant($"{minutes} minutes")
        : FormattableString.Invariant($"{Settings.Epochs} epochs of {UpdatesPerEpoch} updates");

    /// <summary>The record that the model file keeps.</summary>
    public TrainingRecord Record(TrainingProgress last, double? validationLoss)
    {
        var counts = new long[Model.Vocabulary.Size];
        foreach (var token in Training.Tokens.Span)
            counts[token]++;
        var clipping = Settings.ClipValue is { } value ? $"clip value {value}" : Settings.ClipNorm is { } norm ? $"clip norm {norm}" : "no clipping";
        return new()
        {
            Text = TextName,
            TrainingTokens = Training.Tokens.Length,
            ValidationTokens = Validation.Tokens.Length,
            Updates = last.Update,
            Epochs = last.Epoch,
            Seconds = last.Elapsed.TotalSeconds,
            TrainingLoss = last.Loss,
            ValidationLoss = validationLoss,
            Settings = string.Create(
                CultureInfo.InvariantCulture,
                $"{Settings.Optimizer}, learning rate {Settings.LearningRate}, {Settings.Schedule}, batch {Settings.Batch}, window {Settings.Window}, {clipping}, seed {Settings.Seed}, {Budget}"),
            Version = LanguageModel.LibraryVersion,
            TokenCounts = counts,
        };
    }

    private void CheckLength(TextCorpus text)
    {
        // One update, the token that follows its last, and something to validate on.
        var needed = (long)Math.Ceiling((TokensPerUpdate + 2) / (1 - Settings.Validation));
        if (text.Tokens.Length < needed)
        {
            throw CommandFailure.Failed(
                $"{text.Name}: the text has {Figures.Count(text.Tokens.Length)} {Figures.Plural(Settings.TokenName)}; one window of {Settings.Window} steps and {Settings.Batch} streams, and the part for validation, need {Figures.Count(needed)}. Use a longer text, or a smaller --batch or --window.");
        }
    }

    private static TextCorpus ReadAgain(string path, TrainTextSettings settings)
    {
        try
        {
            return Read(settings);
        }
        catch (FileNotFoundException failure)
        {
            throw CommandFailure.Failed(
                $"{failure.Message} It is the text that the checkpoint {path} was made with. Go back to the folder the run was started in, or name the text: unroll train text FILE --resume {ShellWord.Quote(path)}",
                failure);
        }
    }

    private static TextCorpus Read(TrainTextSettings settings)
    {
        var options = new TextCorpusOptions
        {
            Tokens = settings.Tokens switch { "byte" => TokenKind.Byte, "word" => TokenKind.Word, _ => TokenKind.Character },
        };
        return settings.UsesBuiltInText
            ? TextCorpus.FromText(EmbeddedText.Read(), options, EmbeddedText.Name)
            : TextCorpus.Load(settings.Texts, options);
    }

    /// <summary>The cell; its name and what was chosen for it have come from the command line, or from a checkpoint of whatever program.</summary>
    private static Cell CellOf(TrainTextSettings settings) => CellNames.Find(settings)
        ?? throw CommandFailure.Failed($"this program has no cell '{settings.Cell}', which the checkpoint was made with.");

    private static LanguageModelOptions ModelOptions(TrainTextSettings settings) => new()
    {
        Cell = CellOf(settings),
        HiddenSize = settings.Hidden,
        Layers = settings.Layers,
        LayerSizes = settings.LayerSizes,
        ProjectionSize = settings.Projection,
        Connection = settings.Connection switch { "residual" => LayerConnection.Residual, "highway" => LayerConnection.Highway, _ => LayerConnection.Plain },
        TrainableStart = settings.TrainableStart,
        EmbeddingSize = settings.Embedding,
        Dropout = (float)settings.Dropout,
        VariationalDropout = (float)settings.VariationalDropout,
        RecurrentDropout = (float)settings.RecurrentDropout,
        ZoneoutOutput = (float)settings.Zoneout,
        ZoneoutState = (float)settings.ZoneoutState,
        Seed = (ulong)settings.Seed,
    };

    private long ReportEvery()
    {
        // Forward and backward take about six operations for each parameter and token.
        var bySpeed = OperationsPerReport / (6.0 * Model.ParameterCount * TokensPerUpdate);
        var byLength = Settings.Epochs is { } epochs ? epochs * (double)UpdatesPerEpoch / ReportsOfShortRun : bySpeed;
        return (long)Math.Clamp(Math.Min(bySpeed, byLength), 1, 100);
    }
}
