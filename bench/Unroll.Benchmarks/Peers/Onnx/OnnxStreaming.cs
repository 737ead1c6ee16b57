using Microsoft.ML.OnnxRuntime;

namespace Unroll.Benchmarks.Peers.Onnx;

/// <summary>
/// ONNX Runtime step by step: two sets of state, each in turn read and written, so that no step copies.
/// </summary>
internal sealed class OnnxStreaming : IPeer
{
    private readonly InferenceSession session;
    private readonly RunOptions options = new();
    private readonly string[] inputNames;
    private readonly string[] outputNames;
    private readonly float[][] hidden;
    private readonly OrtValue[][] inputs;
    private readonly OrtValue[][] outputs;
    private int current;

    public OnnxStreaming(Workload workload, SharedValues values)
    {
        var states = OnnxRecurrent.StateNames(workload.Cell);
        session = OnnxRecurrent.Open(workload, values, threads: 1);
        inputNames = ["x", .. states];
        outputNames = [.. states.Select(state => state + "_next")];

        var size = workload.HiddenSize;
        var memory = Enumerable.Range(0, 2).Select(_ => states.Select(_ => new float[size]).ToArray()).ToArray();
        hidden = [memory[0][0], memory[1][0]];
        outputs = [.. memory.Select(set => set.Select(part => OrtValue.CreateTensorValueFromMemory(part, [1, 1, size])).ToArray())];
        var input = OrtValue.CreateTensorValueFromMemory(values.Input, [1, 1, size]);
        inputs = [.. outputs.Select(set => (OrtValue[])[input, .. set])];
    }

    public string Name => PeerNames.OnnxRuntime;

    public void Run()
    {
        var next = 1 - current;
        session.Run(options, inputNames, inputs[current], outputNames, outputs[next]);
        current = next;
    }

    public IReadOnlyDictionary<string, float[]> Outcome() => new Dictionary<string, float[]> { ["hidden"] = hidden[current] };

    public void Dispose()
    {
        inputs[0][0].Dispose();
        foreach (var value in outputs.SelectMany(set => set))
            value.Dispose();
        options.Dispose();
        session.Dispose();
    }
}
