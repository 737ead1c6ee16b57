namespace Unroll.Kernels;

/// <summary>
/// Tries a cell out on one unit before it is used: a step that reads a gate that is not there, or forgets its output, is told so when the layer is made
/// and not by wrong memory in the middle of training.
/// </summary>
internal sealed unsafe class StepProbe
{
    private readonly string cell;
    private readonly int gateCount;
    private readonly int stateCount;
    private readonly int unitWeightCount;
    private readonly bool separates;
    private readonly bool[] stateSet;
    private readonly bool[] kept;
    private int outputs;
    private bool isFilter;
    private bool projects;
    private bool hasBackward;
    private int gatesOfFilter;

    private StepProbe(string cell, int gateCount, int stateCount, int unitWeightCount, bool separates)
    {
        (this.cell, this.gateCount, this.stateCount, this.unitWeightCount, this.separates) = (cell, gateCount, stateCount, unitWeightCount, separates);
        (stateSet, kept) = (new bool[stateCount], new bool[gateCount]);
    }

    /// <summary>In the place of which gates' sums the step has kept something.</summary>
    public IReadOnlyList<bool> Kept => kept;

    /// <summary>Whether the step has read the previous output.</summary>
    public bool HasReadOutput { get; private set; }

    /// <summary>Runs one step in double precision.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="sums">The sums of the gates [G], or the input sums of a cell that separates them.</param>
    /// <param name="recurrentSums">The recurrent sums [G] of a cell that separates them.</param>
    /// <param name="previousOutput">h'.</param>
    /// <param name="previousStates">The states before the step [S].</param>
    /// <param name="unitWeights">The weights of the unit.</param>
    /// <param name="states">Where the states go [S].</param>
    /// <returns>h.</returns>
    /// <exception cref="ArgumentException">The step reads what the cell has not, or does not set what it has to.</exception>
    public static double Run<TCell>(
        TCell cell, ReadOnlySpan<double> sums, ReadOnlySpan<double> recurrentSums, double previousOutput, ReadOnlySpan<double> previousStates,
        ReadOnlySpan<double> unitWeights, Span<double> states)
        where TCell : struct, ICell
    {
        // What the step keeps for backward goes into a copy.
        fixed (double* gates = sums.ToArray())
        fixed (double* recurrent = recurrentSums)
        fixed (double* before = previousStates)
        fixed (double* weights = unitWeights)
        fixed (double* after = states)
        {
            var output = double.NaN;
            Run(cell, new UnitStep<ProbeLane>(
                gates, recurrent, sizeof(double), &previousOutput, &output, before, after, sizeof(double), weights, sizeof(double), Of<TCell>()));
            return output;
        }
    }

    /// <summary>What watches a step of a cell.</summary>
    public static StepProbe Of<TCell>()
        where TCell : struct, ICell => new(TCell.Name, TCell.GateCount, TCell.StateCount, TCell.UnitWeightCount, TCell.SeparatesRecurrentSums)
        {
            projects = TCell.ProjectsOutput,
            hasBackward = TCell.HasBackward,
            gatesOfFilter = TCell.FilteredGateCount > 0 ? TCell.GateCount - TCell.FilteredGateCount : 0,
        };

    /// <summary>Runs a step that is watched.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="step">Its values, and what watches them.</param>
    /// <exception cref="ArgumentException">The step reads what the cell has not, or does not set what it has to.</exception>
    public static void Run<TCell>(TCell cell, in UnitStep<ProbeLane> step)
        where TCell : struct, ICell
    {
        cell.Step(step);
        step.Probe!.Finish();
    }

    /// <summary>Runs a filter in double precision.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="sums">The sums of the gates [G], of which the filter may read those that are not filtered.</param>
    /// <param name="previousOutput">h'.</param>
    /// <param name="previousStates">The states before the step [S].</param>
    /// <param name="unitWeights">The weights of the unit.</param>
    /// <returns>The filtered output.</returns>
    /// <exception cref="ArgumentException">The filter reads what there is not, or does not set its result.</exception>
    public static double RunFilter<TCell>(
        TCell cell, ReadOnlySpan<double> sums, double previousOutput, ReadOnlySpan<double> previousStates, ReadOnlySpan<double> unitWeights)
        where TCell : struct, ICell
    {
        var probe = new StepProbe(TCell.Name, TCell.GateCount - TCell.FilteredGateCount, TCell.StateCount, TCell.UnitWeightCount, separates: false) { isFilter = true };
        var output = double.NaN;
        fixed (double* gates = sums)
        fixed (double* before = previousStates)
        fixed (double* weights = unitWeights)
            cell.Filter(new UnitStep<ProbeLane>(gates, null, sizeof(double), &previousOutput, &output, before, null, sizeof(double), weights, sizeof(double), probe));
        if (probe.outputs == 0)
            throw probe.Wrong("its filter sets no output");
        return output;
    }

