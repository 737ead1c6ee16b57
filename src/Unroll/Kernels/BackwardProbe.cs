namespace Unroll.Kernels;

/// <summary>
/// Tries out a backward that is written by hand, as <see cref="StepProbe"/> does the step: a gradient that is forgotten, or set for a gate that is not
/// there, is told when the layer is made.
/// </summary>
internal sealed unsafe class BackwardProbe
{
    private readonly string cell;
    private readonly IReadOnlyList<string> gateNames;
    private readonly int stateCount;
    private readonly int unitWeightCount;
    private readonly bool separates;
    private readonly bool projects;
    private readonly StepProbe step;
    private readonly bool[] sums;
    private readonly bool[] recurrentSums;
    private readonly bool[] states;
    private readonly bool[] unitWeights;
    private bool isOutputSet;

    private BackwardProbe(string cell, IReadOnlyList<string> gateNames, int stateCount, int unitWeightCount, bool separates, bool projects, StepProbe step)
    {
        (this.cell, this.gateNames, this.stateCount, this.unitWeightCount) = (cell, gateNames, stateCount, unitWeightCount);
        (this.separates, this.projects, this.step) = (separates, projects, step);
        (sums, recurrentSums, states, unitWeights) = (new bool[gateNames.Count], new bool[gateNames.Count], new bool[stateCount], new bool[unitWeightCount]);
    }

    /// <summary>Runs a step and its backward in double precision, all gradients that come in being 1.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="gates">The sums of the gates [G], or the input sums of a cell that separates them.</param>
    /// <param name="recurrentGates">The recurrent sums [G] of a cell that separates them.</param>
    /// <param name="previousOutput">h'.</param>
    /// <param name="previousStates">The states before the step [S].</param>
    /// <param name="weights">The weights of the unit.</param>
    /// <exception cref="ArgumentException">Backward reads what there is not, or does not set what it has to.</exception>
    public static void Run<TCell>(
        TCell cell, ReadOnlySpan<double> gates, ReadOnlySpan<double> recurrentGates, double previousOutput, ReadOnlySpan<double> previousStates,
        ReadOnlySpan<double> weights)
        where TCell : struct, ICell
    {
        var watch = StepProbe.Of<TCell>();
        var probe = new BackwardProbe(TCell.Name, TCell.GateNames, TCell.StateCount, TCell.UnitWeightCount, TCell.SeparatesRecurrentSums, TCell.ProjectsOutput, watch);
        var dStates = new double[TCell.StateCount];
        Array.Fill(dStates, 1);
        fixed (double* sums = gates.ToArray())
        fixed (double* recurrentSums = recurrentGates.ToArray())
        fixed (double* before = previousStates)
        fixed (double* unitWeights = weights)
        fixed (double* after = new double[TCell.StateCount], stateGradients = dStates, weightGradients = new double[TCell.UnitWeightCount])
        {
            const int Size = sizeof(double);
            var (output, dPrevious) = (double.NaN, 0.0);
            StepProbe.Run(cell, new(sums, recurrentSums, Size, &previousOutput, &output, before, after, Size, unitWeights, Size, watch));
            var values = new UnitStep<ProbeLane>(sums, recurrentSums, Size, &previousOutput, &output, before, after, Size, unitWeights, Size);
            cell.Backward(new UnitGradient<ProbeLane>(values, new(1), &dPrevious, stateGradients, weightGradients, probe));
        }

        probe.Finish();
    }

    public void ReadsPreviousOutput()
    {
        if (projects)
            throw Wrong("reads the previous output, which has another size than the units, because the output is projected");
    }

    public void ReadsKept(int gate)
    {
        CheckPlace(gate);
        if (!step.Kept[gate])
            throw Wrong($"reads Kept({gate}), and the step keeps nothing in the place of {NameOf(gate)}");
    }

    public void ReadsSum(int gate)
    {
        CheckSum(gate);
        if (separates)
            throw Wrong($"reads Sum({gate}) of a cell that separates recurrent sums; it has to read InputSum({gate}) and RecurrentSum({gate})");
    }

    public void ReadsInputSum(int gate)
    {
        CheckSum(gate);
        CheckSeparates($"InputSum({gate})", $"Sum({gate})");
    }

    public void ReadsRecurrentSum(int gate)
    {
        CheckGate(gate);
        CheckSeparates($"RecurrentSum({gate})", $"Sum({gate})");
        if (recurrentSums[gate])
            throw Wrong($"reads the recurrent sum of {NameOf(gate)} after it has set its gradient; it has to read it before");
    }

