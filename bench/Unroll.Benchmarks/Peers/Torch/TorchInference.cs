using static TorchSharp.torch;

namespace Unroll.Benchmarks.Peers.Torch;

/// <summary>libtorch over a whole sequence in inference mode.</summary>
internal sealed class TorchInference : IPeer
{
    private readonly TorchLayer layer;
    private readonly Tensor input;

    public TorchInference(Workload workload, SharedValues values)
    {
        layer = new(workload, values);
        input = tensor(values.Input, [workload.TimeSteps, workload.BatchSize, workload.HiddenSize]);
    }

    public string Name => PeerNames.Torch;

    public void Run()
    {
        using var output = Forward();
    }

    public IReadOnlyDictionary<string, float[]> Outcome()
    {
        using var output = Forward();
        return new Dictionary<string, float[]> { ["output"] = output.data<float>().ToArray() };
    }

    public void Dispose()
    {
        layer.Dispose();
        input.Dispose();
    }

    private Tensor Forward()
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        return layer.Forward(input).MoveToOuterDisposeScope();
    }
}
