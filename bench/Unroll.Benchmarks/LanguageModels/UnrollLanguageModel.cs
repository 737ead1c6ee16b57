using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Training;

namespace Unroll.Benchmarks.LanguageModels;

/// <summary>The model and its trainer as every user has them.</summary>
internal static class UnrollLanguageModel
{
    /// <summary>A new model.</summary>
    public static LanguageModel Create(LanguageModelTask task) => LanguageModel.Create(task.Training.Vocabulary, new()
    {
        HiddenSize = task.HiddenSize,
        Layers = task.Layers,
        EmbeddingSize = task.EmbeddingSize,
        Dropout = task.Dropout,
        Seed = (ulong)task.Seed,
    });

    /// <summary>A trainer that validates nothing on its way.</summary>
    public static Trainer TrainerOf(LanguageModel model, LanguageModelTask task, LearningRateSchedule schedule) => new(model, new()
    {
        Optimizer = task.Rule == UpdateRule.AdamW ? new AdamW(task.LearningRate) : new Sgd(task.LearningRate),
        Schedule = schedule,
        ClipNorm = task.ClipNorm,
        BatchSize = task.BatchSize,
        WindowLength = task.WindowLength,
        Seed = (ulong)task.Seed,
        ValidationFraction = 0,
        KeepBest = false,
    });
}
