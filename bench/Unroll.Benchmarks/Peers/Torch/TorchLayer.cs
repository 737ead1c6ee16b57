using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.utils.rnn;

namespace Unroll.Benchmarks.Peers.Torch;

/// <summary>torch.nn.RNN, LSTM or GRU with the shared weights behind one face.</summary>
internal sealed class TorchLayer : ITorchStep
{
    private readonly nn.Module module;

    public TorchLayer(Workload workload, SharedValues values)
    {
        var size = workload.HiddenSize;
        module = workload.Cell switch
        {
            PeerCell.Lstm => nn.LSTM(size, size),
            PeerCell.Gru => nn.GRU(size, size),
            _ => nn.RNN(size, size),
        };
        TorchWeights.Copy(values, module);
        StateShape = [1, 1, size];
    }

    public string Name => PeerNames.TorchLayer;

    public long[] StateShape { get; }

    /// <summary>The whole sequence from a zero state: [T, B, I] to [T, B, H].</summary>
    public Tensor Forward(Tensor input) => module switch
    {
        LSTM lstm => lstm.call(input).Item1,
        GRU gru => gru.call(input).Item1,
        _ => ((RNN)module).call(input).Item1,
    };

    /// <summary>Sequences of different lengths without their padding.</summary>
    public PackedSequence Forward(PackedSequence input) => module switch
    {
        LSTM lstm => lstm.call(input).Item1,
        GRU gru => gru.call(input).Item1,
        _ => ((RNN)module).call(input).Item1,
    };

    public (Tensor Hidden, Tensor? Cell) Step(Tensor input, Tensor hidden, Tensor? cell)
    {
        switch (module)
        {
            case LSTM lstm:
                var (_, nextHidden, nextCell) = lstm.call(input, (hidden, cell!));
                return (nextHidden, nextCell);
            case GRU gru:
                return (gru.call(input, hidden).Item2, null);
            default:
                return (((RNN)module).call(input, hidden).Item2, null);
        }
    }

    /// <summary>Forgets the gradients, so that the next backward pass makes new ones instead of adding.</summary>
    public void ClearGradients() => module.zero_grad();

    /// <summary>The gradients of the last backward pass, by PyTorch's names.</summary>
    public Dictionary<string, float[]> Gradients() =>
        module.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.grad!.data<float>().ToArray());

    public void Dispose() => module.Dispose();
}
