using System.Diagnostics;
using Unroll.Optimizers;
using Unroll.Tensors;

namespace Unroll.Training;

/// <summary>One course of training over one source: the loop, and everything it has in hand between two updates.</summary>
internal sealed class TrainingRun
{
    private readonly IReadOnlyList<Parameter> parameters;
    private readonly TrainingOptions options;
    private readonly float baseRate;
    private readonly Tape tape = new();
    private readonly TrainingLimit limit;
    private readonly Stopwatch watch = new();
    private readonly TimeSpan elapsedBefore;
    private long stepTicks;
    private long steps;
    private long examples;
    private bool isOver;

    public TrainingRun(
        UpdateSource source, IReadOnlyList<Parameter> parameters, TrainingOptions options, float baseRate, TrainingLimit limit, ResumedRun? resumed = null)
    {
        this.parameters = parameters;
        this.options = options;
        this.baseRate = baseRate;
        this.limit = limit;
        tape.MemoryBudget = options.MemoryBudget;
        Source = source;
        resumed?.CheckSource(source);
        Counters = resumed?.Counters ?? new();
        Best = resumed?.Best ?? new(parameters);
        Average = options.AverageDecay is { } decay ? resumed?.Average ?? new(parameters, decay) : null;
        source.Position = Counters.Position;
        elapsedBefore = Counters.Elapsed;
        isOver = limit.IsReached(Counters.Update, source.UpdatesPerEpoch, Elapsed);
    }

    /// <summary>What it trains on, and what is carried there from one update to the next.</summary>
    public UpdateSource Source { get; }

    public TrainingCounters Counters { get; }

    public BestModel Best { get; }

    /// <summary>The running mean of the parameters, or null where none is wanted.</summary>
    public AverageModel? Average { get; }

    /// <summary>Whether an update was begun and not brought to its end, so that nothing here may be saved.</summary>
    public bool IsBroken { get; private set; }

    private TimeSpan Elapsed => elapsedBefore + watch.Elapsed;

    /// <summary>Trains to the end.</summary>
    /// <param name="report">Gets the progress.</param>
    /// <param name="save">Writes a checkpoint.</param>
    /// <param name="cancellation">Stops it between two updates.</param>
    public TrainingProgress Run(Action<TrainingProgress>? report, Action? save, CancellationToken cancellation)
    {
        TrainingProgress? last = null;
        watch.Start();
        try
        {
            while (true)
            {
                if (Counters.Finished < Counters.Update)
                    last = Finish(report, save, cancellation) ?? last;
                if (isOver || IsPatienceOver)
                    return last ?? Progress(null, isBest: false);
                cancellation.ThrowIfCancellationRequested();
                StepOnce();
            }
        }
        finally
        {
            watch.Stop();
            Counters.Elapsed = Elapsed;
        }
    }

    /// <summary>One update; allocates nothing once the first few have made room.</summary>
    /// <returns>The loss before it.</returns>
    /// <exception cref="TrainingDivergedException">The loss or the gradient is not finite; the parameters are unchanged.</exception>
    public double StepOnce()
    {
        var start = Stopwatch.GetTimestamp();
        IsBroken = true;
        Source.MoveNext();
        if (options.Doctor is { IsDue: true } doctor)
            start += Probe(doctor);
        for (var index = 0; index < parameters.Count; index++)
            parameters[index].ClearGradient();
        tape.Reset();
        var loss = Source.Loss(tape, new(IsTraining: true, options.Seed, Counters.Update));
        double value = loss.Scalar;
        tape.Backward(loss);
        var norm = GradientClipping.GlobalNorm(parameters);
        if (!double.IsFinite(value) || !double.IsFinite(norm))
        {
            options.Doctor?.Refuse(value, norm);
            throw new TrainingDivergedException("its loss or gradient is not finite", Counters.Update + 1, value, norm);
        }

        var optimizer = options.Optimizer;
        optimizer.LearningRate = (float)(baseRate * options.Schedule.Factor(Counters.Update, DoneFraction));
        var (scale, isClippedByValue) = Clip(norm);
        if (options.Doctor is { } watching)
            watching.Step(optimizer, parameters, value, norm, scale, isClippedByValue);
        else
            optimizer.Step(parameters, scale);
        Average?.Add(Counters.Update + 1);
        Count(value, norm, optimizer.LearningRate);
        stepTicks += Stopwatch.GetTimestamp() - start;
        IsBroken = false;
        return value;
    }

    /// <summary>The parameters that training goes on with, whatever the model holds.</summary>
    public Span<float> LastValues(int index) => Average is { IsInModel: true } average ? average.LastValues(index) : Best.LastValues(index);

    /// <summary>Gives the model what it is to end with: the best parameters, or the mean.</summary>
    public void Conclude()
    {
        if (options.KeepBest && Best.Loss is not null)
            Best.MoveIntoModel();
        else
            Average?.MoveIntoModel();
    }

