using System.Globalization;
using Unroll.Benchmarks.Measurement;
using Unroll.Benchmarks.Peers;
using Unroll.Cli.Measurement;
using Unroll.Tensors;

namespace Unroll.Benchmarks.Phases;

/// <summary>Serving: whole sequences, and single steps of weights that lie in one cache or another.</summary>
internal static class ServingPhases
{
    private static readonly (int BatchSize, int TimeSteps, int HiddenSize)[] sequences = [(20, 35, 200), (32, 50, 128), (64, 50, 256), (64, 50, 512), (64, 100, 1024)];

    private const string Work = "Serving, LSTM";

    // With float32 weights 0.5, 2, 8 and 32 MB.
    private static readonly int[] streams = [128, 256, 512, 1024];

    /// <summary>Measures LSTMs of several sizes.</summary>
    public static IEnumerable<PhaseFigure> Measure(Circumstances run)
    {
        Parallelism.ThreadCount = run.Threads;
        foreach (var (batchSize, timeSteps, hiddenSize) in sequences)
        {
            var workload = new Workload(Job.Inference, PeerCell.Lstm, batchSize, timeSteps, hiddenSize);
            var seconds = Seconds(new UnrollInference(workload, new(workload)), run);
            var phase = string.Create(CultureInfo.InvariantCulture, $"whole sequences of {batchSize}, {timeSteps}, {hiddenSize}");
            yield return Figure(phase, seconds, workload.NeededOperations, PhaseRoof.Operations, Roofline.Measure().Of(run.Threads), run);
        }

        foreach (var hiddenSize in streams)
        {
            var workload = new Workload(Job.Streaming, PeerCell.Lstm, 1, 1, hiddenSize);
            var seconds = Seconds(new UnrollStreaming(workload, new(workload)), run);
            // Each weight is read once, for two operations.
            var bytes = sizeof(float) * workload.NeededOperations / 2;
            var phase = string.Create(CultureInfo.InvariantCulture, $"step of 1, 1, {hiddenSize}: {bytes / (1 << 20):0.#} MB of weights");
            yield return Figure(phase, seconds, bytes, PhaseRoof.Bytes, ReadBandwidth.Measure((long)bytes, run.Threads), run);
        }
    }

    private static double Seconds(IPeer peer, Circumstances run) => Alternation.Time([peer.Run], run.Rounds)[0].Median;

    private static PhaseFigure Figure(string phase, double seconds, double amount, PhaseRoof unit, double roof, Circumstances run) => new()
    {
        Work = Work,
        Phase = phase,
        Method = PhaseMethod.Alone,
        Seconds = seconds,
        Rate = amount / seconds / 1e9,
        Unit = unit,
        Roof = roof,
        Run = run,
    };
}
