using System.Diagnostics;
using Unroll.Benchmarks.Peers;
using Unroll.Data;
using static TorchSharp.torch;

namespace Unroll.Benchmarks.LanguageModels;

/// <summary>Trains the model with libtorch.</summary>
internal static class TorchLanguageModelRun
{
    private const int EvaluationWindow = 1024;

    /// <summary>Trains for a time, then evaluates once.</summary>
    /// <param name="task">What to train.</param>
    /// <param name="validation">What to evaluate on.</param>
    /// <param name="duration">How long; the evaluation comes on top.</param>
    /// <param name="report">Gets the time that has passed, the characters learned and the loss of the last update.</param>
    public static LanguageModelResult Run(LanguageModelTask task, TextCorpus validation, TimeSpan duration, ProgressLine report)
    {
        PeerRuntime.Torch.Require();
        using var trainer = new TorchLanguageModelTrainer(task);
        var start = Stopwatch.GetTimestamp();
        TimeSpan elapsed;
        while ((elapsed = Stopwatch.GetElapsedTime(start)) < duration)
        {
            var loss = trainer.Update(elapsed / duration);
            report.Show(elapsed, trainer.Tokens, loss);
        }

        return new(
            PeerNames.Torch,
            task.HiddenSize,
            duration.TotalMinutes,
            trainer.Tokens / elapsed.TotalSeconds,
            trainer.Epochs,
            Evaluate(trainer.Model, validation));
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
