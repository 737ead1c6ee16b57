using System.Diagnostics;
using Unroll.Benchmarks.Peers;
using Unroll.Data;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Training;

namespace Unroll.Benchmarks.LanguageModels;

/// <summary>Trains the model with Unroll, by the trainer that every user has.</summary>
internal static class UnrollLanguageModelRun
{
    /// <summary>Trains for a time, then evaluates once, as the other contestant does.</summary>
    /// <param name="task">What to train.</param>
    /// <param name="validation">What to evaluate on.</param>
    /// <param name="duration">How long; the evaluation comes on top.</param>
    /// <param name="report">Gets the time that has passed, the characters learned and the loss since the last report.</param>
    public static LanguageModelResult Run(LanguageModelTask task, TextCorpus validation, TimeSpan duration, ProgressLine report)
    {
        Parallelism.ThreadCount = task.Threads;
        var model = UnrollLanguageModel.Create(task);
        var trainer = UnrollLanguageModel.TrainerOf(model, task, LearningRateSchedule.Cosine(task.FinalFraction));
        var perUpdate = (long)task.WindowLength * task.BatchSize;
        var start = Stopwatch.GetTimestamp();
        var last = trainer.Fit(
            task.Training, duration, new Reporter(progress => report.Show(progress.Elapsed, progress.Update * perUpdate, (float)progress.Loss)));
        var elapsed = Stopwatch.GetElapsedTime(start);
        return new(
            PeerNames.Unroll,
            task.HiddenSize,
            duration.TotalMinutes,
            last.Update * perUpdate / elapsed.TotalSeconds,
            last.Epoch,
            model.Evaluate(validation).Nats);
    }

    /// <summary>Reports on the training thread, where <see cref="Progress{T}"/> would go through the thread pool.</summary>
    private sealed class Reporter(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
