using Microsoft.ML.OnnxRuntime;

namespace Unroll.Benchmarks.Peers.Onnx;

/// <summary>ONNX Runtime over a whole sequence, into memory given once.</summary>
internal sealed class OnnxInference : IPeer
{
    private static readonly string[] inputNames = ["x"];
    private static readonly string[] outputNames = ["y"];

    private readonly InferenceSession session;
    private readonly RunOptions options = new();
    private readonly float[] output;
    private readonly OrtValue[] inputs;
    private readonly OrtValue[] outputs;

    public OnnxInference(Workload workload, SharedValues values, int threads)
    {
        var (batch, time, hidden) = (workload.BatchSize, workload.TimeSteps, workload.HiddenSize);
        session = OnnxRecurrent.Open(workload, values, threads);
        output = new float[time * batch * hidden];
        inputs = [OrtValue.CreateTensorValueFromMemory(values.Input, [time, batch, hidden])];
        outputs = [OrtValue.CreateTensorValueFromMemory(output, [time, 1, batch, hidden])];
    }

    public string Name => PeerNames.OnnxRuntime;

    public void Run() => session.Run(options, inputNames, inputs, outputNames, outputs);

    public IReadOnlyDictionary<string, float[]> Outcome() => new Dictionary<string, float[]> { ["output"] = output };

    public void Dispose()
    {
        foreach (var value in inputs.Concat(outputs))
            value.Dispose();
        options.Dispose();
        session.Dispose();
    }
}
