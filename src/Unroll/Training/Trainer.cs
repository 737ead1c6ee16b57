using Unroll.Data;
using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Training;

/// <summary>
/// Trains a model on a text by truncated back-propagation through time: windows of parallel streams, the recurrent state carried from one to the
/// next. Deterministic: the same options, text and model give the same bits, also when a run is resumed from a checkpoint.
/// </summary>
/// <remarks>A trainer runs one training at a time; its other members may be used between runs and while a report is handled.</remarks>
public sealed class Trainer
{
    private readonly ITrainable model;
    private readonly TrainerCore core;

    /// <summary>A trainer for one model.</summary>
    /// <param name="model">What learns.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="ArgumentException">Two options contradict each other, or two parameters have the same name.</exception>
    /// <exception cref="InvalidOperationException">The optimiser serves another model.</exception>
    public Trainer(ITrainable model, TrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Options = options ?? new();
        Options.Validate();
        this.model = model;
        core = new(model.Parameters, model.Signature, Options, () => model.CreateState(Options.BatchSize));
    }

    /// <summary>How it trains.</summary>
    public TrainerOptions Options { get; }

    /// <summary>How many updates the present run has done, those before its checkpoint included.</summary>
    public long UpdateCount => core.UpdateCount;

    /// <summary>The lowest validation loss so far, in mean nats per token; null before the first.</summary>
    public double? BestValidationLoss => core.BestValidationLoss;

    /// <summary>Trains for some passes over a text, on the calling thread.</summary>
    /// <param name="text">The text; its end is kept for validation unless the options say otherwise.</param>
    /// <param name="epochs">How many passes in all, those before a resumed checkpoint included; at least 1.</param>
    /// <param name="progress">Gets the progress as it comes.</param>
    /// <param name="cancellation">Stops between two updates; a checkpoint is written first where the options name a path.</param>
    /// <returns>The last progress.</returns>
    /// <exception cref="TrainingDivergedException">A loss or gradient is not finite; the parameters are those before the update.</exception>
    /// <exception cref="MemoryBudgetException">The memory budget is smaller than what an update needs; the parameters are those before the update.</exception>
    /// <exception cref="InvalidDataException">The text is too short, or not that of the resumed checkpoint.</exception>
    /// <exception cref="InvalidOperationException">A training is running, or the text is too short to be split.</exception>
    /// <exception cref="IOException">A checkpoint could not be written; the one that was there is untouched.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public TrainingProgress Fit(
        TextCorpus text, int epochs, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default) =>
        Fit(text, TrainingLimit.After(epochs), progress is null ? null : progress.Report, cancellation);

    /// <summary>Trains for some time, on the calling thread; the last evaluation comes on top.</summary>
    /// <param name="text">The text; its end is kept for validation unless the options say otherwise.</param>
    /// <param name="duration">How long in all, the time before a resumed checkpoint included; over zero.</param>
    /// <param name="progress">Gets the progress as it comes.</param>
    /// <param name="cancellation">Stops between two updates; a checkpoint is written first where the options name a path.</param>
    /// <returns>The last progress.</returns>
    /// <inheritdoc cref="Fit(TextCorpus, int, IProgress{TrainingProgress}, CancellationToken)"/>
    public TrainingProgress Fit(
        TextCorpus text, TimeSpan duration, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default) =>
        Fit(text, TrainingLimit.After(duration), progress is null ? null : progress.Report, cancellation);

    /// <summary>
    /// Trains for some passes over a text, on a thread of its own, and hands out the progress. Training waits while the body of the loop runs,
    /// so that it may use the model; leaving the loop stops the training.
    /// </summary>
    /// <param name="text">The text; its end is kept for validation unless the options say otherwise.</param>
    /// <param name="epochs">How many passes in all, those before a resumed checkpoint included; at least 1.</param>
    /// <param name="cancellation">Stops between two updates; a checkpoint is written first where the options name a path.</param>
    /// <inheritdoc cref="Fit(TextCorpus, int, IProgress{TrainingProgress}, CancellationToken)"/>
    public IAsyncEnumerable<TrainingProgress> FitAsync(TextCorpus text, int epochs, CancellationToken cancellation = default) =>
        FitAsync(text, TrainingLimit.After(epochs), cancellation);

    /// <summary>
    /// Trains for some time, on a thread of its own, and hands out the progress. Training waits while the body of the loop runs, so that it may
    /// use the model; leaving the loop stops the training.
    /// </summary>
    /// <param name="text">The text; its end is kept for validation unless the options say otherwise.</param>
    /// <param name="duration">How long in all, the time before a resumed checkpoint included; over zero.</param>
    /// <param name="cancellation">Stops between two updates; a checkpoint is written first where the options name a path.</param>
    /// <inheritdoc cref="Fit(TextCorpus, int, IProgress{TrainingProgress}, CancellationToken)"/>
    public IAsyncEnumerable<TrainingProgress> FitAsync(TextCorpus text, TimeSpan duration, CancellationToken cancellation = default) =>
        FitAsync(text, TrainingLimit.After(duration), cancellation);

    /// <summary>Writes everything that is needed to go on from here as if there had been no interruption.</summary>
    /// <param name="path">The file; one that is there is replaced when the new one is whole.</param>
    /// <exception cref="InvalidOperationException">Nothing was trained yet, an update is under way, or training has diverged.</exception>
    /// <exception cref="IOException">It could not be written; the file that was there is untouched.</exception>
    public void SaveCheckpoint(string path) => core.SaveCheckpoint(path);

    /// <summary>Goes back to a checkpoint: the next run continues it bit for bit.</summary>
    /// <param name="path">A file that <see cref="SaveCheckpoint"/> or a run wrote.</param>
    /// <exception cref="InvalidDataException">
    /// It is no checkpoint, is damaged, or belongs to another model or other options; nothing was changed.
    /// </exception>
    /// <exception cref="IOException">It does not exist or cannot be read.</exception>
    /// <exception cref="InvalidOperationException">A training is running.</exception>
    public void Resume(string path) => Resume(TrainingCheckpoint.Read(path));

    /// <summary>Goes back to a checkpoint that was read before: the next run continues it bit for bit.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <exception cref="InvalidDataException">It belongs to another model or other options; nothing was changed.</exception>
    /// <exception cref="InvalidOperationException">A training is running.</exception>
    public void Resume(TrainingCheckpoint checkpoint) => core.Resume(checkpoint);

    /// <summary>Begins a run without training yet.</summary>
    internal TrainingRun Begin(TextCorpus text, TrainingLimit limit) => core.Begin(SourceOf(text), limit);

    private TrainingProgress Fit(TextCorpus text, TrainingLimit limit, Action<TrainingProgress>? report, CancellationToken cancellation) =>
        core.Fit(SourceOf(text), limit, report, cancellation);

    private IAsyncEnumerable<TrainingProgress> FitAsync(TextCorpus text, TrainingLimit limit, CancellationToken cancellation) =>
        core.FitAsync(SourceOf(text), limit, cancellation);

    private Func<RecurrentState?, UpdateSource> SourceOf(TextCorpus text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return state => new TextUpdates(model, TrainingTexts.From(text, Options), Options, state);
    }
}
