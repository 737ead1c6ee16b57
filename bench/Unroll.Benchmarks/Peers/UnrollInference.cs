using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Benchmarks.Peers;

/// <summary>Unroll over a whole sequence, with nothing recorded for backward.</summary>
internal sealed class UnrollInference : IPeer
{
    private readonly Tape tape = new(recording: false);
    private readonly Recurrent layer;
    private readonly Tensor input;
    private Tensor output;

    public UnrollInference(Workload workload, SharedValues values)
    {
        layer = UnrollLayer.Create(workload, values);
        input = Tensor.FromArray(values.Input, new(workload.TimeSteps, workload.BatchSize, workload.HiddenSize));
        output = input;
    }

    public string Name => PeerNames.Unroll;

    public void Run()
    {
        tape.Reset();
        output = layer.Forward(tape, input).Output;
    }

    public IReadOnlyDictionary<string, float[]> Outcome() => new Dictionary<string, float[]> { ["output"] = output.Values.ToArray() };
}
