using Unroll.Tensors;

namespace Unroll.Training;

/// <summary>What was seen of one parameter.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Samples">The updates looked at closely that are kept, first one first.</param>
public sealed record ParameterHealth(string Name, Shape Shape, IReadOnlyList<ParameterSample> Samples)
{
    /// <summary>The median of the update-to-weight ratios, or null where there is none.</summary>
    public double? MedianRatio => Statistics.Median(Samples.Where(sample => sample.Ratio is not null).Select(sample => sample.Ratio!.Value));
}

/// <summary>One update of a parameter.</summary>
/// <param name="Update">Its number, from 1.</param>
/// <param name="GradientNorm">‖∂L/∂W‖, before clipping by norm.</param>
/// <param name="WeightNorm">‖W‖ before the update.</param>
/// <param name="UpdateNorm">‖ΔW‖.</param>
public readonly record struct ParameterSample(long Update, double GradientNorm, double WeightNorm, double UpdateNorm)
{
    /// <summary>‖ΔW‖ / ‖W‖; null where all weights were zero.</summary>
    public double? Ratio => WeightNorm > 0 ? UpdateNorm / WeightNorm : null;
}
