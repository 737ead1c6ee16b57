using System.Numerics;

namespace Unroll.Kernels;

/// <summary>The activations of one step of one unit.</summary>
internal unsafe struct ActivationNotes
{
    /// <summary>More than any known cell has; what comes after is not counted.</summary>
    private const int MostActivations = 64;

    /// <summary>An activation that comes out otherwise than it was kept had more in its sum than the gate's.</summary>
    private const float LargestDifference = 1e-3f;

    private fixed int kinds[MostActivations];
    private fixed ulong gates[MostActivations];
    private fixed float values[MostActivations];
    private bool isStateUnknown;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Takes one down.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="gatesOfSum">A bit for each gate whose sum went into it.</param>
    /// <param name="value">What it gave.</param>
    public void Add(ActivationKind kind, ulong gatesOfSum, float value)
    {
        if (Count == MostActivations)
            return;
        (kinds[Count], gates[Count], values[Count]) = ((int)kind, gatesOfSum, value);
        Count++;
    }

    /// <summary>
    /// Puts what forward kept of a gate in the place of what came out of the sum that was found for it; of a gate of which it kept something else, nothing is
    /// known, and then nothing of states either.
    /// </summary>
    /// <param name="gate">The gate.</param>
    /// <param name="kept">What stands in the place of its sum, as a watched step left it.</param>
    /// <param name="value">The same as forward left it.</param>
    public void Correct(int gate, Watched kept, float value)
    {
        if (kept.IsSum(gate))
            return;
        var isKnown = kept.IsActivation(ActivationKind.Logistic, gate) || kept.IsActivation(ActivationKind.Tanh, gate);
        isStateUnknown |= !isKnown;
        for (var index = 0; index < Count; index++)
        {
            if (gates[index] != 1UL << gate)
                continue;
            if (isKnown && kept.IsActivation((ActivationKind)kinds[index], gate))
            {
                isStateUnknown |= MathF.Abs(values[index] - value) > LargestDifference;
                values[index] = value;
            }
            else
            {
                gates[index] = ulong.MaxValue;
            }
        }
    }

    /// <summary>Counts them for a unit: those of one gate's sum, and those of none.</summary>
    public readonly void GiveTo(ActivationWatch watch, int unit)
    {
        for (var index = 0; index < Count; index++)
        {
            var gate = gates[index] == 0 ? -1 : BitOperations.TrailingZeroCount(gates[index]);
            if (BitOperations.PopCount(gates[index]) <= 1 && (gate >= 0 || !isStateUnknown))
                watch.Note(unit, (ActivationKind)kinds[index], gate, values[index]);
        }
    }
}
