using Unroll.Layers;
using Unroll.Losses;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Tests.Oracles;
using Unroll.Tests.Recurrence;

namespace Unroll.Tests.Golden;

/// <summary>The training run of a golden file with the library: layers, the fused loss, clipping, optimisers, carried state.</summary>
internal static class TrainingTrajectory
{
    /// <summary>Both ways to give tokens to a stack: as vectors, and as tokens whose input products are shared.</summary>
    public static void Check(TrainingGolden golden)
    {
        Check(golden, asTokens: false);
        Check(golden, asTokens: true);
    }

    private static void Check(TrainingGolden golden, bool asTokens)
    {
        var file = golden.File;
        var embedding = new Embedding(golden.VocabularySize, golden.EmbeddingSize);
        var cell = new Recurrent(EngineRun.CellOf(file.Cell), golden.EmbeddingSize, golden.HiddenSize, new() { Layers = golden.Layers });
        var head = new Linear(golden.HiddenSize, golden.VocabularySize);
        var parameters = Named("embedding", embedding).Concat(Named("cell", cell)).Concat(Named("head", head)).ToDictionary();
        Assert.Equal(golden.Parameters.Order(), parameters.Keys.Order());
        foreach (var (name, parameter) in parameters)
        {
            Assert.Equal(file.Shape("init." + name), parameter.Shape.ToArray());
            EngineRun.Write(parameter, file.Doubles("init." + name));
        }

        var (losses, norms) = Train(golden, embedding, cell, head, [.. parameters.Values], asTokens);

        Close.Absolute("losses", file.Doubles("losses"), losses, Close.LossTolerance);
        Close.Relative("grad_norms", file.Doubles("grad_norms"), norms);
        foreach (var (name, parameter) in parameters)
            Close.Relative("final." + name, file.Doubles("final." + name), parameter.Values, GoldenOracleTests.WeightTolerance);
    }

    private static (double[] Losses, double[] Norms) Train(
        TrainingGolden golden, Embedding embedding, Recurrent cell, Linear head, List<Parameter> parameters, bool asTokens)
    {
        var (ids, targets) = (golden.File.Integers("ids"), golden.File.Integers("targets"));
        var window = golden.TimeSteps * golden.BatchSize;
        var (losses, norms) = (new double[golden.Updates], new double[golden.Updates]);
        var optimizer = OptimizerOf(golden);
        var state = cell.CreateState(golden.BatchSize);
        var tape = new Tape();
        for (var update = 0; update < golden.Updates; update++)
        {
            tape.Reset();
            foreach (var parameter in parameters)
                parameter.ClearGradient();
            var tokens = ids.AsSpan(update * window, window);
            var output = asTokens
                ? cell.Forward(tape, embedding, tokens, golden.TimeSteps, golden.BatchSize, state)
                : cell.Forward(tape, embedding.Forward(tape, tokens, golden.TimeSteps, golden.BatchSize), state);
            var loss = tape.LinearSoftmaxCrossEntropy(
                output.Output, head.Parameters[0], head.Parameters[1], targets.AsSpan(update * window, window));
            tape.Backward(loss);
            losses[update] = loss.Scalar;
            norms[update] = GradientClipping.ByGlobalNorm(parameters, (float)golden.ClipNorm);
            optimizer.Step(parameters);
            output.CopyFinalTo(state);
        }

        return (losses, norms);
    }

    private static Optimizer OptimizerOf(TrainingGolden golden)
    {
        float Number(string name, int index = 0) => (float)golden.Hyperparameter(name, index);
        return golden.Optimizer switch
        {
            "sgd_momentum" => new Sgd(Number("lr"), Number("momentum")),
            "adam" => new Adam(Number("lr"), Number("betas", 0), Number("betas", 1), Number("eps")),
            var other => throw new NotSupportedException($"{golden.File.Name}: the library has no optimizer '{other}'."),
        };
    }

    private static IEnumerable<KeyValuePair<string, Parameter>> Named(string prefix, Layer layer) =>
        layer.Parameters.Select(parameter => KeyValuePair.Create($"{prefix}.{parameter.Name}", parameter));
}
