using static TorchSharp.torch;

namespace Unroll.Benchmarks.Peers.Torch;

/// <summary>libtorch step by step, each from the state of the last one.</summary>
internal sealed class TorchStreaming : IPeer
{
    private readonly ITorchStep step;
    private readonly Tensor input;
    private Tensor hidden;
    private Tensor? cell;

    public TorchStreaming(Workload workload, SharedValues values, ITorchStep step)
    {
        this.step = step;
        input = tensor(values.Input, step.StateShape);
        hidden = zeros(step.StateShape);
        cell = workload.Cell == PeerCell.Lstm ? zeros(step.StateShape) : null;
    }

    public string Name => step.Name;

    public void Run()
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        var (nextHidden, nextCell) = step.Step(input, hidden, cell);
        hidden.Dispose();
        cell?.Dispose();
        hidden = nextHidden.MoveToOuterDisposeScope();
        cell = nextCell?.MoveToOuterDisposeScope();
    }

    public IReadOnlyDictionary<string, float[]> Outcome() =>
        new Dictionary<string, float[]> { ["hidden"] = hidden.data<float>().ToArray() };

    public void Dispose()
    {
        step.Dispose();
        input.Dispose();
        hidden.Dispose();
        cell?.Dispose();
    }
}
