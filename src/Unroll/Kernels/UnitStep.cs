using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// What one step of a cell reads and writes, for as many hidden units as a lane holds. States and output of the step before are read before the new
/// ones are set, because these may take their place.
/// </summary>
/// <typeparam name="T">The lane type.</typeparam>
public readonly unsafe ref struct UnitStep<T>
    where T : struct, ILane<T>
{
    private readonly byte* gates;
    private readonly byte* recurrentGates;
    private readonly nint gateStride;
    private readonly byte* previousOutput;
    private readonly byte* output;
    private readonly byte* previousStates;
    private readonly byte* states;
    private readonly nint stateStride;
    private readonly byte* unitWeights;
    private readonly nint unitWeightStride;
    private readonly StepProbe? probe;
    private readonly float stateLimit;
    private readonly float outputLimit;

    /// <summary>Where the values lie.</summary>
    /// <param name="gates">The sums of the gates.</param>
    /// <param name="recurrentGates">The recurrent sums, or null where they are added to the others.</param>
    /// <param name="gateStride">Bytes between gates.</param>
    /// <param name="previousOutput">h'.</param>
    /// <param name="output">h.</param>
    /// <param name="previousStates">The states before the step.</param>
    /// <param name="states">The states after it.</param>
    /// <param name="stateStride">Bytes between states.</param>
    /// <param name="unitWeights">The weights of the units.</param>
    /// <param name="unitWeightStride">Bytes between the weights of a unit.</param>
    /// <param name="probe">Watches what is read and set; null in all work that counts.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal UnitStep(
        void* gates, void* recurrentGates, nint gateStride, void* previousOutput, void* output, void* previousStates, void* states, nint stateStride,
        void* unitWeights, nint unitWeightStride, StepProbe? probe = null)
    {
        this.gates = (byte*)gates;
        this.recurrentGates = (byte*)recurrentGates;
        this.gateStride = gateStride;
        this.previousOutput = (byte*)previousOutput;
        this.output = (byte*)output;
        this.previousStates = (byte*)previousStates;
        this.states = (byte*)states;
        this.stateStride = stateStride;
        this.unitWeights = (byte*)unitWeights;
        this.unitWeightStride = unitWeightStride;
        this.probe = probe;
    }

    /// <summary>What watches the step, or null.</summary>
    internal StepProbe? Probe => probe;

    /// <summary>The step of a cell with choices: the same memory, and bounds of what is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private UnitStep(
        byte* gates, byte* recurrentGates, nint gateStride, byte* previousOutput, byte* output, byte* previousStates, byte* states, nint stateStride,
        byte* unitWeights, nint unitWeightStride, StepProbe? probe, float stateLimit, float outputLimit)
        : this(gates, recurrentGates, gateStride, previousOutput, output, previousStates, states, stateStride, unitWeights, unitWeightStride, probe)
    {
        this.stateLimit = stateLimit;
        this.outputLimit = outputLimit;
    }

    /// <summary>Whether a cell is being tried out; known when this is compiled.</summary>
    private static bool IsWatched
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(ProbeLane) || typeof(T) == typeof(ChosenLane<ProbeLane, SmoothActivations>) || typeof(T) == typeof(ChosenLane<ProbeLane, HardActivations>);
    }

    /// <summary>h', the output of the step before; zero at the start of a sequence.</summary>
    public T PreviousOutput
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (IsWatched)
                probe?.ReadsOutput();
            return Unsafe.ReadUnaligned<T>(previousOutput);
        }
    }

    /// <summary>
    /// The pre-activation of a gate: <c>W·x + b + U·h' + b'</c> of a cell that lets the engine add both parts, <c>W·x + b</c> of one without a recurrent matrix.
    /// </summary>
    /// <param name="gate">Which gate, from 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Sum(int gate)
    {
        if (IsWatched)
            probe?.ReadsSum(gate);
        return Unsafe.ReadUnaligned<T>(gates + (gate * gateStride));
    }

    /// <summary>The input's part of a pre-activation, <c>W·x + b</c>, of a cell that separates recurrent sums.</summary>
    /// <param name="gate">Which gate, from 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T InputSum(int gate)
    {
        if (IsWatched)
            probe?.ReadsInputSum(gate);
        return Unsafe.ReadUnaligned<T>(gates + (gate * gateStride));
    }

    /// <summary>The previous output's part of a pre-activation, <c>U·h' + b'</c>, of a cell that separates recurrent sums.</summary>
    /// <param name="gate">Which gate, from 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T RecurrentSum(int gate)
    {
        if (IsWatched)
            probe?.ReadsPart(gate);
        return Unsafe.ReadUnaligned<T>(recurrentGates + (gate * gateStride));
    }

    /// <summary>A state before the step; zero at the start of a sequence.</summary>
    /// <param name="state">Which state, from 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T PreviousState(int state)
    {
        if (IsWatched)
            probe?.ReadsState(state);
        return Unsafe.ReadUnaligned<T>(previousStates + (state * stateStride));
    }

    /// <summary>A weight that each unit has of its own, of <see cref="ICell.UnitWeights"/>.</summary>
    /// <param name="weight">Which weight, from 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T UnitWeight(int weight)
    {
        if (IsWatched)
            probe?.ReadsUnitWeight(weight);
        return Unsafe.ReadUnaligned<T>(unitWeights + (weight * unitWeightStride));
    }

    /// <summary>
    /// Leaves a value for <see cref="ICell.Backward{T}"/> in the place of a gate's sum, or of its input sum in a cell that separates them, such as the
    /// activation that was computed from it. Once for a gate at most, after its sum was read. Only of cells that have a backward by hand, and of gates
    /// that their filter does not read.
    /// </summary>
    /// <param name="gate">Which gate, from 0.</param>
    /// <param name="value">What <see cref="UnitGradient{T}.Kept"/> gives.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Keep(int gate, T value)
    {
        // A cell with choices has no backward by hand, so the sum has to stay.
        if (default(T) is IBoundedLane)
            return;
        if (IsWatched)
            probe?.Keeps(gate);
        Unsafe.WriteUnaligned(gates + (gate * gateStride), value);
    }

    /// <summary>Sets a state. Every state is set once in a step.</summary>
    /// <param name="state">Which state, from 0.</param>
    /// <param name="value">Its value after the step.</param>
    /// <returns>The value that is kept, which is another one where a cell is clipped: what the output is made of.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T SetState(int state, T value)
    {
        if (IsWatched)
            probe?.SetsState(state);
        if (default(T) is IBoundedLane)
            value = Bounded(value, stateLimit);
        Unsafe.WriteUnaligned(states + (state * stateStride), value);
        return value;
    }

    /// <summary>Sets h, the output, once in a step.</summary>
    /// <param name="value">What the layer above sees, and the next step as h'.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetOutput(T value)
    {
        if (IsWatched)
            probe?.SetsOutput();
        if (default(T) is IBoundedLane)
            value = Bounded(value, outputLimit);
        Unsafe.WriteUnaligned(output, value);
    }

    /// <summary>What stands in the place of a gate's sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal T Gate(int gate) => Unsafe.ReadUnaligned<T>(gates + (gate * gateStride));

    /// <summary>Puts something in the place of a gate's sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void SetGate(int gate, T value) => Unsafe.WriteUnaligned(gates + (gate * gateStride), value);

    /// <summary>Puts something in the place of a gate's recurrent sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void SetRecurrentGate(int gate, T value) => Unsafe.WriteUnaligned(recurrentGates + (gate * gateStride), value);

    /// <summary>The output, once it has been set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal T Output() => Unsafe.ReadUnaligned<T>(output);

    /// <summary>A state, once it has been set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal T State(int state) => Unsafe.ReadUnaligned<T>(states + (state * stateStride));

    /// <summary>One of the values that lie like the states.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal T LikeState(byte* values, int state) => Unsafe.ReadUnaligned<T>(values + (state * stateStride));

    /// <summary>Sets one of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void SetLikeState(byte* values, int state, T value) => Unsafe.WriteUnaligned(values + (state * stateStride), value);

    /// <summary>Adds to one of the values that lie like the unit weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void AddLikeUnitWeight(byte* values, int weight, T value)
    {
        var sum = values + (weight * unitWeightStride);
        Unsafe.WriteUnaligned(sum, Unsafe.ReadUnaligned<T>(sum) + value);
    }

    /// <summary>The same step for a cell with choices.</summary>
    /// <typeparam name="TActivations">What σ and tanh are.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal UnitStep<ChosenLane<T, TActivations>> With<TActivations>(StepChoices choices)
        where TActivations : struct, IActivations =>
        new(
            gates, recurrentGates, gateStride, previousOutput, output, previousStates, states, stateStride, unitWeights, unitWeightStride, probe,
            choices.StateLimit, choices.OutputLimit);

    /// <summary>NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Bounded(T value, float limit) => T.Max(T.Min(value, T.Broadcast(limit)), T.Broadcast(-limit));
}
