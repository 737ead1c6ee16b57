using Unroll.Cells;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Tensors;

namespace Tour;

/// <summary>
/// The first of 16 symbols has to be named after the last. The others are drawn from other symbols and say nothing. Nothing can be learned of it from a
/// gradient that does not reach the first step.
/// </summary>
internal static class RecallTask
{
    private const int TimeSteps = 16;
    private const int Symbols = 4;
    private const int Distractors = 4;
    private const int BatchSize = 32;
    private const int HiddenSize = 32;
    private const int Updates = 1500;
    private const int TestSize = 2000;
    private const float LearningRate = 3e-3f;

    /// <summary>Trains a network whose gradients go back through windows, and gives the share of new sequences that it gets right.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="windowLength">1 to 16; the state goes on from window to window.</param>
    /// <param name="forgetBias">What the biases of the forget gate start at together, or null for what the others start at.</param>
    public static double Learn(Cell cell, int windowLength, float? forgetBias = null)
    {
        var (embedding, layer, head) = (new Embedding(Symbols + Distractors, Symbols + Distractors), new Recurrent(cell, Symbols + Distractors, HiddenSize), new Linear(HiddenSize, Symbols));
        Parameter[] parameters = [.. embedding.Parameters, .. layer.Parameters, .. head.Parameters];
        var random = new CounterRandom(seed: 1);
        Initializer.Normal(embedding.Weight, ref random);
        foreach (var parameter in parameters.AsSpan(1))
            Initializer.TorchUniform(parameter, HiddenSize, ref random);
        if (forgetBias is { } bias)
            Initializer.ForgetGateBias(layer.Parameters[2], layer.Parameters[3], bias);
        var (tape, optimizer) = (new Tape(), new Adam(LearningRate));
        for (var update = 0; update < Updates; update++)
        {
            var (tokens, targets) = Draw(BatchSize, ref random);
            var state = layer.CreateState(BatchSize);
            Tensor? scores = null;
            for (var first = 0; first < TimeSteps; first += windowLength)
            {
                tape.Reset();
                var output = layer.Forward(tape, embedding, tokens.AsSpan(first * BatchSize, windowLength * BatchSize), windowLength, BatchSize, state);
                output.CopyFinalTo(state);
                scores = head.Forward(tape, layer.FinalTop(tape, output));
            }

            // The only loss is at the last step, so only the last window has a gradient.
            foreach (var parameter in parameters)
                parameter.ClearGradient();
            tape.Backward(tape.CrossEntropy(scores!, targets));
            GradientClipping.ByGlobalNorm(parameters, 1);
            optimizer.Step(parameters);
        }

        var (tried, right) = Draw(TestSize, ref random);
        var reading = new Tape(recording: false);
        var answers = head.Forward(reading, layer.FinalTop(reading, layer.Forward(reading, embedding, tried, TimeSteps, TestSize)));
        var count = 0;
        for (var row = 0; row < TestSize; row++)
            count += TokenSampler.Likeliest(answers.Values.Slice(row * Symbols, Symbols)) == right[row] ? 1 : 0;
        return count / (double)TestSize;
    }

    private static (int[] Tokens, int[] Targets) Draw(int batchSize, ref CounterRandom random)
    {
        var tokens = new int[TimeSteps * batchSize];
        for (var index = 0; index < tokens.Length; index++)
            tokens[index] = index < batchSize ? random.NextInt32(Symbols) : Symbols + random.NextInt32(Distractors);
        return (tokens, tokens[..batchSize]);
    }
}
