using System.Numerics;

namespace Unroll.Kernels;

/// <summary>What an optimiser does to each weight, as maths over a vector of them; <see cref="OptimizerKernels"/> runs it over memory.</summary>
internal interface IUpdateRule
{
    /// <summary>How many values the rule remembers for each weight, 0 to 3.</summary>
    static abstract int SlotCount { get; }

    /// <summary>One update.</summary>
    /// <param name="weight">The weights before.</param>
    /// <param name="gradient">Their gradients, clipped.</param>
    /// <param name="slots">What the rule remembers of them; updated in place. Slots over <see cref="SlotCount"/> are unused.</param>
    /// <returns>The weights after.</returns>
    Vector<float> Next(Vector<float> weight, Vector<float> gradient, ref UpdateSlots slots);
}

/// <summary>What an optimiser remembers for a vector of weights.</summary>
internal struct UpdateSlots
{
    /// <summary>The first remembered value.</summary>
    public Vector<float> First;

    /// <summary>The second remembered value.</summary>
    public Vector<float> Second;

    /// <summary>The third remembered value.</summary>
    public Vector<float> Third;
}

/// <summary>A stretch of weights, and what belongs to each of them.</summary>
internal readonly ref struct UpdateValues
{
    /// <summary>The weights; updated in place.</summary>
    public required Span<float> Weights { get; init; }

    /// <summary>As long as the weights.</summary>
    public required ReadOnlySpan<float> Gradient { get; init; }

    /// <summary>Multiplies the gradient first: clipping by norm costs no pass of its own.</summary>
    public required float GradientScale { get; init; }

    /// <summary>The first thing a rule remembers, where it remembers one; as long as the weights; updated in place.</summary>
    public Span<float> First { get; init; }

    /// <summary>The second.</summary>
    public Span<float> Second { get; init; }

    /// <summary>The third.</summary>
    public Span<float> Third { get; init; }
}
