namespace Unroll.Kernels;

/// <summary>How a step differs from the equations of its cell.</summary>
/// <param name="StateLimit">The bound of the states it sets, infinite for none.</param>
/// <param name="OutputLimit">The bound of the output, infinite for none.</param>
/// <param name="IsHard">Whether σ and tanh are piecewise linear.</param>
internal readonly record struct StepChoices(float StateLimit, float OutputLimit, bool IsHard);
