using Unroll.Cli.Measurement;

namespace Unroll.Cli.Benchmarks;

/// <summary>How fast one kind of work is.</summary>
/// <param name="Work">The work.</param>
/// <param name="Timing">Seconds of doing it once.</param>
/// <param name="Peak">The peak that its share refers to, in billions of operations a second.</param>
internal sealed record BenchFigure(BenchWork Work, Timing Timing, double Peak)
{
    /// <summary>Billions of operations a second.</summary>
    public double Rate => Work.Operations / Timing.Median / 1e9;

    /// <summary>The rate over the peak.</summary>
    public double ShareOfPeak => Rate / Peak;

    /// <summary>Steps of single sequences a second.</summary>
    public double StepsPerSecond => Work.StepCount / Timing.Median;
}
