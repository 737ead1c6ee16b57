using Unroll.Cells;
using Unroll.Layers;

namespace Unroll.Benchmarks.Peers;

/// <summary>Unroll step by step, each from the state of the last one.</summary>
internal sealed class UnrollStreaming : IPeer
{
    private readonly RecurrentStream stream;
    private readonly float[] input;

    public UnrollStreaming(Workload workload, SharedValues values, Cell? cell = null)
    {
        stream = UnrollLayer.Create(workload, values, cell).OpenStream();
        input = values.Input;
    }

    public string Name => PeerNames.Unroll;

    public void Run() => stream.Step(input);

    public IReadOnlyDictionary<string, float[]> Outcome() => new Dictionary<string, float[]> { ["hidden"] = stream.Output.ToArray() };
}
