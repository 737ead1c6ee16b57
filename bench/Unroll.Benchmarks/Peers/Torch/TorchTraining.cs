using static TorchSharp.torch;

namespace Unroll.Benchmarks.Peers.Torch;

/// <summary>libtorch's training step on sequences of one length.</summary>
internal sealed class TorchTraining : IPeer
{
    private readonly TorchLayer layer;
    private readonly Tensor input;

    public TorchTraining(Workload workload, SharedValues values)
    {
        layer = new(workload, values);
        input = tensor(values.Input, [workload.TimeSteps, workload.BatchSize, workload.HiddenSize]);
    }

    public string Name => PeerNames.Torch;

    public void Run()
    {
        using var scope = NewDisposeScope();
        layer.ClearGradients();
        layer.Forward(input).square().mean().backward();
    }

    public IReadOnlyDictionary<string, float[]> Outcome() => layer.Gradients();

    public void Dispose()
    {
        layer.Dispose();
        input.Dispose();
    }
}
