namespace Unroll.Benchmarks.Peers;

/// <summary>
/// The ratios to reach, as the project set them for version 0.2 from what the peers did on two Zen 4 cores with 512-bit vectors.
/// </summary>
internal static class Goals
{
    /// <summary>The geometric mean over the rows of the training table.</summary>
    public const double TrainingMean = 2.4;

    /// <summary>Whole sequences, against either peer.</summary>
    private const double Inference = 1.25;

    /// <summary>Mixed lengths, LSTM and GRU, against packed sequences.</summary>
    private const double Packed = 5;

    /// <summary>A batch of mixed lengths costs at most 60 % of the full-length one.</summary>
    private const double FullLength = 1 / 0.6;

    private const int LstmGates = 4;

    // RNN, LSTM, GRU by B, T, H.
    private static readonly Dictionary<(int, int, int), (double Rnn, double Lstm, double Gru)> training = new()
    {
        [(20, 35, 200)] = (4.2, 1.8, 3),
        [(32, 50, 128)] = (5, 2, 3.5),
        [(64, 50, 256)] = (2.4, 2.3, 1.8),
        [(64, 50, 512)] = (1.6, 1.55, 1.5),
        [(64, 100, 1024)] = (1.55, 1.4, 1.5),
        [(1, 100, 256)] = (8, 2.5, 5),
    };

    // µs of an LSTM step to reach by H, and what ONNX Runtime's RNN, LSTM and GRU took there.
    private static readonly Dictionary<int, (double Lstm, double OnnxRnn, double OnnxLstm, double OnnxGru)> streaming = new()
    {
        [32] = (0.4, 5.2, 5.0, 4.4),
        [64] = (1.3, 4.3, 6.8, 5.3),
        [128] = (5, 5.8, 11.2, 8.5),
        [256] = (16, 10.5, 33.9, 26.2),
        [512] = (55, 36.8, 118, 99),
    };

    /// <summary>The ratio to reach against a peer; null where none is set.</summary>
    public static double? Ratio(Workload workload, string peer) => workload.Job switch
    {
        Job.Training => training.TryGetValue((workload.BatchSize, workload.TimeSteps, workload.HiddenSize), out var goal)
            ? Of(workload.Cell, goal.Rnn, goal.Lstm, goal.Gru)
            : null,
        Job.Inference => Inference,
        Job.Streaming when peer == PeerNames.OnnxRuntime => OnnxMicroseconds(workload) / StepMicroseconds(workload),
        Job.Mixed when peer == PeerNames.UnrollFullLength => FullLength,
        Job.Mixed when peer == PeerNames.Torch && workload.Cell != PeerCell.Rnn => Packed,
        _ => null,
    };

    /// <summary>Seconds that a streaming step is to take on a core with 512-bit vectors; RNN and GRU in proportion to their weights.</summary>
    public static double? StepSeconds(Workload workload) => workload.Job == Job.Streaming ? StepMicroseconds(workload) * 1e-6 : null;

    private static double? StepMicroseconds(Workload workload) =>
        streaming.TryGetValue(workload.HiddenSize, out var known) ? known.Lstm * workload.GateCount / LstmGates : null;

    private static double? OnnxMicroseconds(Workload workload) =>
        streaming.TryGetValue(workload.HiddenSize, out var known) ? Of(workload.Cell, known.OnnxRnn, known.OnnxLstm, known.OnnxGru) : null;

    private static double Of(PeerCell cell, double rnn, double lstm, double gru) => cell switch { PeerCell.Rnn => rnn, PeerCell.Lstm => lstm, _ => gru };
}
