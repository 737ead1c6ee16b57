using System.Diagnostics;
using Unroll.Benchmarks.Peers;
using Unroll.Data;
using static TorchSharp.torch;

namespace Unroll.Benchmarks.LanguageModels;

/// <summary>Trains the model with libtorch.</summary>
internal static class TorchLanguageModelRun
{
    private const int EvaluationWindow = 1024;

    /// <summary>Trains for the task's duration, then evaluates once.</summary>
    /// <param name="task">What to train.</param>
    /// <param name="report">Gets the share of the time that has passed, the characters learned and the loss of the last update.</param>
    public static LanguageModelResult Run(LanguageModelTask task, ProgressLine report)
    {
        set_num_threads(task.Threads);
        using var model = new TorchLanguageModel(task);
        using var optimizer = optim.AdamW(model.Parameters(), lr: task.LearningRate);
        var windows = TokenWindows.ForTraining(task.Training.Tokens, task.BatchSize, task.WindowLength, (ulong)task.Seed);
        var window = new TokenWindow();
        var start = Stopwatch.GetTimestamp();
        TimeSpan elapsed;
        long characters = 0;
        model.ResetState(task.BatchSize);
        while ((elapsed = Stopwatch.GetElapsedTime(start)) < task.Duration)
        {
            if (!windows.TryNext(window))
            {
                windows.NextEpoch();
                model.ResetState(task.BatchSize);
                continue;
            }

            var loss = Update(model, optimizer, task, window, elapsed / task.Duration);
            characters += window.TimeSteps * window.BatchSize;
            report.Show(elapsed, characters, loss);
        }

        return new(
            PeerNames.Torch,
            task.HiddenSize,
            task.Duration.TotalMinutes,
            characters / elapsed.TotalSeconds,
            (double)characters / windows.TokensPerEpoch,
            Evaluate(model, task.Validation));
    }

    private static float Update(
        TorchLanguageModel model, optim.Optimizer optimizer, LanguageModelTask task, TokenWindow window, double progress)
    {
        using var scope = NewDisposeScope();
        var cosine = (1 + Math.Cos(Math.PI * progress)) / 2;
        foreach (var group in optimizer.ParamGroups)
            group.LearningRate = task.LearningRate * (task.FinalFraction + (1 - task.FinalFraction) * cosine);
        optimizer.zero_grad();
        var loss = model.Loss(window);
        loss.backward();
        nn.utils.clip_grad_norm_(model.Parameters(), task.ClipNorm);
        optimizer.step();
        return loss.item<float>();
    }

    private static double Evaluate(TorchLanguageModel model, TextCorpus text)
    {
        // One stream has no work for a second thread; libtorch would still wait for it at every step.
        set_num_threads(1);
        using var mode = no_grad();
        model.SetTraining(false);
        model.ResetState(1);
        var windows = TokenWindows.ForEvaluation(text.Tokens, 1, EvaluationWindow);
        var window = new TokenWindow();
        double total = 0;
        while (windows.TryNext(window))
        {
            using var scope = NewDisposeScope();
            total += model.Loss(window).item<float>() * window.TimeSteps;
        }

        return total / windows.TokensPerEpoch;
    }
}