    private bool IsPatienceOver => options.Patience is { } patience && Counters.EvaluationsSinceBest >= patience;

    private double DoneFraction => limit.Progress(Counters.Update, Source.UpdatesPerEpoch, Elapsed);

    /// <summary>Limits the values of the gradient and gives what it is to be multiplied by, and whether a value was limited, as far as somebody asks.</summary>
    private (float Scale, bool IsClippedByValue) Clip(double norm)
    {
        var limited = norm;
        if (options.ClipValue is { } value)
        {
            GradientClipping.ByValue(parameters, value);
            limited = options.ClipNorm is null && options.Doctor is null ? norm : GradientClipping.GlobalNorm(parameters);
        }

        return (options.ClipNorm is { } maximum ? GradientClipping.ScaleFor(limited, maximum) : 1, limited < norm);
    }

    /// <summary>Shows the doctor a part of the batch. What that adds to the gradients is cleared with them.</summary>
    /// <returns>The ticks it took.</returns>
    private long Probe(NetworkDoctor doctor)
    {
        var start = Stopwatch.GetTimestamp();
        Source.Probe(doctor, new(IsTraining: false, options.Seed, Counters.Update));
        return Stopwatch.GetTimestamp() - start;
    }

    private void Count(double loss, double norm, float learningRate)
    {
        Counters.Update++;
        Counters.Position = Source.Position;
        Counters.LossSum += loss;
        Counters.LossCount++;
        Counters.GradientNorm = norm;
        Counters.LearningRate = learningRate;
        steps += Source.StepCount;
        examples += Source.ExampleCount;
        isOver = limit.IsReached(Counters.Update, Source.UpdatesPerEpoch, Elapsed);
    }

    /// <summary>What follows an update: evaluation, report, checkpoint. Cancelled in its evaluation, it is done again by who resumes.</summary>
    private TrainingProgress? Finish(Action<TrainingProgress>? report, Action? save, CancellationToken cancellation)
    {
        double? loss = null;
        var isBest = false;
        if (Source.HasValidation && IsDue(options.EvaluateEvery, Counters.Position.Window == Source.UpdatesPerEpoch))
            (loss, isBest) = Evaluate(cancellation);
        if (loss is not null)
            Counters.EvaluationsSinceBest = isBest ? 0 : Counters.EvaluationsSinceBest + 1;
        var progress = loss is not null || IsDue(options.ReportEvery, otherwise: false) ? Progress(loss, isBest) : null;
        var isLast = isOver || IsPatienceOver;
        if (isLast && progress is null)
            progress = Progress(null, isBest: false);
        Counters.Finished = Counters.Update;
        Counters.Elapsed = Elapsed;
        if (progress is not null)
            report?.Invoke(progress);
        if (isLast || IsDue(options.CheckpointEvery, otherwise: loss is not null))
            save?.Invoke();
        return progress;
    }

    private bool IsDue(long every, bool otherwise) => isOver || (every > 0 ? Counters.Update % every == 0 : otherwise);

    private (double Loss, bool IsBest) Evaluate(CancellationToken cancellation)
    {
        double loss;
        Average?.MoveIntoModel();
        try
        {
            loss = Source.ValidationLoss(new(IsTraining: false, options.Seed, Counters.Update), cancellation);
            if (double.IsFinite(loss))
                return (loss, Best.Offer(loss));
        }
        finally
        {
            Average?.MoveOutOfModel();
        }

        IsBroken = true;
        throw new TrainingDivergedException("the validation loss after it is not finite", Counters.Update, loss, Counters.GradientNorm);
    }

    private TrainingProgress Progress(double? validationLoss, bool isBest)
    {
        if (Counters.LossCount > 0)
            Counters.ReportedLoss = Counters.LossSum / Counters.LossCount;
        Counters.LossSum = 0;
        Counters.LossCount = 0;
        var seconds = stepTicks / (double)Stopwatch.Frequency;
        var progress = new TrainingProgress
        {
            Update = Counters.Update,
            Epoch = Counters.Update / (double)Source.UpdatesPerEpoch,
            Loss = Counters.ReportedLoss,
            ValidationLoss = validationLoss,
            BestValidationLoss = Best.Loss,
            IsBest = isBest,
            TokensPerSecond = seconds > 0 ? steps / seconds : 0,
            ExamplesPerSecond = examples == 0 ? null : seconds > 0 ? examples / seconds : 0,
            GradientNorm = Counters.GradientNorm,
            LearningRate = Counters.LearningRate,
            Elapsed = Elapsed,
            Remaining = isOver ? TimeSpan.Zero : limit.Remaining(DoneFraction, Elapsed),
        };
        stepTicks = 0;
        steps = 0;
        examples = 0;
        return progress;
    }
}
