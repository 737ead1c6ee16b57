using System.Runtime.CompilerServices;
using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Training;

/// <summary>What trainers of all kinds share: one run at a time, its checkpoints, its progress as a stream, and the best model at its end.</summary>
internal sealed class TrainerCore
{
    private readonly Parameter[] parameters;
    private readonly string? signature;
    private readonly TrainingOptions options;
    private readonly float baseRate;
    private readonly Func<RecurrentState?> createState;
    private TrainingRun? run;
    private ResumedRun? resumed;
    private int isRunning;

    /// <param name="parameters">What learns.</param>
    /// <param name="signature">What the model computes, in words, or null.</param>
    /// <param name="options">How it trains.</param>
    /// <param name="createState">Makes what is carried from one update to the next, or null where nothing is.</param>
    public TrainerCore(IReadOnlyList<Parameter> parameters, string? signature, TrainingOptions options, Func<RecurrentState?> createState)
    {
        this.parameters = [.. parameters];
        this.signature = signature;
        this.options = options;
        this.createState = createState;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var parameter in parameters)
        {
            if (!names.Add(parameter.Name))
                throw new ArgumentException($"The model has two parameters named '{parameter.Name}'; checkpoints need different names.", nameof(parameters));
        }

        baseRate = options.Optimizer.LearningRate;
        options.Optimizer.Attach(this.parameters);
    }

    public long UpdateCount => (resumed?.Counters ?? run?.Counters)?.Update ?? 0;

    public double? BestValidationLoss => (resumed?.Best ?? run?.Best)?.Loss;

    public TrainingProgress Fit(
        Func<RecurrentState?, UpdateSource> source, TrainingLimit limit, Action<TrainingProgress>? report, CancellationToken cancellation) =>
        Exclusively(() => Run(source, limit, report, cancellation));

    public async IAsyncEnumerable<TrainingProgress> FitAsync(
        Func<RecurrentState?, UpdateSource> source, TrainingLimit limit, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var thread = new TrainingThread((report, stop) => Fit(source, limit, report, stop), cancellation);
        await foreach (var progress in thread.ReadAllAsync().ConfigureAwait(false))
            yield return progress;
    }

    public void SaveCheckpoint(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (run is null)
            throw new InvalidOperationException("There is nothing to save: no training was begun with this trainer.");
        if (run.IsBroken)
        {
            throw new InvalidOperationException(
                "There is nothing to save: the last update was not brought to its end. The last checkpoint is untouched; resume from it.");
        }

        CheckpointWriter.Save(path, run, signature, parameters, options, baseRate);
    }

    public void Resume(TrainingCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        Exclusively(() =>
        {
            resumed = checkpoint.Restore(signature, parameters, options, baseRate, createState);
            run = null;
            return 0;
        });
    }

    /// <summary>Begins a run without training yet.</summary>
    /// <param name="source">Makes what is trained on, given the state of a resumed run.</param>
    /// <param name="limit">When it ends.</param>
    public TrainingRun Begin(Func<RecurrentState?, UpdateSource> source, TrainingLimit limit)
    {
        run = new(source(resumed?.State), parameters, options, baseRate, limit, resumed);
        resumed = null;
        return run;
    }

    private TrainingProgress Run(
        Func<RecurrentState?, UpdateSource> source, TrainingLimit limit, Action<TrainingProgress>? report, CancellationToken cancellation)
    {
        var current = Begin(source, limit);
        Action? save = options.CheckpointPath is { } path ? () => SaveCheckpoint(path) : null;
        try
        {
            var last = current.Run(report, save, cancellation);
            current.Conclude();
            return last;
        }
        catch (OperationCanceledException) when (!current.IsBroken)
        {
            save?.Invoke();
            throw;
        }
        finally
        {
            options.Optimizer.LearningRate = baseRate;
        }
    }

    private TResult Exclusively<TResult>(Func<TResult> action)
    {
        if (Interlocked.Exchange(ref isRunning, 1) != 0)
            throw new InvalidOperationException("This trainer is training already; wait for its end, or make another one for another model.");
        try
        {
            return action();
        }
        finally
        {
            Volatile.Write(ref isRunning, 0);
        }
    }
}
