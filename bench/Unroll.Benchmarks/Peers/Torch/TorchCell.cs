using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Unroll.Benchmarks.Peers.Torch;

/// <summary>torch.nn.RNNCell, LSTMCell or GRUCell with the shared weights behind one face: libtorch's fastest single step.</summary>
internal sealed class TorchCell : ITorchStep
{
    private readonly nn.Module module;

    public TorchCell(Workload workload, SharedValues values)
    {
        var size = workload.HiddenSize;
        module = workload.Cell switch
        {
            PeerCell.Lstm => nn.LSTMCell(size, size),
            PeerCell.Gru => nn.GRUCell(size, size),
            _ => nn.RNNCell(size, size),
        };
        TorchWeights.Copy(values, module);
        StateShape = [1, size];
    }

    public string Name => PeerNames.Torch;

    public long[] StateShape { get; }

    public (Tensor Hidden, Tensor? Cell) Step(Tensor input, Tensor hidden, Tensor? cell) => module switch
    {
        LSTMCell lstm => lstm.call(input, (hidden, cell!)),
        GRUCell gru => (gru.call(input, hidden), null),
        _ => (((RNNCell)module).call(input, hidden), null),
    };

    public void Dispose() => module.Dispose();
}