    public void ReadsState(int state) => CheckState(state);

    public void ReadsStateGradient(int state)
    {
        CheckState(state);
        if (states[state])
            throw Wrong($"reads the gradient of state {state} after it has set that of the previous state {state}; it has to read it before");
    }

    public void ReadsUnitWeight(int weight) => CheckUnitWeight(weight);

    public void SetsSum(int gate)
    {
        CheckGate(gate);
        if (separates)
            throw Wrong($"calls SetSumGradient({gate}) of a cell that separates recurrent sums; it has to call SetInputSumGradient and SetRecurrentSumGradient");
        Set(ref sums[gate], $"the sum of {NameOf(gate)}");
    }

    public void SetsInputSum(int gate)
    {
        CheckGate(gate);
        CheckSeparates($"SetInputSumGradient({gate})", $"SetSumGradient({gate})");
        Set(ref sums[gate], $"the input sum of {NameOf(gate)}");
    }

    public void SetsRecurrentSum(int gate)
    {
        CheckGate(gate);
        CheckSeparates($"SetRecurrentSumGradient({gate})", $"SetSumGradient({gate})");
        Set(ref recurrentSums[gate], $"the recurrent sum of {NameOf(gate)}");
    }

    public void SetsPreviousOutput()
    {
        if (projects)
            throw Wrong("sets the gradient of the previous output, which the step of a cell whose output is projected cannot read");
        Set(ref isOutputSet, "the previous output");
    }

    public void SetsPreviousState(int state)
    {
        CheckState(state);
        Set(ref states[state], $"the previous state {state}");
    }

    public void SetsUnitWeight(int weight)
    {
        CheckUnitWeight(weight);
        Set(ref unitWeights[weight], $"unit weight {weight}");
    }

    private void Finish()
    {
        for (var gate = 0; gate < sums.Length; gate++)
        {
            CheckSet(sums[gate], $"the {(separates ? "input sum" : "sum")} of {NameOf(gate)}");
            CheckSet(recurrentSums[gate] || !separates, $"the recurrent sum of {NameOf(gate)}");
        }

        CheckSet(isOutputSet || !step.HasReadOutput, "the previous output, which its step reads");
        for (var state = 0; state < states.Length; state++)
            CheckSet(states[state], $"the previous state {state}");
        for (var weight = 0; weight < unitWeights.Length; weight++)
            CheckSet(unitWeights[weight], $"unit weight {weight}");
    }

    private void Set(ref bool isSet, string what)
    {
        if (isSet)
            throw Wrong($"sets the gradient of {what} twice");
        isSet = true;
    }

    private void CheckSet(bool isSet, string what)
    {
        if (!isSet)
            throw Wrong($"does not set the gradient of {what}");
    }

    private void CheckSeparates(string called, string instead)
    {
        if (!separates)
            throw Wrong($"calls {called}, but SeparatesRecurrentSums is false; it has to call {instead}");
    }

    private void CheckSum(int gate)
    {
        CheckPlace(gate);
        if (step.Kept[gate])
            throw Wrong($"reads the sum of {NameOf(gate)}, in whose place the step keeps a value; it has to read Kept({gate})");
    }

    private void CheckPlace(int gate)
    {
        CheckGate(gate);
        if (sums[gate])
            throw Wrong($"reads what stands in the place of {NameOf(gate)} after it has set the gradient there; it has to read it before");
    }

    private void CheckGate(int gate)
    {
        if (gate < 0 || gate >= gateNames.Count)
            throw Wrong($"uses gate {gate}; the cell has {gateNames.Count}, numbered from 0");
    }

    private void CheckState(int state)
    {
        if (state < 0 || state >= stateCount)
            throw Wrong(stateCount == 0 ? $"uses state {state}, but StateCount is 0" : $"uses state {state}; the cell has {stateCount}, numbered from 0");
    }

    private void CheckUnitWeight(int weight)
    {
        if (weight < 0 || weight >= unitWeightCount)
            throw Wrong(unitWeightCount == 0 ? $"uses unit weight {weight}, but UnitWeightCount is 0" : $"uses unit weight {weight}; the cell has {unitWeightCount}, numbered from 0");
    }

    private string NameOf(int gate) => $"gate {gate} ({gateNames[gate]})";

    private ArgumentException Wrong(string what) => new($"The cell '{cell}' cannot be used: its Backward {what}.");
}
