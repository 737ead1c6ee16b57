using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// What one step of a cell reads and writes for a few units of one row: each value is one lane vector. Gate g of the 16 units of a block lies
/// at <c>gates + 16 g</c>; everything else lies by unit, the states of a cell that has several one plane of all units after the other.
/// </summary>
internal readonly unsafe struct CellSlots
{
    /// <summary>Units of a block: one 512-bit vector a gate, at every lane width.</summary>
    public const int BlockUnits = 16;

    private readonly float* gates;
    private readonly float* recurrentGates;
    private readonly float* previousHidden;
    private readonly float* hidden;
    private readonly float* previousState;
    private readonly float* state;
    private readonly float* dOutput;
    private readonly float* dHidden;
    private readonly float* dState;
    private readonly nint statePlane;
    private readonly float* unitWeights;
    private readonly float* dUnitWeights;
    private readonly nint unitWeightPlane;

    /// <summary>The slots of a forward step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public CellSlots(float* gates, float* recurrentGates, float* previousHidden, float* hidden, float* previousState, float* state, nint statePlane,
        float* unitWeights, nint unitWeightPlane)
        : this(gates, recurrentGates, previousHidden, hidden, previousState, state, statePlane, unitWeights, unitWeightPlane, null, null, null, null)
    {
    }

    /// <summary>The slots of a backward step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public CellSlots(
        float* gates, float* recurrentGates, float* previousHidden, float* hidden, float* previousState, float* state, nint statePlane,
        float* unitWeights, nint unitWeightPlane, float* dOutput, float* dHidden, float* dState, float* dUnitWeights)
    {
        this.gates = gates;
        this.recurrentGates = recurrentGates;
        this.previousHidden = previousHidden;
        this.hidden = hidden;
        this.previousState = previousState;
        this.state = state;
        this.dOutput = dOutput;
        this.dHidden = dHidden;
        this.dState = dState;
        this.statePlane = statePlane;
        this.unitWeights = unitWeights;
        this.unitWeightPlane = unitWeightPlane;
        this.dUnitWeights = dUnitWeights;
    }

    /// <summary>A gate: before the step its pre-activation, after it its activation, after the backward step its gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Gate<T>(int gate)
        where T : struct, ISimdLane<T> => T.Load(gates + (gate * BlockUnits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetGate<T>(int gate, T value)
        where T : struct, ISimdLane<T> => T.Store(value, gates + (gate * BlockUnits));

    /// <summary>The recurrent part of a gate's pre-activation, for cells that keep it apart; after the backward step its gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T RecurrentGate<T>(int gate)
        where T : struct, ISimdLane<T> => T.Load(recurrentGates + (gate * BlockUnits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetRecurrentGate<T>(int gate, T value)
        where T : struct, ISimdLane<T> => T.Store(value, recurrentGates + (gate * BlockUnits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T PreviousHidden<T>()
        where T : struct, ISimdLane<T> => T.Load(previousHidden);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Hidden<T>()
        where T : struct, ISimdLane<T> => T.Load(hidden);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetHidden<T>(T value)
        where T : struct, ISimdLane<T> => T.Store(WithoutSubnormals(value), hidden);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T PreviousState<T>(int index)
        where T : struct, ISimdLane<T> => T.Load(previousState + (index * statePlane));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T State<T>(int index)
        where T : struct, ISimdLane<T> => T.Load(state + (index * statePlane));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetState<T>(int index, T value)
        where T : struct, ISimdLane<T> => T.Store(WithoutSubnormals(value), state + (index * statePlane));

    /// <summary>The whole gradient of the step's output: from above and from the next step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T HiddenGradient<T>()
        where T : struct, ISimdLane<T> => T.Load(dOutput) + T.Load(dHidden);

    /// <summary>The gradient of the output from above alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T OutputGradient<T>()
        where T : struct, ISimdLane<T> => T.Load(dOutput);

    /// <summary>The gradient of the previous output as it stands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T PreviousHiddenGradient<T>()
        where T : struct, ISimdLane<T> => T.Load(dHidden);

    /// <summary>The part of the previous hidden state's gradient that does not pass the recurrent matrix.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetPreviousHiddenGradient<T>(T value)
        where T : struct, ISimdLane<T> => T.Store(value, dHidden);

    /// <summary>The gradient of a state from the next step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T StateGradient<T>(int index)
        where T : struct, ISimdLane<T> => T.Load(dState + (index * statePlane));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetPreviousStateGradient<T>(int index, T value)
        where T : struct, ISimdLane<T> => T.Store(value, dState + (index * statePlane));

    /// <summary>A weight of each unit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T UnitWeight<T>(int index)
        where T : struct, ISimdLane<T> => T.Load(unitWeights + (index * unitWeightPlane));

    /// <summary>Adds to the gradient of a weight of each unit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddUnitWeightGradient<T>(int index, T value)
        where T : struct, ISimdLane<T>
    {
        var sum = dUnitWeights + (index * unitWeightPlane);
        T.Store(T.Load(sum) + value, sum);
    }

    /// <summary>The same as a cell sees it that gives only its equations. What it sets is not free of subnormals yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public UnitStep<T> Units<T>()
        where T : struct, ISimdLane<T> =>
        new(
            gates, recurrentGates, BlockUnits * sizeof(float), previousHidden, hidden, previousState, state, statePlane * sizeof(float),
            unitWeights, unitWeightPlane * sizeof(float));

    /// <summary>The same as a backward by hand sees it, in which every gradient is set but that of the output.</summary>
    /// <param name="outputGradient">The gradient of the output, from above and from the next step.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public UnitGradient<T> UnitGradients<T>(T outputGradient)
        where T : struct, ISimdLane<T> => new(Units<T>(), outputGradient, dHidden, dState, dUnitWeights);

    /// <summary>
    /// Subnormal numbers become zero. Rounding can hold a shrinking state among them for ever (0.9 · 4 units is 4 units), and there each
    /// operation costs many times more. NaN stays.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T WithoutSubnormals<T>(T value)
        where T : struct, ISimdLane<T> => T.ZeroBelow(value, T.Broadcast(FloatBits.SmallestNormal));
}
