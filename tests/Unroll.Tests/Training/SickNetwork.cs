using Unroll.Cells;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Training;

namespace Unroll.Tests.Training;

/// <summary>
/// A network that shall remember: it reads random numbers, of which the first is marked, and gives the marked one at the end. One recurrent layer and a linear
/// readout of the last step, trained in a loop written by hand.
/// </summary>
internal sealed class SickNetwork
{
    public const int TimeSteps = 60;

    private const int BatchSize = 16;
    private const int ProbeRows = 4;

    private readonly Recurrent layer;
    private readonly Linear head;
    private CounterRandom random = new(7);

    public SickNetwork(Cell cell, int hiddenSize = 24, RecurrentOptions? options = null)
    {
        layer = new(cell, 2, hiddenSize, options);
        head = new(layer.OutputSize, 1);
        Parameters = [.. layer.Parameters, .. head.Parameters];
        var start = new CounterRandom(3);
        foreach (var parameter in Parameters)
            Initializer.TorchUniform(parameter, hiddenSize, ref start);
    }

    public IReadOnlyList<Parameter> Parameters { get; }

    public NetworkDoctor Doctor { get; init; } = new(new() { Every = 5 });

    /// <summary>A parameter by its name.</summary>
    public Parameter this[string name] => Parameters.Single(parameter => parameter.Name == name);

    /// <summary>Changes a parameter before training.</summary>
    public SickNetwork With(string name, Func<float, float> change)
    {
        foreach (ref var value in this[name].Values)
            value = change(value);
        this[name].MarkChanged();
        return this;
    }

    /// <summary>Gives U orthonormal rows times a factor, which then is the magnitude of all its eigenvalues.</summary>
    public SickNetwork WithRadius(float radius)
    {
        var start = new CounterRandom(5);
        Initializer.Orthogonal(this["weight_hh_l0"], ref start);
        return With("weight_hh_l0", value => value * radius);
    }

    /// <summary>Trains and asks the doctor.</summary>
    public DoctorReport Train(int updates, Optimizer optimizer, float? clipNorm = 1, Func<int, bool>? stopAt = null)
    {
        var tape = new Tape();
        for (var update = 0; update < updates; update++)
        {
            var (inputs, targets) = Batch(BatchSize);
            if (Doctor.IsDue)
                Doctor.Probe(probe => Loss(probe, Rows(inputs), Tensor.FromArray(targets.Values[..ProbeRows], new(ProbeRows, 1))));
            foreach (var parameter in Parameters)
                parameter.ClearGradient();
            tape.Reset();
            var loss = Loss(tape, inputs, targets);
            tape.Backward(loss);
            var norm = GradientClipping.GlobalNorm(Parameters);
            var scale = clipNorm is { } maximum ? GradientClipping.ScaleFor(norm, maximum) : 1;
            Doctor.Step(optimizer, Parameters, loss.Scalar, norm, scale);
            if (!float.IsFinite(loss.Scalar))
                break;
        }

        return Doctor.Report();
    }

    private Tensor Loss(Tape tape, Tensor inputs, Tensor targets)
    {
        var output = layer.Forward(tape, inputs).Output;
        var last = tape.Reshape(tape.Slice(output, 0, TimeSteps - 1, 1), new(inputs.Shape[1], layer.OutputSize));
        return tape.MeanSquaredError(head.Forward(tape, last), targets);
    }

    private (Tensor Inputs, Tensor Targets) Batch(int rows)
    {
        var (inputs, targets) = (new Tensor(new(TimeSteps, rows, 2)), new Tensor(new(rows, 1)));
        foreach (ref var value in inputs.Values)
            value = (2 * random.NextSingle()) - 1;
        for (var row = 0; row < rows; row++)
        {
            for (var step = 0; step < TimeSteps; step++)
                inputs.Values[(((step * rows) + row) * 2) + 1] = step == 0 ? 1 : 0;
            targets.Values[row] = inputs.Values[row * 2];
        }

        return (inputs, targets);
    }

    private static Tensor Rows(Tensor inputs)
    {
        var few = new Tensor(new(TimeSteps, ProbeRows, 2));
        for (var step = 0; step < TimeSteps; step++)
            inputs.Values.Slice(step * inputs.Shape[1] * 2, ProbeRows * 2).CopyTo(few.Values[(step * ProbeRows * 2)..]);
        return few;
    }
}
