using Microsoft.ML.OnnxRuntime;

namespace Unroll.Benchmarks.Peers.Onnx;

/// <summary>The ONNX operators RNN, LSTM and GRU with the shared weights.</summary>
internal static class OnnxRecurrent
{
    // Where each gate of ONNX stands in PyTorch's order: LSTM i o f c from i f g o; GRU z r h from r z n.
    private static readonly int[] lstmGates = [0, 3, 1, 2];
    private static readonly int[] gruGates = [1, 0, 2];
    private static readonly int[] rnnGates = [0];

    /// <summary>The names of the state's parts: h, and c for an LSTM.</summary>
    public static string[] StateNames(PeerCell cell) => cell == PeerCell.Lstm ? ["h", "c"] : ["h"];

    /// <summary>
    /// A session on a graph of one layer. A whole-sequence graph takes <c>x</c> and gives <c>y</c> from a zero state;
    /// a streaming one takes <c>x</c> and the state's parts and gives these again as <c>h_next</c>, <c>c_next</c>.
    /// </summary>
    public static InferenceSession Open(Workload workload, SharedValues values, int threads)
    {
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
        };
        return new(Model(workload, values), options);
    }

    private static byte[] Model(Workload workload, SharedValues values)
    {
        var (batch, time, hidden) = (workload.BatchSize, workload.TimeSteps, workload.HiddenSize);
        var gates = workload.Cell switch { PeerCell.Lstm => lstmGates, PeerCell.Gru => gruGates, _ => rnnGates };
        var rows = gates.Length * hidden;
        var graph = new OnnxGraph();
        graph.AddInput("x", time, batch, hidden);
        graph.AddConstant("w", Reorder(values.InputWeights, gates), 1, rows, hidden);
        graph.AddConstant("r", Reorder(values.RecurrentWeights, gates), 1, rows, hidden);
        graph.AddConstant("b", [.. Reorder(values.InputBias, gates), .. Reorder(values.RecurrentBias, gates)], 1, 2 * rows);

        string[] inputs = ["x", "w", "r", "b"];
        string[] outputs = ["y"];
        if (workload.Job == Job.Streaming)
        {
            var states = StateNames(workload.Cell);
            const string noLengths = "", noSequence = "";
            inputs = [.. inputs, noLengths, .. states];
            outputs = [noSequence, .. states.Select(state => state + "_next")];
            foreach (var state in states)
            {
                graph.AddInput(state, 1, batch, hidden);
                graph.AddOutput(state + "_next", 1, batch, hidden);
            }
        }
        else
            graph.AddOutput("y", time, 1, batch, hidden);

        (string, long)[] attributes = workload.Cell == PeerCell.Gru
            ? [("hidden_size", hidden), ("linear_before_reset", 1)]
            : [("hidden_size", hidden)];
        graph.AddNode(workload.Cell.ToString().ToUpperInvariant(), inputs, outputs, attributes);
        return graph.ToModel();
    }

    private static float[] Reorder(float[] source, int[] gates)
    {
        var block = source.Length / gates.Length;
        return [.. gates.SelectMany(gate => source.AsSpan(gate * block, block).ToArray())];
    }
}
