using System.Diagnostics;
using Unroll.Benchmarks.Peers;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Training;

namespace Unroll.Benchmarks.LanguageModels;

/// <summary>Trains the model with Unroll, by the trainer that every user has.</summary>
internal static class UnrollLanguageModelRun
{
    /// <summary>Trains for the task's duration, then evaluates once.</summary>
    /// <param name="task">What to train.</param>
    /// <param name="report">Gets the time that has passed, the characters learned and the loss since the last report.</param>
    public static LanguageModelResult Run(LanguageModelTask task, ProgressLine report)
    {
        Parallelism.ThreadCount = task.Threads;
        var model = LanguageModel.Create(task.Training.Vocabulary, new()
        {
            HiddenSize = task.HiddenSize,
            Layers = task.Layers,
            EmbeddingSize = task.EmbeddingSize,
            Dropout = task.Dropout,
            Seed = (ulong)task.Seed,
        });
        var trainer = new Trainer(model, new()
        {
            Optimizer = new AdamW(task.LearningRate),
            Schedule = LearningRateSchedule.Cosine(task.FinalFraction),
            ClipNorm = task.ClipNorm,
            BatchSize = task.BatchSize,
            WindowLength = task.WindowLength,
            Seed = (ulong)task.Seed,
            // Validated once at the end, as the other contestant is.
            ValidationFraction = 0,
            KeepBest = false,
        });
        var perUpdate = (long)task.WindowLength * task.BatchSize;
        var start = Stopwatch.GetTimestamp();
        var last = trainer.Fit(
            task.Training, task.Duration, new Reporter(progress => report.Show(progress.Elapsed, progress.Update * perUpdate, (float)progress.Loss)));
        var elapsed = Stopwatch.GetElapsedTime(start);
        return new(
            PeerNames.Unroll,
            task.HiddenSize,
            task.Duration.TotalMinutes,
            last.Update * perUpdate / elapsed.TotalSeconds,
            last.Epoch,
            model.Evaluate(task.Validation).Nats);
    }

    /// <summary>Reports on the training thread, where <see cref="Progress{T}"/> would go through the thread pool.</summary>
    private sealed class Reporter(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
