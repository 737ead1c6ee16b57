namespace Unroll.Cli.Benchmarks;

/// <summary>What is timed.</summary>
internal enum BenchKind
{
    /// <summary>Forward over all steps, then backward to all weights; the input needs no gradient.</summary>
    Training,

    /// <summary>Forward over all steps, nothing kept for backward.</summary>
    Inference,

    /// <summary>One step of one sequence, state in and state out.</summary>
    Streaming,
}
