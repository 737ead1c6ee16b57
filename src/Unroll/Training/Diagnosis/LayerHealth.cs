using Unroll.Cells;

namespace Unroll.Training;

/// <summary>What was seen of one recurrent layer in one direction. Its own properties are those of the last few probes together.</summary>
public sealed record LayerHealth
{
    /// <summary>What it is called: <c>rnn layer 0</c>, with <c>reverse</c> for that direction.</summary>
    public required string Name { get; init; }

    /// <summary>Its cell.</summary>
    public required Cell Cell { get; init; }

    /// <summary>H.</summary>
    public required int Units { get; init; }

    /// <summary>How many values its output has: H, or those of a projection.</summary>
    public required int Outputs { get; init; }

    /// <summary>All probes that are kept, first one first.</summary>
    public required IReadOnlyList<LayerSample> Samples { get; init; }

    /// <summary>
    /// The norm of the gradient of what step t − d hands to later steps, by distance d from the loss at step t: of its output and its states together,
    /// √(‖∂L/∂h‖² + ‖∂L/∂s‖²), over the rows of a probe; between probes the geometric mean. Empty where no gradient came.
    /// </summary>
    public required IReadOnlyList<double> GradientByDistance { get; init; }

    /// <summary>The factor by which that norm changes from step to step: below 1 it decays; null where there is nothing to fit.</summary>
    public required double? DecayPerStep { get; init; }

    /// <summary>After how many steps half of the gradient is left; infinite where it does not decay, null where there is nothing to fit.</summary>
    public double? HalfLife => GradientDecay.HalfLife(DecayPerStep);

    /// <summary>The distance from which on less than a hundredth of the gradient at the loss arrives; null where that is not within the window.</summary>
    public required int? MemoryLength { get; init; }

    /// <summary>Outputs that hardly varied in any of the probes.</summary>
    public required int DeadOutputs { get; init; }

    /// <summary>How many of <see cref="DeadOutputs"/> were zero.</summary>
    public required int ZeroOutputs { get; init; }

    /// <summary>Gates and other activations that can saturate, in the order of the cell's equations.</summary>
    public required IReadOnlyList<ActivationHealth> Activations { get; init; }
}

/// <summary>What one probe saw of a layer.</summary>
/// <param name="Update">How many updates were done before.</param>
/// <param name="Gradient">‖∂L/∂h‖ by distance from the loss, over the rows of the probe; empty where no gradient came.</param>
/// <param name="StateGradient">The same of the states that a step hands to the next one; zeros for a cell without.</param>
/// <param name="DecayPerStep">The factor by which both together change from step to step, or null.</param>
/// <param name="DeadOutputs">Outputs that hardly varied.</param>
/// <param name="Activations">The gates and other activations.</param>
public sealed record LayerSample(
    long Update, IReadOnlyList<double> Gradient, IReadOnlyList<double> StateGradient, double? DecayPerStep, int DeadOutputs,
    IReadOnlyList<ActivationSample> Activations)
{
    /// <summary>After how many steps half of the gradient is left; infinite where it does not decay, null where there is nothing to fit.</summary>
    public double? HalfLife => GradientDecay.HalfLife(DecayPerStep);
}

/// <summary>How saturated an activation was at one probe.</summary>
/// <param name="Name">The gate it belongs to, or <c>state</c>.</param>
/// <param name="Low">The share of its values at the lower end: σ below 0.05, tanh below −0.95.</param>
/// <param name="High">The share at the upper end: σ above 0.95, tanh above 0.95.</param>
public readonly record struct ActivationSample(string Name, double Low, double High);

/// <summary>How saturated an activation was at the last few probes.</summary>
public sealed record ActivationHealth
{
    /// <summary>The gate it belongs to, or <c>state</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is a tanh, and otherwise a logistic function.</summary>
    public required bool IsTanh { get; init; }

    /// <summary>Whether it keeps the state where it is high, so that this is no fault.</summary>
    public required bool KeepsState { get; init; }

    /// <summary>The share of its values at the lower end: σ below 0.05, tanh below −0.95.</summary>
    public required double Low { get; init; }

    /// <summary>The share at the upper end: σ above 0.95, tanh above 0.95.</summary>
    public required double High { get; init; }

    /// <summary><see cref="Low"/> of each unit [H].</summary>
    public required IReadOnlyList<double> UnitLow { get; init; }

    /// <summary><see cref="High"/> of each unit [H].</summary>
    public required IReadOnlyList<double> UnitHigh { get; init; }
}
