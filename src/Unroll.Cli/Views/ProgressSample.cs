namespace Unroll.Cli.Views;

/// <summary>What a view shows of a training run at one moment.</summary>
/// <param name="Update">Optimiser steps so far.</param>
/// <param name="Epoch">Passes over the text so far, with the fraction of the current one.</param>
/// <param name="Loss">Training loss, mean nats per token since the last report.</param>
/// <param name="ValidationLoss">Validation loss where it was just measured, else null.</param>
/// <param name="TokensPerSecond">Tokens, or examples of a classifier, learned from in a second.</param>
/// <param name="GradientNorm">The norm of all gradients before clipping.</param>
/// <param name="LearningRate">The learning rate of the update.</param>
/// <param name="Fraction">How much of the budget is used, 0 to 1.</param>
/// <param name="Left">The time left, or null while nothing can be said.</param>
internal readonly record struct ProgressSample(
    long Update, double Epoch, double Loss, double? ValidationLoss, double TokensPerSecond, double GradientNorm, double LearningRate,
    double Fraction, TimeSpan? Left);
