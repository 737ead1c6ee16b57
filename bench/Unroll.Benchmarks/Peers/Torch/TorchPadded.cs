using static TorchSharp.torch;

namespace Unroll.Benchmarks.Peers.Torch;

/// <summary>
/// libtorch's training step on sequences of different lengths, with the padding worked through and left out of the loss by a mask, which for an LSTM is libtorch's faster way.
/// </summary>
internal sealed class TorchPadded : IPeer
{
    private readonly TorchLayer layer;
    private readonly Tensor input;
    private readonly Tensor mask;
    private readonly long realValues;

    public TorchPadded(Workload workload, SharedValues values)
    {
        var (time, batch, hidden) = (workload.TimeSteps, workload.BatchSize, workload.HiddenSize);
        layer = new(workload, values);
        input = tensor(values.Input, [time, batch, hidden]);
        var real = from step in Enumerable.Range(0, time) from length in workload.Lengths select step < length ? 1f : 0f;
        mask = tensor(real.ToArray(), [time, batch, 1]);
        realValues = (long)workload.RealSteps * hidden;
    }

    public string Name => PeerNames.TorchPadded;

    public void Run()
    {
        using var scope = NewDisposeScope();
        layer.ClearGradients();
        (layer.Forward(input) * mask).square().sum().div(realValues).backward();
    }

    public IReadOnlyDictionary<string, float[]> Outcome() => layer.Gradients();

    public void Dispose()
    {
        layer.Dispose();
        input.Dispose();
        mask.Dispose();
    }
}
