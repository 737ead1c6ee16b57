namespace Unroll.Cells;

/// <summary>What can be chosen for a cell besides its equations.</summary>
/// <param name="Clip">The bound of its states, or of its output where it has none, or null.</param>
/// <param name="HardActivations">Whether σ and tanh are piecewise linear.</param>
internal readonly record struct CellChoices(float? Clip, bool HardActivations)
{
    /// <summary>Whether nothing is chosen.</summary>
    public bool IsPlain => Clip is null && !HardActivations;
}
