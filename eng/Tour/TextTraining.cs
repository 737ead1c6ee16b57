using Unroll.Data;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Training;

namespace Tour;

/// <summary>Trains a language model for a chapter: Adam, clipped gradients, a learning rate that falls to zero.</summary>
/// <param name="WindowLength">T, the steps that gradients go back.</param>
/// <param name="BatchSize">B.</param>
/// <param name="Tokens">How many to learn from in all.</param>
/// <param name="LearningRate">At first.</param>
internal sealed record TextTraining(int WindowLength, int BatchSize, int Tokens, float LearningRate)
{
    /// <summary>Updates of a training.</summary>
    public int Updates => Tokens / (WindowLength * BatchSize);

    /// <summary>Trains a model.</summary>
    /// <param name="model">It.</param>
    /// <param name="text">What it learns from.</param>
    /// <param name="seen">Told before each update which one, from 0, and after the last; or null.</param>
    public void Run(LanguageModel model, TextCorpus text, Action<int>? seen = null)
    {
        var windows = TokenWindows.ForTraining(text.Tokens, BatchSize, WindowLength, model.Options.Seed);
        var (window, state, tape, optimizer) = (new TokenWindow(), model.CreateState(BatchSize), new Tape(), new Adam(LearningRate));
        for (var update = 0; update < Updates; update++)
        {
            seen?.Invoke(update);
            while (!windows.TryNext(window))
            {
                windows.NextEpoch();
                state.Clear();
            }

            tape.Reset();
            var loss = model.Loss(tape, window, state, new TrainingStep(IsTraining: true, model.Options.Seed, update));
            foreach (var parameter in model.Parameters)
                parameter.ClearGradient();
            tape.Backward(loss);
            GradientClipping.ByGlobalNorm(model.Parameters, 1);
            optimizer.LearningRate = LearningRate * (1 - (update / (float)Updates));
            optimizer.Step(model.Parameters);
        }

        seen?.Invoke(Updates);
    }
}
