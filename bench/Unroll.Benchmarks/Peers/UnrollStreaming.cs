using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Benchmarks.Peers;

/// <summary>Unroll step by step, each from the state of the last one.</summary>
internal sealed class UnrollStreaming : IPeer
{
    private readonly Tape tape = new(recording: false);
    private readonly Recurrent layer;
    private readonly Tensor input;
    private readonly RecurrentState state;

    public UnrollStreaming(Workload workload, SharedValues values)
    {
        layer = UnrollLayer.Create(workload, values);
        input = Tensor.FromArray(values.Input, new(1, 1, workload.HiddenSize));
        state = layer.CreateState(batchSize: 1);
    }

    public string Name => PeerNames.Unroll;

    public void Run()
    {
        tape.Reset();
        layer.Forward(tape, input, state).CopyFinalTo(state);
    }

    public IReadOnlyDictionary<string, float[]> Outcome() =>
        new Dictionary<string, float[]> { ["hidden"] = state.Hidden.Values.ToArray() };

    public void Dispose()
    {
    }
}
