using Unroll.Benchmarks.Peers.Onnx;
using Unroll.Benchmarks.Peers.Torch;
using Unroll.Tensors;

namespace Unroll.Benchmarks.Peers;

/// <summary>Who takes part in what.</summary>
internal static class Contestants
{
    /// <summary>Names the contestants for a workload; the first is Unroll, whose time the others' are divided by.</summary>
    /// <param name="workload">The work.</param>
    /// <param name="threads">Threads each may use; ONNX Runtime takes the steps of one sequence on one, which is faster.</param>
    public static IReadOnlyList<Contestant> For(Workload workload, int threads)
    {
        var values = new SharedValues(workload);
        SetThreads(threads);
        return workload.Job switch
        {
            Job.Training =>
            [
                new(PeerNames.Unroll, null, () => new UnrollTraining(workload, values)),
                new(PeerNames.Torch, PeerRuntime.Torch, () => new TorchTraining(workload, values)),
            ],
            Job.Inference =>
            [
                new(PeerNames.Unroll, null, () => new UnrollInference(workload, values)),
                new(PeerNames.Torch, PeerRuntime.Torch, () => new TorchInference(workload, values)),
                new(PeerNames.OnnxRuntime, PeerRuntime.OnnxRuntime, () => new OnnxInference(workload, values, threads)),
            ],
            Job.Streaming =>
            [
                new(PeerNames.Unroll, null, () => new UnrollStreaming(workload, values)),
                new(PeerNames.Torch, PeerRuntime.Torch, () => new TorchStreaming(workload, values, new TorchCell(workload, values))),
                new(PeerNames.TorchLayer, PeerRuntime.Torch, () => new TorchStreaming(workload, values, new TorchLayer(workload, values))),
                new(PeerNames.OnnxRuntime, PeerRuntime.OnnxRuntime, () => new OnnxStreaming(workload, values)),
            ],
            _ =>
            [
                new(PeerNames.Unroll, null, () => new UnrollTraining(workload, values)),
                new(PeerNames.Torch, PeerRuntime.Torch, () => new TorchPacked(workload, values)),
                new(PeerNames.TorchPadded, PeerRuntime.Torch, () => new TorchPadded(workload, values)),
                new(PeerNames.UnrollFullLength, null, () => new UnrollFullLength(workload, values)),
            ],
        };
    }

    /// <summary>Gives every library that is here so many threads.</summary>
    public static void SetThreads(int threads)
    {
        Parallelism.ThreadCount = threads;
        if (PeerRuntime.Torch.Problem is null)
            TorchSharp.torch.set_num_threads(threads);
    }
}
