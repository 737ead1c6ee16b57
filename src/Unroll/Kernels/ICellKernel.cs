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

    /// <summary>Whether the step needs <c>W·x</c> and <c>U·h</c> of a gate separately instead of their sum.</summary>
    static abstract bool SeparatesRecurrentGates { get; }

    /// <summary>Whether the previous output enters the sums through a matrix.</summary>
    static virtual bool HasRecurrentMatrix => true;

    /// <summary>The weights of each unit besides the matrices.</summary>
    static virtual IReadOnlyList<UnitWeight> UnitWeights => [];

    /// <summary>The number of <see cref="UnitWeights"/>.</summary>
    static virtual int UnitWeightCount => 0;

    /// <summary>One step of a few units of one row.</summary>
    void Forward<T>(in CellSlots slots)
        where T : struct, ISimdLane<T>;

    /// <summary>The gradient of that step.</summary>
    void Backward<T>(in CellSlots slots)
        where T : struct, ISimdLane<T>;
}
