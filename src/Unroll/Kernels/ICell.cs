namespace Unroll.Kernels;

/// <summary>
/// The equations of one time step of a recurrent cell, for each hidden unit alone: what a struct implements to be a cell of its own. The matrix
/// products are the engine's; <see cref="Step{T}"/> sees their sums. Mark it <c>[MethodImpl(MethodImplOptions.AggressiveInlining)]</c>.
/// </summary>
/// <remarks>
/// The gradient through time comes from the same text, unless the cell has a <see cref="Backward{T}"/> of its own. Fields of the struct are the cell's
/// constants; those that <see cref="Constants"/> lists are in the files of models and are checked when these are read. A step must depend on nothing but what
/// it reads from its argument and those constants.
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
    /// How many of the states, the first ones, zoneout may make keep their values of the step before, each unit by itself, while the others take their new ones.
    /// Fewer than all where a state means nothing without another one of the same step. All, which is null, unless the cell says otherwise.
    /// </summary>
    /// <remarks>Krueger et al., "Zoneout: Regularizing RNNs by Randomly Preserving Hidden Activations" (2017).</remarks>
    static virtual int? ZoneoutStateCount => null;

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

    /// <summary>
    /// F: of how many gates, the last ones, the recurrent product is not with the previous output but with what <see cref="Filter{T}"/> makes of it:
    /// <c>W·x + b + U·v + b'</c>. None unless the cell says so.
    /// </summary>
    /// <remarks>A GRU whose reset gate is applied before the recurrent product has one, the candidate, with <c>v = r∘h'</c>.</remarks>
    static virtual int FilteredGateCount => 0;

    /// <summary>
    /// Whether the engine normalises the sums before the step sees them: <c>gain∘(s − mean)/√(variance + 1e-5) + bias</c>, mean and variance over all gates
    /// and units, once for <c>W·x</c> and once for <c>U·h'</c>. Such a cell separates recurrent sums. No unless the cell says so.
    /// </summary>
    /// <remarks>Ba, Kiros and Hinton, "Layer Normalization" (2016), equation 20.</remarks>
    static virtual bool NormalizesSums => false;

    /// <summary>
    /// Whether the engine multiplies the output by a matrix P [R, H] before anybody sees it: the layer above and the next step see R values,
    /// <c>h = P·m</c>, where m is what the step gives. Such a cell does not read the previous output, which has another size. No unless the cell says so.
    /// </summary>
    /// <remarks>Sak, Senior and Beaufays, "Long Short-Term Memory Based Recurrent Neural Network Architectures" (2014).</remarks>
    static virtual bool ProjectsOutput => false;

    /// <summary>
    /// Whether the weights of its layers are drawn once and never trained, as those of a reservoir are. Gradients still pass through. No unless the cell says so.
    /// </summary>
    static virtual bool IsFixed => false;

    /// <summary>
    /// Into how many heads the units are split: U then joins only units of the same head, and is a matrix [G·H, H / heads]. One, all units together, unless
    /// the cell says otherwise.
    /// </summary>
    int Heads => 1;

    /// <summary>
    /// The constants that results depend on, as model files keep them: a model is only read with a cell that has the same ones. None unless the cell says so.
    /// Names are lower-case letters, digits and hyphens, each once; values are finite.
    /// </summary>
    IReadOnlyList<CellConstant> Constants => [];

    /// <summary>
    /// Computes v, the filtered output, from the sums of the gates before the filtered ones, the previous output, the previous states and the unit weights, and
    /// gives it to <see cref="UnitStep{T}.SetOutput"/>. Only of cells with filtered gates.
    /// </summary>
    /// <typeparam name="T">A lane type: several units at once.</typeparam>
    /// <param name="step">What it reads and where its result goes.</param>
    /// <exception cref="NotSupportedException">The cell has filtered gates and no filter.</exception>
    void Filter<T>(in UnitStep<T> step)
        where T : struct, ILane<T> => throw new MissingMethodOfCellException("it has filtered gates and no Filter, which says how the previous output is filtered");

    /// <summary>
    /// Whether the cell has a <see cref="Backward{T}"/>, which then takes the place of the gradient that the engine finds from the equations of
    /// <see cref="Step{T}"/>; a filter's gradient is found in any case. No unless the cell says so.
    /// </summary>
    static virtual bool HasBackward => false;

    /// <summary>
    /// The gradient of one step, by hand: from the gradients of the output and the new states those of all that the step depends on. It has to be that of
    /// <see cref="Step{T}"/>, and <see cref="Cells.GradientCheck"/> holds it against that. Mark it <c>[MethodImpl(MethodImplOptions.AggressiveInlining)]</c>.
    /// </summary>
    /// <typeparam name="T">A lane type: several units at once.</typeparam>
    /// <param name="step">What it reads and where its results go.</param>
    /// <exception cref="NotSupportedException">The cell has no backward by hand.</exception>
    void Backward<T>(in UnitGradient<T> step)
        where T : struct, ILane<T> => throw new MissingMethodOfCellException("it says HasBackward and has no Backward");

    /// <summary>
    /// The gate that keeps the state when its sum is large, such as the forget gate of an LSTM: training may start with a larger bias there. None unless
    /// the cell says so.
    /// </summary>
    static virtual int? ForgetGate => null;

    /// <summary>Title, equations and source for people, or null.</summary>
    static virtual CellDescription? Description => null;

    /// <summary>One step.</summary>
    /// <typeparam name="T">A lane type: several units at once.</typeparam>
    /// <param name="step">What it reads and where its results go.</param>
    void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>;
}
