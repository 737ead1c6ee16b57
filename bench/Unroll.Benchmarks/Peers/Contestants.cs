using Unroll.Benchmarks.Peers.Onnx;
using Unroll.Benchmarks.Peers.Torch;
using Unroll.Tensors;

namespace Unroll.Benchmarks.Peers;

/// <summary>Who takes part in what.</summary>
internal static class Contestants
{
    /// <summary>Sets up the contestants for a workload; the first is the one whose time the others are divided by.</summary>
    /// <param name="workload">The work.</param>
    /// <param name="threads">Threads each may use; ONNX Runtime takes the steps of one sequence on one, which is faster.</param>
    public static IReadOnlyList<IPeer> For(Workload workload, int threads)
    {
        var values = new SharedValues(workload);
        Parallelism.ThreadCount = threads;
        TorchSharp.torch.set_num_threads(threads);
        return workload.Job switch
        {
            Job.Training => [new UnrollTraining(workload, values), new TorchTraining(workload, values)],
            Job.Inference =>
            [
                new UnrollInference(workload, values),
                new TorchInference(workload, values),
                new OnnxInference(workload, values, threads),
            ],
            Job.Streaming =>
            [
                new UnrollStreaming(workload, values),
                new TorchStreaming(workload, values, new TorchCell(workload, values)),
                new TorchStreaming(workload, values, new TorchLayer(workload, values)),
                new OnnxStreaming(workload, values),
            ],
            _ => [new UnrollTraining(workload, values), new TorchPacked(workload, values), new TorchPadded(workload, values)],
        };
    }
}
