using System.Diagnostics;
using Unroll.Layers;
using Unroll.Optimizers;
using Unroll.Tensors;

namespace Shapes;

/// <summary>The loop that all shapes share: Adam, clipped gradients, a learning rate that falls to zero.</summary>
internal sealed class Training
{
    private const int Reports = 5;
    private readonly List<Parameter> parameters;

    /// <summary>Gives the layers their first values.</summary>
    public Training(params ReadOnlySpan<Layer> layers)
    {
        parameters = [];
        var random = new CounterRandom(seed: 1);
        foreach (var layer in layers)
        {
            foreach (var parameter in layer.Parameters)
            {
                if (layer is Embedding)
                    Initializer.Normal(parameter, ref random);
                else
                    Initializer.TorchUniform(parameter, layer is Recurrent recurrent ? recurrent.HiddenSize : ((Linear)layer).Weight.Shape[1], ref random);
            }

            parameters.AddRange(layer.Parameters);
        }
    }

    /// <summary>Trains.</summary>
    /// <param name="updates">How often.</param>
    /// <param name="learningRate">At first.</param>
    /// <param name="loss">The loss of a fresh batch.</param>
    public void Run(int updates, float learningRate, Func<Tape, Tensor> loss)
    {
        var (tape, optimizer, clock, sum) = (new Tape(), new Adam(learningRate), Stopwatch.StartNew(), 0.0);
        for (var update = 1; update <= updates; update++)
        {
            tape.Reset();
            var result = loss(tape);
            foreach (var parameter in parameters)
                parameter.ClearGradient();
            tape.Backward(result);
            GradientClipping.ByGlobalNorm(parameters, 1);
            optimizer.LearningRate = learningRate * (1 - ((update - 1) / (float)updates));
            optimizer.Step(parameters);
            sum += result.Scalar;
            if (update % (updates / Reports) != 0)
                continue;
            Console.WriteLine($"update {update,5} of {updates}: loss {sum / (updates / Reports):F3}, {clock.Elapsed.TotalSeconds:F1} s");
            sum = 0;
        }
    }
}
