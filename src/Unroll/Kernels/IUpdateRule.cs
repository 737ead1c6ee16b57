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
