using System.Numerics.Tensors;
using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;
using Tensor = Unroll.Tensors.Tensor;

namespace Unroll.Benchmarks.Peers;

/// <summary>Unroll's training step, on sequences of one length or of many.</summary>
internal sealed class UnrollTraining : IPeer
{
    private readonly Tape tape = new();
    private readonly Recurrent layer;
    private readonly Tensor input;
    private readonly int[] lengths;
    private readonly long realValues;

    public UnrollTraining(Workload workload, SharedValues values, Cell? cell = null)
    {
        layer = UnrollLayer.Create(workload, values, cell);
        input = Tensor.FromArray(values.Input, new(workload.TimeSteps, workload.BatchSize, workload.HiddenSize));
        lengths = workload.Job == Job.Mixed ? workload.Lengths : [];
        realValues = (long)workload.RealSteps * workload.HiddenSize;
    }

    public string Name => PeerNames.Unroll;

    /// <summary>The tape's memory budget.</summary>
    public long? MemoryBudget
    {
        get => tape.MemoryBudget;
        set => tape.MemoryBudget = value;
    }

    /// <summary>What the tape holds.</summary>
    public long MemoryInBytes => tape.MemoryInBytes;

    /// <summary>The mean of y² of the last run.</summary>
    public float Loss { get; private set; }

    public void Run()
    {
        tape.Reset();
        foreach (var parameter in layer.Parameters)
        {
            parameter.ClearGradient();
            // As after an optimiser's step: what was packed from the weights is packed again.
            parameter.MarkChanged();
        }

        var output = layer.Forward(tape, input, lengths: lengths).Output;
        Loss = TensorPrimitives.SumOfSquares(output.Values) / realValues;
        TensorPrimitives.Multiply(output.Values, 2f / realValues, output.Gradient);
        output.SeedGradient(output.Gradient);
        tape.Backward();
    }

    public IReadOnlyDictionary<string, float[]> Outcome() =>
        layer.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Gradient.ToArray());
}
