namespace Unroll.Benchmarks.Kernels;

/// <summary>A benchmark whose floating-point operations are known, so that its table can show a rate.</summary>
internal interface ICountedBenchmark
{
    /// <summary>Operations of one call, with the parameters as they are set.</summary>
    double Operations { get; }
}
