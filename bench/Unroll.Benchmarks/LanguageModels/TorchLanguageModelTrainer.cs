using Unroll.Data;
using static TorchSharp.torch;

namespace Unroll.Benchmarks.LanguageModels;

/// <summary>The model in libtorch with its optimiser, on its way through a text.</summary>
internal sealed class TorchLanguageModelTrainer : IDisposable
{
    private readonly LanguageModelTask task;
    private readonly optim.Optimizer optimizer;
    private readonly TokenWindows windows;
    private readonly TokenWindow window = new();

    public TorchLanguageModelTrainer(LanguageModelTask task)
    {
        this.task = task;
        set_num_threads(task.Threads);
        Model = new(task);
        var parameters = Model.Parameters();
        optimizer = task.Rule == UpdateRule.AdamW ? optim.AdamW(parameters, lr: task.LearningRate) : optim.SGD(parameters, task.LearningRate);
        windows = TokenWindows.ForTraining(task.Training.Tokens, task.BatchSize, task.WindowLength, (ulong)task.Seed);
        Model.ResetState(task.BatchSize);
    }

    public TorchLanguageModel Model { get; }

    /// <summary>Tokens learned so far.</summary>
    public long Tokens { get; private set; }

    /// <summary>Passes over the text so far.</summary>
    public double Epochs => (double)Tokens / windows.TokensPerEpoch;

    /// <summary>One update.</summary>
    /// <param name="progress">The share of the time that has passed, for the learning rate.</param>
    /// <returns>The loss before it.</returns>
    public float Update(double progress)
    {
        if (!windows.TryNext(window))
        {
            windows.NextEpoch();
            Model.ResetState(task.BatchSize);
            windows.TryNext(window);
        }

        using var scope = NewDisposeScope();
        var cosine = (1 + Math.Cos(Math.PI * progress)) / 2;
        foreach (var group in optimizer.ParamGroups)
            group.LearningRate = task.LearningRate * (task.FinalFraction + (1 - task.FinalFraction) * cosine);
        optimizer.zero_grad();
        var loss = Model.Loss(window);
        loss.backward();
        nn.utils.clip_grad_norm_(Model.Parameters(), task.ClipNorm);
        optimizer.step();
        Tokens += window.TimeSteps * window.BatchSize;
        return loss.item<float>();
    }

    public void Dispose()
    {
        optimizer.Dispose();
        Model.Dispose();
    }
}
