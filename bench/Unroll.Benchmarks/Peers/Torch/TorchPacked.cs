using static TorchSharp.torch;
using static TorchSharp.torch.nn.utils.rnn;

namespace Unroll.Benchmarks.Peers.Torch;

/// <summary>libtorch's training step on sequences of different lengths, packed: its way to leave the padding out.</summary>
internal sealed class TorchPacked : IPeer
{
    private readonly TorchLayer layer;
    private readonly Tensor input;
    private readonly Tensor lengths;

    public TorchPacked(Workload workload, SharedValues values)
    {
        layer = new(workload, values);
        input = tensor(values.Input, [workload.TimeSteps, workload.BatchSize, workload.HiddenSize]);
        lengths = tensor([.. workload.Lengths.Select(length => (long)length)], int64);
    }

    public string Name => PeerNames.Torch;

    public void Run()
    {
        using var scope = NewDisposeScope();
        layer.ClearGradients();
        using var packed = pack_padded_sequence(input, lengths, batch_first: false, enforce_sorted: true);
        using var output = layer.Forward(packed);
        output.data.square().mean().backward();
    }

    public IReadOnlyDictionary<string, float[]> Outcome() => layer.Gradients();

    public void Dispose()
    {
        layer.Dispose();
        input.Dispose();
        lengths.Dispose();
    }
}
