namespace Unroll.Kernels;

/// <summary>What the engine needs of a cell: its sizes, and its step in terms of slots.</summary>
internal interface ICellKernel
{
    /// <summary>What files and the command line call the cell.</summary>
    static abstract string Name { get; }

    /// <summary>What the literature calls the gates, in the order of the rows of the weight matrices.</summary>
    static abstract IReadOnlyList<string> GateNames { get; }

    /// <summary>G: gates, that is rows of the weight matrices for each hidden unit.</summary>
    static abstract int GateCount { get; }

    /// <summary>S: states of each unit besides its output.</summary>
    static abstract int StateCount { get; }

    /// <summary>How many of the states, the first ones, zoneout may keep.</summary>
    static virtual int ZoneoutStateCount => 0;

    /// <summary>Whether the step needs <c>W·x</c> and <c>U·h</c> of a gate separately instead of their sum.</summary>
    static abstract bool SeparatesRecurrentGates { get; }

    /// <summary>Whether the previous output enters the sums through a matrix.</summary>
    static virtual bool HasRecurrentMatrix => true;

    /// <summary>The weights of each unit besides the matrices.</summary>
    static virtual IReadOnlyList<UnitWeight> UnitWeights => [];

    /// <summary>The number of <see cref="UnitWeights"/>.</summary>
    static virtual int UnitWeightCount => 0;

    /// <summary>F: of how many gates, the last ones, the recurrent product is with the filtered output.</summary>
    static virtual int FilteredGateCount => 0;

    /// <summary>Whether input sums and recurrent sums are normalised before the step.</summary>
    static virtual bool NormalizesSums => false;

    /// <summary>Whether a matrix makes the output of what the step gives.</summary>
    static virtual bool ProjectsOutput => false;

    /// <summary>Whether the weights of its layers are never trained.</summary>
    static virtual bool IsFixed => false;

    /// <summary>Into how many heads the units are split.</summary>
    int Heads => 1;

    /// <summary>The constants that files keep.</summary>
    IReadOnlyList<CellConstant> Constants => [];

    /// <summary>What the filtered gates' recurrent product is with, from the sums of the other gates; it takes the place of h.</summary>
    void Filter<T>(in CellSlots slots)
        where T : struct, ISimdLane<T> => throw new NotSupportedException();

    /// <summary>
    /// The gradient of that. The gates are the sums that the filter read, the recurrent gates those gradients of sums, to which it adds, as it does to the
    /// gradients of the previous output, the previous states and the unit weights; the gradient of the output is that of the filtered output.
    /// </summary>
    void FilterBackward<T>(in CellSlots slots)
        where T : struct, ISimdLane<T> => throw new NotSupportedException();

    /// <summary>The gate that keeps the state when its sum is large, or null.</summary>
    static virtual int? ForgetGate => null;

    /// <summary>Title, equations and source for people, or null.</summary>
    static virtual CellDescription? Description => null;

    /// <summary>One step of a few units of one row.</summary>
    void Forward<T>(in CellSlots slots)
        where T : struct, ISimdLane<T>;

    /// <summary>The gradient of that step.</summary>
    void Backward<T>(in CellSlots slots)
        where T : struct, ISimdLane<T>;

    /// <summary>Counts the activations that can saturate of a unit's step, after forward and before backward.</summary>
    /// <param name="slots">The slots of one unit.</param>
    /// <param name="watch">Counts.</param>
    /// <param name="unit">Which unit.</param>
    void Watch(in CellSlots slots, ActivationWatch watch, int unit);

    /// <summary>Whether there is a <see cref="WatchSums"/>: the cell leaves sums, or what its backward needs, where others leave activations.</summary>
    static virtual bool WatchesSums => false;

    /// <summary>The same as <see cref="Watch"/> from the sums as they were before the step.</summary>
    /// <param name="slots">The slots of one unit, with those sums.</param>
    /// <param name="watch">Counts.</param>
    /// <param name="unit">Which unit.</param>
    void WatchSums(in CellSlots slots, ActivationWatch watch, int unit) => throw new NotSupportedException();
}
