using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

// Lanes hold no references, which the constraints of a generic interface cannot say.
#pragma warning disable CS8500

/// <summary>
/// What the engine needs of a cell that gives its equations. Forward leaves the sums of the gates as they are; backward computes the step once more
/// while it is recorded. A cell with a backward by hand may keep something else in the place of the sums, and nothing of its step is recorded.
/// </summary>
/// <typeparam name="TCell">The equations.</typeparam>
internal readonly unsafe struct CustomCellKernel<TCell> : ICellKernel, IEquatable<CustomCellKernel<TCell>>
    where TCell : struct, ICell
{
    /// <summary>Nodes that a recorded step may have: some tens are usual.</summary>
    public const int MostNodes = 1024;

    private readonly TCell cell;
    private readonly int nodes;

    /// <summary>The kernel of a cell whose steps a <see cref="StepProbe"/> has passed: from here on memory is read and written unchecked.</summary>
    /// <param name="cell">The equations with their constants.</param>
    /// <exception cref="ArgumentException">The step has too many operations.</exception>
    public CustomCellKernel(TCell cell)
    {
        this.cell = cell;
        nodes = MostNodes;
        try
        {
            nodes = Math.Max(TCell.HasBackward ? 0 : CountNodes(filter: false), TCell.FilteredGateCount > 0 ? CountNodes(filter: true) : 0);
        }
        catch (RecordingFullException full)
        {
            throw new ArgumentException($"The cell '{TCell.Name}' cannot be used: its step has more than {MostNodes} operations.", full);
        }
    }

    static string ICellKernel.Name => TCell.Name;

    static IReadOnlyList<string> ICellKernel.GateNames => TCell.GateNames;

    static int ICellKernel.GateCount => TCell.GateCount;

    static int ICellKernel.StateCount => TCell.StateCount;

    static int ICellKernel.ZoneoutStateCount => TCell.ZoneoutStateCount ?? TCell.StateCount;

    static bool ICellKernel.SeparatesRecurrentGates => TCell.SeparatesRecurrentSums;

    static bool ICellKernel.HasRecurrentMatrix => TCell.HasRecurrentMatrix;

    static IReadOnlyList<UnitWeight> ICellKernel.UnitWeights => TCell.UnitWeights;

    static int ICellKernel.UnitWeightCount => TCell.UnitWeightCount;

    static int ICellKernel.FilteredGateCount => TCell.FilteredGateCount;

    static bool ICellKernel.NormalizesSums => TCell.NormalizesSums;

    static bool ICellKernel.ProjectsOutput => TCell.ProjectsOutput;

    static bool ICellKernel.IsFixed => TCell.IsFixed;

    int ICellKernel.Heads => cell.Heads;

    IReadOnlyList<CellConstant> ICellKernel.Constants => cell.Constants;

    static int? ICellKernel.ForgetGate => TCell.ForgetGate;

    static CellDescription? ICellKernel.Description => TCell.Description;

    static bool ICellKernel.WatchesSums => true;

    /// <summary>
    /// What a unit's step depends on, in this order: the sums of the gates, their recurrent sums where they are apart, h', the states, the unit's weights.
    /// </summary>
    public static int InputCount => UnitWeightsStart + TCell.UnitWeightCount;

    /// <summary>Where the unit's weights stand among the inputs.</summary>
    public static int UnitWeightsStart => StatesStart + TCell.StateCount;

    /// <summary>Where h' stands among the inputs.</summary>
    public static int OutputStart => RecurrentGatesStart + (TCell.SeparatesRecurrentSums ? TCell.GateCount : 0);

    private static int RecurrentGatesStart => TCell.GateCount;

    private static int StatesStart => OutputStart + 1;

    /// <inheritdoc/>
    public bool Equals(CustomCellKernel<TCell> other) => EqualityComparer<TCell>.Default.Equals(cell, other.cell);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CustomCellKernel<TCell> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => cell.GetHashCode();

    /// <summary>The gradients of everything that one unit's step, or its filter, depends on, computed as backward through time does.</summary>
    /// <param name="filter">Whether they are those of the filter.</param>
    /// <param name="values">The <see cref="InputCount"/> inputs.</param>
    /// <param name="dOutput">The gradient of h, or of the filtered output.</param>
    /// <param name="dStates">The gradients of the new states [S].</param>
    /// <param name="gradients">Where the gradients of the inputs go.</param>
    public void Gradients(bool filter, ReadOnlySpan<float> values, float dOutput, ReadOnlySpan<float> dStates, Span<float> gradients)
    {
        if (TCell.HasBackward && !filter)
            GradientsByHand(values, dOutput, dStates, gradients);
        else
            RecordedGradients(filter, values, dOutput, dStates, gradients);
    }

    [SkipLocalsInit]
    private void RecordedGradients(bool filter, ReadOnlySpan<float> values, float dOutput, ReadOnlySpan<float> dStates, Span<float> gradients)
    {
        var entries = stackalloc byte[nodes * sizeof(Recording<LanesScalar>.Entry)];
        var recording = new Recording<LanesScalar>((Recording<LanesScalar>.Entry*)entries, nodes);
        var room = stackalloc byte[(InputCount + 1 + TCell.StateCount) * sizeof(Recorded<LanesScalar>)];
        var inputs = (Recorded<LanesScalar>*)room;
        for (var input = 0; input < InputCount; input++)
            inputs[input] = new(LanesScalar.Broadcast(values[input]), &recording, recording.AddInput());
        var results = filter ? RecordFilter(inputs) : Record(inputs);
        recording.AddGradient(results[0].Node, LanesScalar.Broadcast(dOutput));
        for (var state = 0; !filter && state < TCell.StateCount; state++)
            recording.AddGradient(results[1 + state].Node, LanesScalar.Broadcast(dStates[state]));
        recording.Backward(1 + InputCount);
        for (var input = 0; input < InputCount; input++)
            gradients[input] = LanesScalar.Sum(recording.Gradient(1 + input));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void ICellKernel.Forward<T>(in CellSlots slots)
    {
        cell.Step(slots.Units<T>());
        for (var state = 0; state < TCell.StateCount; state++)
            slots.SetState(state, slots.State<T>(state));
        slots.SetHidden(slots.Hidden<T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void ICellKernel.Backward<T>(in CellSlots slots)
    {
        if (TCell.HasBackward)
            BackwardByHand<T>(slots);
        else
            RecordedBackward<T>(slots);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void BackwardByHand<T>(in CellSlots slots)
        where T : struct, ISimdLane<T>
    {
        var dHidden = slots.HiddenGradient<T>();
        slots.SetPreviousHiddenGradient(T.Broadcast(0));
        cell.Backward(slots.UnitGradients(dHidden));
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RecordedBackward<T>(in CellSlots slots)
        where T : struct, ISimdLane<T>
    {
        var entries = stackalloc byte[nodes * sizeof(Recording<T>.Entry)];
        var recording = new Recording<T>((Recording<T>.Entry*)entries, nodes);
        var room = stackalloc byte[(InputCount + 1 + TCell.StateCount) * sizeof(Recorded<T>)];
        var inputs = (Recorded<T>*)room;
        Read(slots, &recording, inputs);
        var results = Record(inputs);
        recording.AddGradient(results[0].Node, slots.HiddenGradient<T>());
        for (var state = 0; state < TCell.StateCount; state++)
            recording.AddGradient(results[1 + state].Node, slots.StateGradient<T>(state));
        recording.Backward(1 + InputCount);

        for (var gate = 0; gate < TCell.GateCount; gate++)
            slots.SetGate(gate, recording.Gradient(1 + gate));
        for (var gate = 0; TCell.SeparatesRecurrentSums && gate < TCell.GateCount; gate++)
            slots.SetRecurrentGate(gate, recording.Gradient(1 + RecurrentGatesStart + gate));
        slots.SetPreviousHiddenGradient(recording.Gradient(1 + OutputStart));
        for (var state = 0; state < TCell.StateCount; state++)
            slots.SetPreviousStateGradient(state, recording.Gradient(1 + StatesStart + state));
        for (var weight = 0; weight < TCell.UnitWeightCount; weight++)
            slots.AddUnitWeightGradient(weight, recording.Gradient(1 + UnitWeightsStart + weight));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void ICellKernel.Filter<T>(in CellSlots slots)
    {
        cell.Filter(slots.Units<T>());
        slots.SetHidden(slots.Hidden<T>());
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void ICellKernel.FilterBackward<T>(in CellSlots slots)
    {
        // Known when this is compiled: what follows is no code of other cells.
        if (TCell.FilteredGateCount == 0)
            return;
        var entries = stackalloc byte[nodes * sizeof(Recording<T>.Entry)];
        var recording = new Recording<T>((Recording<T>.Entry*)entries, nodes);
        var room = stackalloc byte[(InputCount + 1 + TCell.StateCount) * sizeof(Recorded<T>)];
        var inputs = (Recorded<T>*)room;
        Read(slots, &recording, inputs);
        var filtered = RecordFilter(inputs);
        recording.AddGradient(filtered->Node, slots.OutputGradient<T>());
        recording.Backward(1 + InputCount);

        for (var gate = 0; gate < TCell.GateCount - TCell.FilteredGateCount; gate++)
            slots.SetRecurrentGate(gate, slots.RecurrentGate<T>(gate) + recording.Gradient(1 + gate));
        slots.SetPreviousHiddenGradient(slots.PreviousHiddenGradient<T>() + recording.Gradient(1 + OutputStart));
        for (var state = 0; state < TCell.StateCount; state++)
            slots.SetPreviousStateGradient(state, slots.StateGradient<T>(state) + recording.Gradient(1 + StatesStart + state));
        for (var weight = 0; weight < TCell.UnitWeightCount; weight++)
            slots.AddUnitWeightGradient(weight, recording.Gradient(1 + UnitWeightsStart + weight));
    }

    /// <summary>A step and its backward through the slots of one unit.</summary>
    private void GradientsByHand(ReadOnlySpan<float> values, float dOutput, ReadOnlySpan<float> dStates, Span<float> gradients)
    {
        var (sums, recurrentSums) = (new float[TCell.GateCount * CellSlots.BlockUnits], new float[TCell.GateCount * CellSlots.BlockUnits]);
        for (var gate = 0; gate < TCell.GateCount; gate++)
        {
            sums[gate * CellSlots.BlockUnits] = values[gate];
            recurrentSums[gate * CellSlots.BlockUnits] = TCell.SeparatesRecurrentSums ? values[RecurrentGatesStart + gate] : 0;
        }

        gradients.Clear();
        dStates.CopyTo(gradients[StatesStart..]);
        var hidden = 0f;
        fixed (float* gates = sums, recurrentGates = recurrentSums, states = new float[TCell.StateCount])
        fixed (float* inputs = values, results = gradients)
        {
            Forward<CustomCellKernel<TCell>>(this, new(
                gates, recurrentGates, inputs + OutputStart, &hidden, inputs + StatesStart, states, 1, inputs + UnitWeightsStart, 1));
            Backward<CustomCellKernel<TCell>>(this, new(
                gates, recurrentGates, inputs + OutputStart, &hidden, inputs + StatesStart, states, 1, inputs + UnitWeightsStart, 1,
                &dOutput, results + OutputStart, results + StatesStart, results + UnitWeightsStart));
        }

        for (var gate = 0; gate < TCell.GateCount; gate++)
        {
            gradients[gate] = sums[gate * CellSlots.BlockUnits];
            if (TCell.SeparatesRecurrentSums)
                gradients[RecurrentGatesStart + gate] = recurrentSums[gate * CellSlots.BlockUnits];
        }
    }

    private static void Forward<TKernel>(TKernel kernel, in CellSlots slots)
        where TKernel : struct, ICellKernel => kernel.Forward<LanesScalar>(slots);

    private static void Backward<TKernel>(TKernel kernel, in CellSlots slots)
        where TKernel : struct, ICellKernel => kernel.Backward<LanesScalar>(slots);

    /// <summary>Runs the filter and the step once more on watched values; what they give is dropped.</summary>
    void ICellKernel.Watch(in CellSlots slots, ActivationWatch watch, int unit)
    {
        var notes = default(ActivationNotes);
        var inputs = stackalloc Watched[InputCount + 1 + TCell.StateCount];
        ReadWatched(slots, &notes, inputs);
        var step = new UnitStep<Watched>(
            inputs, inputs + RecurrentGatesStart, sizeof(Watched), inputs + OutputStart, inputs + InputCount, inputs + StatesStart, inputs + InputCount + 1,
            sizeof(Watched), inputs + UnitWeightsStart, sizeof(Watched));
        var kept = stackalloc Watched[TCell.GateCount];
        if (TCell.HasBackward)
        {
            // Forward may have left an activation in the place of a sum. A first run says of which gates, and then these have the sum it came from.
            cell.Step(step);
            for (var gate = 0; gate < TCell.GateCount; gate++)
                kept[gate] = inputs[gate];
            notes = default;
            ReadWatched(slots, &notes, inputs);
            for (var gate = 0; gate < TCell.GateCount; gate++)
                inputs[gate] = kept[gate].SumOf(slots.Gate<LanesScalar>(gate), gate, inputs[gate]);
        }

        if (TCell.FilteredGateCount > 0)
            cell.Filter(step);
        cell.Step(step);
        for (var gate = 0; TCell.HasBackward && gate < TCell.GateCount; gate++)
            notes.Correct(gate, kept[gate], LanesScalar.Sum(slots.Gate<LanesScalar>(gate)));
        notes.GiveTo(watch, unit);
    }

    /// <summary>The same where no sum has been replaced by what forward keeps: one run says it all.</summary>
    void ICellKernel.WatchSums(in CellSlots slots, ActivationWatch watch, int unit)
    {
        var notes = default(ActivationNotes);
        var inputs = stackalloc Watched[InputCount + 1 + TCell.StateCount];
        ReadWatched(slots, &notes, inputs);
        var step = new UnitStep<Watched>(
            inputs, inputs + RecurrentGatesStart, sizeof(Watched), inputs + OutputStart, inputs + InputCount, inputs + StatesStart, inputs + InputCount + 1,
            sizeof(Watched), inputs + UnitWeightsStart, sizeof(Watched));
        if (TCell.FilteredGateCount > 0)
            cell.Filter(step);
        cell.Step(step);
        notes.GiveTo(watch, unit);
    }

    private static void ReadWatched(in CellSlots slots, ActivationNotes* notes, Watched* inputs)
    {
        for (var gate = 0; gate < TCell.GateCount; gate++)
            inputs[gate] = Watched.Of(slots.Gate<LanesScalar>(gate), gate, notes);
        for (var gate = 0; TCell.SeparatesRecurrentSums && gate < TCell.GateCount; gate++)
            inputs[RecurrentGatesStart + gate] = Watched.Of(slots.RecurrentGate<LanesScalar>(gate), gate, notes);
        inputs[OutputStart] = Watched.Of(slots.PreviousHidden<LanesScalar>(), -1, notes);
        for (var state = 0; state < TCell.StateCount; state++)
            inputs[StatesStart + state] = Watched.Of(slots.PreviousState<LanesScalar>(state), -1, notes);
        for (var weight = 0; weight < TCell.UnitWeightCount; weight++)
            inputs[UnitWeightsStart + weight] = Watched.Of(slots.UnitWeight<LanesScalar>(weight), -1, notes);
    }

    /// <summary>The inputs of a recorded step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Read<T>(in CellSlots slots, Recording<T>* recording, Recorded<T>* inputs)
        where T : struct, ISimdLane<T>
    {
        for (var gate = 0; gate < TCell.GateCount; gate++)
            inputs[gate] = new(slots.Gate<T>(gate), recording, recording->AddInput());
        for (var gate = 0; TCell.SeparatesRecurrentSums && gate < TCell.GateCount; gate++)
            inputs[RecurrentGatesStart + gate] = new(slots.RecurrentGate<T>(gate), recording, recording->AddInput());
        inputs[OutputStart] = new(slots.PreviousHidden<T>(), recording, recording->AddInput());
        for (var state = 0; state < TCell.StateCount; state++)
            inputs[StatesStart + state] = new(slots.PreviousState<T>(state), recording, recording->AddInput());
        for (var weight = 0; weight < TCell.UnitWeightCount; weight++)
            inputs[UnitWeightsStart + weight] = new(slots.UnitWeight<T>(weight), recording, recording->AddInput());
    }

    /// <summary>Runs the filter on recorded values: behind the inputs comes the filtered output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Recorded<T>* RecordFilter<T>(Recorded<T>* inputs)
        where T : struct, ISimdLane<T>
    {
        var result = inputs + InputCount;
        cell.Filter(new UnitStep<Recorded<T>>(
            inputs, inputs + RecurrentGatesStart, sizeof(Recorded<T>), inputs + OutputStart, result, inputs + StatesStart, result + 1, sizeof(Recorded<T>),
            inputs + UnitWeightsStart, sizeof(Recorded<T>)));
        return result;
    }

    /// <summary>Runs the step on recorded values: behind the inputs come h and the new states.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Recorded<T>* Record<T>(Recorded<T>* inputs)
        where T : struct, ISimdLane<T>
    {
        var results = inputs + InputCount;
        cell.Step(new UnitStep<Recorded<T>>(
            inputs, inputs + RecurrentGatesStart, sizeof(Recorded<T>), inputs + OutputStart, results, inputs + StatesStart, results + 1, sizeof(Recorded<T>),
            inputs + UnitWeightsStart, sizeof(Recorded<T>)));
        return results;
    }

    private int CountNodes(bool filter)
    {
        var entries = new byte[nodes * sizeof(Recording<LanesScalar>.Entry)];
        var room = new byte[(InputCount + 1 + TCell.StateCount) * sizeof(Recorded<LanesScalar>)];
        fixed (byte* memory = entries)
        fixed (byte* values = room)
        {
            var recording = new Recording<LanesScalar>((Recording<LanesScalar>.Entry*)memory, nodes);
            var inputs = (Recorded<LanesScalar>*)values;
            for (var input = 0; input < InputCount; input++)
                inputs[input] = new(LanesScalar.Broadcast(0), &recording, recording.AddInput());
            if (filter)
                RecordFilter(inputs);
            else
                Record(inputs);
            return recording.Count;
        }
    }
}
