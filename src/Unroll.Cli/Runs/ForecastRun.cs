using System.Globalization;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Plots;
using Unroll.Cli.Series;
using Unroll.Cli.Verbs;
using Unroll.Cli.Views;
using Unroll.Data;
using Unroll.Models;
using Unroll.Training;

namespace Unroll.Cli.Runs;

/// <summary>Everything a training run of a forecaster needs before its first update: series, model, and what its checkpoint carries.</summary>
internal sealed class ForecastRun
{
    /// <summary>A run of more updates reports about so often.</summary>
    private const int Reports = 200;

    /// <summary>Updates that passes are counted for, where the user names none.</summary>
    private const int UsualUpdates = 1500;
    private const int FewestEpochs = 5;
    private const int MostEpochs = 200;

    /// <summary>Validations of a run; a pass over short series is over too soon for one after each.</summary>
    private const int Validations = 40;

    /// <summary>Validations without a better loss after which a run stops that does not say otherwise: small networks on short series learn them by heart soon.</summary>
    private const int UsualPatience = 15;

    private const string SettingsKey = "forecast";
    private const string CurvesKey = "curves";

    private readonly Dictionary<string, string> metadata = [];
    private readonly TrainingCheckpoint? checkpoint;
    private readonly IReadOnlyList<ForecastWindow> training;
    private readonly IReadOnlyList<ForecastWindow>? validation;

    /// <summary>A run on series that were read.</summary>
    /// <param name="settings">What it does.</param>
    /// <param name="data">The series.</param>
    /// <param name="checkpoint">What it goes on from, or null.</param>
    public ForecastRun(TrainForecastSettings settings, SeriesData data, TrainingCheckpoint? checkpoint = null)
    {
        (Settings, Data, this.checkpoint) = (settings, data, checkpoint);
        CheckKnown(data.Set);
        Split = TimeSplit.Of(data.Set, settings.Validation, settings.Test);
        Model = Create(settings, Split);
        training = Model.TrainingWindows(Split);
        validation = settings.Validation > 0 && Model.ValidationWindows(Split) is { Count: > 0 } windows ? windows : null;
        if (validation is null && settings.Patience is not null)
            throw CommandFailure.Failed($"--patience needs a validation loss, and the validation part of {data.Set.Name} is too short for one. Keep more with --validation.");
        Curves = checkpoint is not null && checkpoint.Metadata.TryGetValue(CurvesKey, out var curves) ? LossCurves.FromJson(curves) : new();
        metadata[SettingsKey] = settings.ToJson();
    }

    public TrainForecastSettings Settings { get; }

    public SeriesData Data { get; }

    public TimeSplit Split { get; }

    public Forecaster Model { get; }

    public LossCurves Curves { get; }

    /// <summary>What watches the training, or null.</summary>
    public NetworkDoctor? Doctor { get; set; }

    /// <summary>Whether there is a part that picks the model and calibrates it.</summary>
    public bool HasValidation => validation is not null;

    /// <summary>Whether there is a part that the model is measured on.</summary>
    public bool HasTest => Settings.Test > 0 && Enumerable.Range(0, Data.Set.Items.Count).Any(index => Data.Set.Items[index].Length > Split.ValidationEnd(index));

    /// <summary>The unit of the loss.</summary>
    public string LossUnit => Settings.Output switch { "point" => "squared error, scaled", "quantiles" => "pinball loss, scaled", _ => "nats per value" };

    /// <summary>The budget in words.</summary>
    public string Budget => Settings.Minutes is { } minutes
        ? FormattableString.Invariant($"{minutes} minutes")
        : FormattableString.Invariant($"{Epochs} epochs of {UpdatesPerEpoch} updates");

    private int UpdatesPerEpoch => ((training.Count - 1) / Settings.Batch) + 1;

    private int Epochs => Settings.Epochs ?? Math.Clamp((UsualUpdates / UpdatesPerEpoch) + 1, FewestEpochs, MostEpochs);

    /// <summary>A run from the beginning.</summary>
    public static ForecastRun New(TrainForecastSettings settings) => new(settings, Read(settings));

    /// <summary>A run that goes on.</summary>
    /// <param name="path">The checkpoint's file, for messages.</param>
    /// <param name="resume">Makes the settings of the run from those of the checkpoint.</param>
    public static ForecastRun Resumed(string path, Func<TrainForecastSettings, TrainForecastSettings> resume)
    {
        if (!File.Exists(path))
            throw CommandFailure.Failed($"--resume {path}: there is no such file; expected a checkpoint that 'unroll train forecast' wrote.");
        var checkpoint = TrainingCheckpoint.Read(path);
        if (!checkpoint.Metadata.TryGetValue(SettingsKey, out var json))
            throw CommandFailure.Failed($"{path}: the checkpoint was not written by 'unroll train forecast', so this command cannot go on with it.");
        var settings = resume(TrainForecastSettings.FromJson(json, path));
        return new(settings, Read(settings), checkpoint);
    }