    public void ReadsSum(int gate)
    {
        CheckGate(gate);
        CheckNotKept(gate);
        if (separates)
            throw Wrong($"it separates recurrent sums and reads Sum({gate}); it has to read InputSum({gate}) and RecurrentSum({gate})");
    }

    public void ReadsPart(int gate)
    {
        CheckGate(gate);
        if (!separates)
            throw Wrong($"it reads the parts of gate {gate}, but SeparatesRecurrentSums is false; it has to read Sum({gate}), or to say that it separates them");
    }

    public void ReadsInputSum(int gate)
    {
        ReadsPart(gate);
        CheckNotKept(gate);
    }

    public void ReadsOutput()
    {
        if (projects)
            throw Wrong("its output is projected, so the previous one has another size than the units, and a step cannot read it");
        if (outputs > 0)
            throw Wrong("it reads the previous output after it has set the new one; it has to read it before");
        HasReadOutput = true;
    }

    public void ReadsState(int state)
    {
        CheckState(state);
        if (stateSet[state])
            throw Wrong($"it reads state {state} after it has set it; it has to read it before");
    }

    public void ReadsUnitWeight(int weight)
    {
        if (weight < 0 || weight >= unitWeightCount)
            throw Wrong(unitWeightCount == 0 ? $"it reads unit weight {weight}, but its UnitWeightCount is 0" : $"it reads unit weight {weight}; it has {unitWeightCount}, numbered from 0");
    }

    public void Keeps(int gate)
    {
        CheckGate(gate);
        if (isFilter)
            throw Wrong($"its filter keeps a value in the place of gate {gate}; only a step may");
        if (!hasBackward)
            throw Wrong($"it keeps a value in the place of gate {gate}, which only a Backward of its own could read, and HasBackward is false");
        if (gate < gatesOfFilter)
            throw Wrong($"it keeps a value in the place of gate {gate}, whose sum its filter reads; it may in that of gates from {gatesOfFilter} on");
        if (kept[gate])
            throw Wrong($"it keeps a value in the place of gate {gate} twice");
        kept[gate] = true;
    }

    public void SetsState(int state)
    {
        CheckState(state);
        if (isFilter)
            throw Wrong($"its filter sets state {state}; it sets nothing but the filtered output");
        if (stateSet[state])
            throw Wrong($"it sets state {state} twice");
        stateSet[state] = true;
    }

    public void SetsOutput()
    {
        if (++outputs > 1)
            throw Wrong("it sets its output twice");
    }

    private void Finish()
    {
        if (outputs == 0)
            throw Wrong("its step sets no output");
        if (Array.IndexOf(stateSet, false) is >= 0 and var state)
            throw Wrong($"its step does not set state {state} of its {stateCount}");
    }

    private void CheckGate(int gate)
    {
        if (gate < 0 || gate >= gateCount)
            throw Wrong(isFilter ? $"its filter reads gate {gate}; it may read the {gateCount} that are not filtered, numbered from 0" : $"it reads gate {gate}; it has {gateCount}, numbered from 0");
    }

    private void CheckNotKept(int gate)
    {
        if (kept[gate])
            throw Wrong($"it reads the sum of gate {gate} after it has kept a value in its place; it has to read it before");
    }

    private void CheckState(int state)
    {
        if (state < 0 || state >= stateCount)
            throw Wrong(stateCount == 0 ? $"it uses state {state}, but its StateCount is 0" : $"it uses state {state}; it has {stateCount}, numbered from 0");
    }

    private ArgumentException Wrong(string what) => new($"The cell '{cell}' cannot be used: {what}.");
}
