using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// What the backward of a cell reads and writes that is written by hand, for as many hidden units as a lane holds. Everything is read before the gradient
/// that may take its place is set: the sum of a gate, or what was kept there, before the gradient of that sum, and the gradient of a state before that of
/// the same state in the step before.
/// </summary>
/// <typeparam name="T">The lane type.</typeparam>
public readonly unsafe ref struct UnitGradient<T>
    where T : struct, ILane<T>
{
    private readonly UnitStep<T> step;
    private readonly T outputGradient;
    private readonly byte* previousOutputGradient;
    private readonly byte* stateGradients;
    private readonly byte* unitWeightGradients;
    private readonly BackwardProbe? probe;

    /// <summary>Where the values lie.</summary>
    /// <param name="step">What the step read and set.</param>
    /// <param name="outputGradient">The gradient of h.</param>
    /// <param name="previousOutputGradient">Where that of h' goes; it holds zero.</param>
    /// <param name="stateGradients">The gradients of the states, replaced by those of the states before; they lie as the states do.</param>
    /// <param name="unitWeightGradients">What the gradients of the unit weights are added to; they lie as the weights do.</param>
    /// <param name="probe">Watches what is read and set; null in all work that counts.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal UnitGradient(
        scoped in UnitStep<T> step, T outputGradient, void* previousOutputGradient, void* stateGradients, void* unitWeightGradients, BackwardProbe? probe = null)
    {
        this.step = step;
        this.outputGradient = outputGradient;
        this.previousOutputGradient = (byte*)previousOutputGradient;
        this.stateGradients = (byte*)stateGradients;
        this.unitWeightGradients = (byte*)unitWeightGradients;
        this.probe = probe;
    }

    /// <summary>h', the output of the step before.</summary>
    public T PreviousOutput
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (typeof(T) == typeof(ProbeLane))
                probe?.ReadsPreviousOutput();
            return step.PreviousOutput;
        }
    }

    /// <summary>h, what the step gave.</summary>
    public T Output
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => step.Output();
    }

    /// <summary>The gradient of <see cref="Output"/>, all of it: from above and from the step after.</summary>
    public T OutputGradient
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => outputGradient;
    }

    /// <summary>What the step left with <see cref="UnitStep{T}.Keep"/> in the place of a gate's sum.</summary>
    /// <param name="gate">Which gate, from 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Kept(int gate)
    {
        if (typeof(T) == typeof(ProbeLane))
            probe?.ReadsKept(gate);
        return step.Gate(gate);
    }

    /// <summary>The pre-activation of a gate whose place the step has not used to keep something; see <see cref="UnitStep{T}.Sum"/>.</summary>
    /// <param name="gate">Which gate, from 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Sum(int gate)
    {
        if (typeof(T) == typeof(ProbeLane))
            probe?.ReadsSum(gate);
        return step.Sum(gate);
    }

    /// <summary>The input's part of a pre-activation, of a gate whose place the step has not used to keep something.</summary>
    /// <param name="gate">Which gate, from 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T InputSum(int gate)
    {
        if (typeof(T) == typeof(ProbeLane))
            probe?.ReadsInputSum(gate);
        return step.InputSum(gate);
    }

    /// <summary>The previous output's part of a pre-activation, of a cell that separates recurrent sums.</summary>
    /// <param name="gate">Which gate, from 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T RecurrentSum(int gate)
    {
        if (typeof(T) == typeof(ProbeLane))
            probe?.ReadsRecurrentSum(gate);
        return step.RecurrentSum(gate);
    }

    /// <summary>A state before the step.</summary>
    /// <param name="state">Which state, from 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T PreviousState(int state)
    {
        if (typeof(T) == typeof(ProbeLane))
            probe?.ReadsState(state);
        return step.PreviousState(state);
    }

    /// <summary>A state after the step.</summary>
    /// <param name="state">Which state, from 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T State(int state)
    {
        if (typeof(T) == typeof(ProbeLane))
            probe?.ReadsState(state);
        return step.State(state);
    }

    /// <summary>The gradient of <see cref="State"/>, from the step after.</summary>
    /// <param name="state">Which state, from 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T StateGradient(int state)
    {
        if (typeof(T) == typeof(ProbeLane))
            probe?.ReadsStateGradient(state);
        return step.LikeState(stateGradients, state);
    }

    /// <summary>A weight that each unit has of its own.</summary>
    /// <param name="weight">Which weight, from 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T UnitWeight(int weight)
    {
        if (typeof(T) == typeof(ProbeLane))
            probe?.ReadsUnitWeight(weight);
        return step.UnitWeight(weight);
    }

    /// <summary>Sets the gradient of <see cref="UnitStep{T}.Sum"/>. Each gate's is set once.</summary>
    /// <param name="gate">Which gate, from 0.</param>
    /// <param name="value">The gradient.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetSumGradient(int gate, T value)
    {
        if (typeof(T) == typeof(ProbeLane))
            probe?.SetsSum(gate);
        step.SetGate(gate, value);
    }

    /// <summary>Sets the gradient of <see cref="UnitStep{T}.InputSum"/>, of a cell that separates recurrent sums. Each gate's is set once.</summary>
    /// <param name="gate">Which gate, from 0.</param>
    /// <param name="value">The gradient.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetInputSumGradient(int gate, T value)
    {
        if (typeof(T) == typeof(ProbeLane))
            probe?.SetsInputSum(gate);
        step.SetGate(gate, value);
    }

    /// <summary>Sets the gradient of <see cref="UnitStep{T}.RecurrentSum"/>, of a cell that separates recurrent sums. Each gate's is set once.</summary>
    /// <param name="gate">Which gate, from 0.</param>
    /// <param name="value">The gradient.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetRecurrentSumGradient(int gate, T value)
    {
        if (typeof(T) == typeof(ProbeLane))
            probe?.SetsRecurrentSum(gate);
        step.SetRecurrentGate(gate, value);
    }

    /// <summary>
    /// Sets the gradient of <see cref="PreviousOutput"/>, without what passes through the sums, which the engine adds. A cell whose step reads the previous
    /// output sets it once; without it, it is zero.
    /// </summary>
    /// <param name="value">The gradient.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetPreviousOutputGradient(T value)
    {
        if (typeof(T) == typeof(ProbeLane))
            probe?.SetsPreviousOutput();
        Unsafe.WriteUnaligned(previousOutputGradient, value);
    }

    /// <summary>Sets the gradient of <see cref="PreviousState"/>. Each state's is set once.</summary>
    /// <param name="state">Which state, from 0.</param>
    /// <param name="value">The gradient.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetPreviousStateGradient(int state, T value)
    {
        if (typeof(T) == typeof(ProbeLane))
            probe?.SetsPreviousState(state);
        step.SetLikeState(stateGradients, state, value);
    }

    /// <summary>Sets the gradient of <see cref="UnitWeight"/> for this step; the engine adds up those of all steps. Each weight's is set once.</summary>
    /// <param name="weight">Which weight, from 0.</param>
    /// <param name="value">The gradient.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetUnitWeightGradient(int weight, T value)
    {
        if (typeof(T) == typeof(ProbeLane))
            probe?.SetsUnitWeight(weight);
        step.AddLikeUnitWeight(unitWeightGradients, weight, value);
    }
}