    /// <summary>A trainer of this run, resumed where it has a checkpoint.</summary>
    /// <param name="checkpointPath">Where checkpoints go, or null for none.</param>
    public ExampleTrainer<ForecastWindow> CreateTrainer(string? checkpointPath)
    {
        var trainer = new ExampleTrainer<ForecastWindow>(Model, new()
        {
            Optimizer = Optimization.Optimizer(Settings.Optimizer, Settings.LearningRate),
            Schedule = Optimization.Schedule(Settings.Schedule),
            ClipNorm = (float?)Settings.ClipNorm,
            BatchSize = Settings.Batch,
            Seed = (ulong)Settings.Seed,
            Patience = validation is null ? null : Settings.Patience ?? UsualPatience,
            EvaluateEvery = Settings.Minutes is null ? Math.Max(UpdatesPerEpoch, Epochs * (long)UpdatesPerEpoch / Validations) : UpdatesPerEpoch,
            ReportEvery = Math.Clamp((Settings.Minutes is null ? Epochs : 1) * (long)UpdatesPerEpoch / Reports, 1, 100),
            CheckpointPath = checkpointPath,
            Metadata = metadata,
            Doctor = Doctor,
        });
        if (checkpoint is not null)
            trainer.Resume(checkpoint);
        return trainer;
    }

    /// <summary>Trains to the end of the budget.</summary>
    public TrainingProgress Fit(ExampleTrainer<ForecastWindow> trainer, IProgress<TrainingProgress>? progress, CancellationToken cancellation) =>
        Settings.Minutes is { } minutes
            ? trainer.Fit(training, validation, TimeSpan.FromMinutes(minutes), progress, cancellation)
            : trainer.Fit(training, validation, Epochs, progress, cancellation);

    /// <summary>Takes note of a report; the next checkpoint carries it.</summary>
    public void Note(TrainingProgress progress)
    {
        Curves.Add(progress.Update, progress.Loss, progress.ValidationLoss);
        metadata[CurvesKey] = Curves.ToJson();
    }

    /// <summary>What the view says first.</summary>
    public ForecastPlan Plan(RunPaths paths) => new(
        paths, Data, Split, ForecastText.Describe(Model), Model.ParameterCount, training.Count, Budget, checkpoint?.Update);

    /// <summary>The record that the model file keeps.</summary>
    public ForecasterTrainingRecord Record(TrainingProgress last, ForecastReport? test) => new()
    {
        Data = Data.Set.Name,
        TrainingSteps = Steps(index => Split.TrainingEnd(index)),
        ValidationSteps = Steps(index => Split.ValidationEnd(index) - Split.TrainingEnd(index)),
        TestSteps = Steps(index => Data.Set.Items[index].Length - Split.ValidationEnd(index)),
        ValidationShare = Settings.Validation,
        TestShare = Settings.Test,
        Updates = last.Update,
        Epochs = last.Epoch,
        Seconds = last.Elapsed.TotalSeconds,
        TrainingLoss = last.Loss,
        ValidationLoss = last.BestValidationLoss,
        TestMeanAbsoluteError = test?.Model.MeanAbsoluteError,
        Settings = string.Create(
            CultureInfo.InvariantCulture,
            $"{Settings.Optimizer}, learning rate {Settings.LearningRate}, {Settings.Schedule}, batch {Settings.Batch}, {(Settings.ClipNorm is { } norm ? $"clip norm {norm}" : "no clipping")}, seed {Settings.Seed}, {Budget}"),
        Recipe = Settings.ToJson(),
        Version = LanguageModel.LibraryVersion,
    };

    /// <summary>A gap would be met only after the training, where the part that holds it is forecast.</summary>
    private static void CheckKnown(TimeSeriesSet set)
    {
        foreach (var (channel, column) in set.Channels.Index().Where(entry => entry.Item.Role == ChannelRole.Known).Select(entry => (entry.Index, entry.Item)))
        {
            foreach (var series in set.Items)
            {
                for (var step = 0; step < series.Length; step++)
                {
                    if (!float.IsNaN(series.Values.Span[(step * series.Channels) + channel]))
                        continue;
                    var place = set.TimeOf(series, step) is { } time ? SeriesTime.Write(time) : FormattableString.Invariant($"step {step + 1}");
                    throw CommandFailure.Failed($"{set.Name}{(series.Name.Length > 0 ? $", series '{series.Name}'" : "")}: '{column.Name}' is to be known ahead and has no value at {place}. Fill the gap, or name it with --past.");
                }
            }
        }
    }

    private static SeriesData Read(TrainForecastSettings settings) =>
        settings.File is { } file ? new SeriesTable(file, settings.Columns).Read() : ExampleSeries.Read(settings.Example!);

    private static Forecaster Create(TrainForecastSettings settings, TimeSplit split)
    {
        try
        {
            return Forecaster.Create(split, settings.ModelFor(split));
        }
        catch (ArgumentOutOfRangeException failure)
        {
            // The library names its options as properties; the message says what is wrong in words.
            throw CommandFailure.Failed(failure.Message.Split(" (Parameter", 2)[0], failure);
        }
    }

    private long Steps(Func<int, int> count) => Enumerable.Range(0, Data.Set.Items.Count).Sum(index => (long)count(index));
}
