using System.Globalization;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Plots;
using Unroll.Cli.Sequences;
using Unroll.Cli.Verbs;
using Unroll.Cli.Views;
using Unroll.Data;
using Unroll.Models;
using Unroll.Training;

namespace Unroll.Cli.Runs;

/// <summary>Everything a training run of a classifier needs before its first update: examples, model, and what its checkpoint carries.</summary>
internal sealed class ClassifyRun
{
    /// <summary>A run of more updates reports about so often.</summary>
    private const int Reports = 200;

    private const string SettingsKey = "classify";
    private const string CurvesKey = "curves";

    private readonly Dictionary<string, string> metadata = [];
    private readonly TrainingCheckpoint? checkpoint;
    private readonly IReadOnlyList<ClassifierExample> training;
    private readonly IReadOnlyList<ClassifierExample>? validation;

    private ClassifyRun(TrainClassifySettings settings, TrainingCheckpoint? checkpoint)
    {
        Settings = settings;
        this.checkpoint = checkpoint;
        var all = SequenceFiles.Read(settings.Train, settings.Columns);
        (Training, Validation) = settings.Validation > 0 && all.Labels.Count > 1 ? all.Split(settings.Validation, (ulong)settings.Seed) : (all, null);
        Test = settings.Test is { } test ? SequenceFiles.Read(test, settings.Columns) : null;
        Model = SequenceClassifier.Create(Training, settings.Model);
        training = Model.Encode(Training);
        validation = Validation is null ? null : Model.Encode(Validation);
        if (Test is not null)
            Model.Encode(Test);
        Curves = checkpoint is not null && checkpoint.Metadata.TryGetValue(CurvesKey, out var curves) ? LossCurves.FromJson(curves) : new();
        metadata[SettingsKey] = settings.ToJson();
    }

    public TrainClassifySettings Settings { get; }

    /// <summary>The part that is learned from.</summary>
    public SequenceSet Training { get; }

    /// <summary>The part kept for validation, or null.</summary>
    public SequenceSet? Validation { get; }

    /// <summary>What the finished model is measured on, or null.</summary>
    public SequenceSet? Test { get; }

    public SequenceClassifier Model { get; }

    public LossCurves Curves { get; }

    /// <summary>What watches the training, or null.</summary>
    public NetworkDoctor? Doctor { get; set; }

    /// <summary>The budget in words.</summary>
    public string Budget => Settings.Minutes is { } minutes
        ? FormattableString.Invariant($"{minutes} minutes")
        : FormattableString.Invariant($"{Settings.Epochs} epochs of {UpdatesPerEpoch} updates");

    private int UpdatesPerEpoch => ((Training.Items.Count - 1) / Settings.Batch) + 1;

    /// <summary>A run from the beginning.</summary>
    public static ClassifyRun New(TrainClassifySettings settings) => new(settings, null);

    /// <summary>A run that goes on.</summary>
    /// <param name="path">The checkpoint's file, for messages.</param>
    /// <param name="resume">Makes the settings of the run from those of the checkpoint.</param>
    public static ClassifyRun Resumed(string path, Func<TrainClassifySettings, TrainClassifySettings> resume)
    {
        if (!File.Exists(path))
            throw CommandFailure.Failed($"--resume {path}: there is no such file; expected a checkpoint that 'unroll train classify' wrote.");
        var checkpoint = TrainingCheckpoint.Read(path);
        return checkpoint.Metadata.TryGetValue(SettingsKey, out var json)
            ? new(resume(TrainClassifySettings.FromJson(json, path)), checkpoint)
            : throw CommandFailure.Failed($"{path}: the checkpoint was not written by 'unroll train classify', so this command cannot go on with it.");
    }

    /// <summary>A trainer of this run, resumed where it has a checkpoint.</summary>
    /// <param name="checkpointPath">Where checkpoints go.</param>
    public ExampleTrainer<ClassifierExample> CreateTrainer(string checkpointPath)
    {
        var trainer = new ExampleTrainer<ClassifierExample>(Model, new()
        {
            Optimizer = Optimization.Optimizer(Settings.Optimizer, Settings.LearningRate),
            Schedule = Optimization.Schedule(Settings.Schedule),
            ClipNorm = (float?)Settings.ClipNorm,
            AverageDecay = (float?)Settings.Average,
            BatchSize = Settings.Batch,
            Seed = (ulong)Settings.Seed,
            Patience = Settings.Patience,
            ReportEvery = Math.Clamp((Settings.Epochs ?? 1) * (long)UpdatesPerEpoch / Reports, 1, 100),
            CheckpointPath = checkpointPath,
            Metadata = metadata,
            Doctor = Doctor,
        });
        if (checkpoint is not null)
            trainer.Resume(checkpoint);
        return trainer;
    }

    /// <summary>Trains to the end of the budget.</summary>
    public TrainingProgress Fit(ExampleTrainer<ClassifierExample> trainer, IProgress<TrainingProgress> progress, CancellationToken cancellation) =>
        Settings.Minutes is { } minutes
            ? trainer.Fit(training, validation, TimeSpan.FromMinutes(minutes), progress, cancellation)
            : trainer.Fit(training, validation, Settings.Epochs!.Value, progress, cancellation);

    /// <summary>Takes note of a report; the next checkpoint carries it.</summary>
    public void Note(TrainingProgress progress)
    {
        Curves.Add(progress.Update, progress.Loss, progress.ValidationLoss);
        metadata[CurvesKey] = Curves.ToJson();
    }

    /// <summary>What the view says first.</summary>
    public ClassifyPlan Plan(RunPaths paths) => new(
        paths, Training.Name, Training.Items.Count, Validation?.Items.Count ?? 0, Test?.Items.Count ?? 0, Model.Labels, ClassifierText.Input(Model),
        ClassifierText.Describe(Model.Options), Model.ParameterCount, Budget, checkpoint?.Update);

    /// <summary>The record that the model file keeps.</summary>
    public ClassifierTrainingRecord Record(TrainingProgress last) => new()
    {
        Data = Training.Name,
        TrainingExamples = Training.Items.Count,
        ValidationExamples = Validation?.Items.Count ?? 0,
        Updates = last.Update,
        Epochs = last.Epoch,
        Seconds = last.Elapsed.TotalSeconds,
        TrainingLoss = last.Loss,
        Settings = string.Create(
            CultureInfo.InvariantCulture,
            $"{Settings.Optimizer}, learning rate {Settings.LearningRate}, {Settings.Schedule}, batch {Settings.Batch}, {(Settings.ClipNorm is { } norm ? $"clip norm {norm}" : "no clipping")}{(Settings.Average is { } decay ? $", average {decay}" : "")}, seed {Settings.Seed}, {Budget}"),
        Version = LanguageModel.LibraryVersion,
        LabelCounts = [.. Model.Labels.Select(label => (long)Training.CountOf(label))],
    };
}
