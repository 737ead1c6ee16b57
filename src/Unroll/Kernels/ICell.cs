namespace Unroll.Kernels;

/// <summary>
/// The equations of one time step of a recurrent cell, for each hidden unit alone: what a struct implements to be a cell of its own. The matrix
/// products are the engine's; <see cref="Step{T}"/> sees their sums. Mark it <c>[MethodImpl(MethodImplOptions.AggressiveInlining)]</c>.
/// </summary>
/// <remarks>
/// The gradient through time comes from the same text. Fields of the struct are the cell's constants. A step must depend on nothing but what it
/// reads from its argument and those constants.
/// </remarks>
public interface ICell
{
    /// <summary>What files call the cell: lower-case letters, digits and hyphens, and no name of a built-in cell. Changing it makes old files unreadable.</summary>
    static abstract string Name { get; }

    /// <summary>What the literature calls the gates; there is at least one. Their number is G, the rows of the weight matrices for each unit.</summary>
    static abstract IReadOnlyList<string> GateNames { get; }

    /// <summary>G, the number of <see cref="GateNames"/>, as a constant.</summary>
    static abstract int GateCount { get; }

    /// <summary>S: states of each unit besides its output, 0 to 8. None unless the cell says so.</summary>
    static virtual int StateCount => 0;

    /// <summary>
    /// Whether the step needs <c>W·x + b</c> and <c>U·h' + b'</c> of its gates separately, as a GRU does, instead of their sum. No unless the cell says so.
    /// </summary>
    static virtual bool SeparatesRecurrentSums => false;

    /// <summary>
    /// Whether the previous output enters the sums through a matrix U. A cell without one is told of it by <see cref="UnitStep{T}.PreviousOutput"/> and by its
    /// states alone, each unit of itself; all its sums are <c>W·x + b</c>, so nothing but the step stays in the loop over time. Yes unless the cell says otherwise.
    /// </summary>
    static virtual bool HasRecurrentMatrix => true;

    /// <summary>The weights that it has for each unit besides the matrices. None unless the cell says so.</summary>
    static virtual IReadOnlyList<UnitWeight> UnitWeights => [];

    /// <summary>The number of <see cref="UnitWeights"/>, 0 to 8, as a constant.</summary>
    static virtual int UnitWeightCount => 0;

    /// <summary>One step.</summary>
    /// <typeparam name="T">A lane type: several units at once.</typeparam>
    /// <param name="step">What it reads and where its results go.</param>
    void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>;
}
