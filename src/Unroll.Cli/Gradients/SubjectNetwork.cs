using Unroll.Cells;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Optimizers;
using Unroll.Tensors;

namespace Unroll.Cli.Gradients;

/// <summary>One recurrent layer and a linear output that learn <see cref="RememberTask"/>.</summary>
internal sealed class SubjectNetwork
{
    private readonly Tape tape = new();
    private readonly Optimizer optimizer;
    private readonly Parameter[] parameters;
    private CounterRandom random;

    /// <summary>A network with its first weights.</summary>
    /// <param name="subject">Which one.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="optimizer">What trains it.</param>
    /// <param name="seed">Of weights and training sequences.</param>
    public SubjectNetwork(GradientSubject subject, int hiddenSize, Optimizer optimizer, ulong seed)
    {
        this.optimizer = optimizer;
        random = new(seed);
        Layer = new(subject.Cell, RememberTask.InputSize, hiddenSize);
        Head = new(hiddenSize, RememberTask.SymbolCount);
        parameters = [.. Layer.Parameters, .. Head.Parameters];
        var all = Layer.Parameters.ToDictionary(parameter => parameter.Name);
        var gates = subject.Cell.GateCount;
        Initializer.Glorot(all["weight_ih_l0"], ref random, gates);
        Recur(subject, all["weight_hh_l0"]);
        Initializer.Glorot(Head.Weight, ref random);
        if (subject.KeepGate is { } keep)
            Initializer.ForgetGateBias(all["bias_ih_l0"], all["bias_hh_l0"], subject.KeepBias, keep, gates);
    }

    /// <summary>The recurrent layer.</summary>
    public Recurrent Layer { get; }

    /// <summary>The output.</summary>
    public Linear Head { get; }

    /// <summary>The norm of all gradients of the last update before it was clipped.</summary>
    public double GradientNorm { get; private set; }

    /// <summary>One update on new sequences.</summary>
    /// <param name="timeSteps">T.</param>
    /// <param name="batchSize">B.</param>
    /// <param name="clipping">What is done to the gradients.</param>
    /// <returns>The loss before the update; where that is no finite number, nothing was changed.</returns>
    public double Update(int timeSteps, int batchSize, Clipping clipping)
    {
        var batch = RememberTask.Draw(timeSteps, batchSize, ref random);
        foreach (var parameter in parameters)
            parameter.ClearGradient();
        tape.Reset();
        var loss = Loss(tape, Layer.Forward(tape, batch.Input).Output, batch);
        tape.Backward(loss);
        GradientNorm = GradientClipping.GlobalNorm(parameters);
        if (!double.IsFinite(loss.Scalar))
            return loss.Scalar;
        if (clipping.Norm is { } norm)
            GradientClipping.ByGlobalNorm(parameters, norm);
        if (clipping.Value is { } value)
            GradientClipping.ByValue(parameters, value);
        optimizer.Step(parameters);
        return loss.Scalar;
    }

    /// <summary>The gradient of every step on some sequences.</summary>
    public GradientFlow Flow(RememberBatch batch) => GradientFlow.Measure(Layer, batch.Input, (tape, output) => tape.LinearSoftmaxCrossEntropy(output, Head.Weight, Head.Bias, batch.Targets));

    /// <summary>Mean nats of the answers after the last step.</summary>
    private Tensor Loss(Tape tape, Tensor outputs, RememberBatch batch)
    {
        var last = tape.Slice(outputs, dimension: 0, start: outputs.Shape[0] - 1, length: 1);
        return tape.LinearSoftmaxCrossEntropy(last, Head.Weight, Head.Bias, batch.Targets);
    }

    private void Recur(GradientSubject subject, Parameter weights)
    {
        if (subject.Cell != Cell.RnnRelu)
        {
            Initializer.Orthogonal(weights, ref random, subject.Cell.GateCount);
            foreach (ref var value in weights.Values)
                value *= subject.Radius;
        }
        else
        {
            weights.Values.Clear();
            for (var unit = 0; unit < Layer.HiddenSize; unit++)
                weights.Values[(unit * Layer.HiddenSize) + unit] = subject.Radius;
        }

        weights.MarkChanged();
    }
}

/// <summary>What is done to gradients before an update.</summary>
/// <param name="Name">What pictures call it.</param>
/// <param name="Norm">The largest norm of all gradients together, or null.</param>
/// <param name="Value">The largest magnitude of each value, or null.</param>
internal sealed record Clipping(string Name, float? Norm = null, float? Value = null);
