using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>One layer of one stream, step by step: its state and the memory of a step. Gives the bits of the unrolled engine.</summary>
internal abstract class CellStepper
{
    protected CellStepper(StepWeights weights, int stateCount, bool separatesRecurrentGates)
    {
        Weights = weights;
        var columns = OuterProduct.PaddedColumns(weights.GateColumns);
        StatePlane = OuterProduct.PaddedColumns(weights.HiddenSize);
        Gates = new(columns);
        RecurrentGates = new(separatesRecurrentGates ? columns : 0);
        HiddenBuffer = new(OuterProduct.PaddedColumns(weights.OutputSize));
        StateBuffer = new(stateCount * StatePlane);
    }

    /// <summary>h [R].</summary>
    public Span<float> Hidden => HiddenBuffer.Span[..Weights.OutputSize];

    /// <summary>H: values of a state.</summary>
    public int UnitCount => Weights.HiddenSize;

    /// <summary>S.</summary>
    public int StateCount => StateBuffer.Length / StatePlane;

    /// <summary>Floats between the states.</summary>
    public int StatePlane { get; }

    /// <summary>h, padded.</summary>
    public Floats HiddenPointer => HiddenBuffer.Pointer;

    /// <summary>Where h and the states lie, padded to whole blocks.</summary>
    public StateRow Row => new(HiddenBuffer.Pointer, StateBuffer.Pointer);

    protected StepWeights Weights { get; }

    protected FloatBuffer Gates { get; }

    protected FloatBuffer RecurrentGates { get; }

    protected FloatBuffer HiddenBuffer { get; }

    protected FloatBuffer StateBuffer { get; }

    // Of a stepper that is observed: the sums of the last step's gates, then the recurrent ones; h before that step, then the states.
    private FloatBuffer? sumsBefore;
    private FloatBuffer? stateBefore;

    /// <summary>Whether somebody looks on.</summary>
    protected bool IsObserved => sumsBefore is not null;

    /// <summary>One state [H].</summary>
    public Span<float> State(int index) => StateBuffer.Span.Slice(index * StatePlane, Weights.HiddenSize);

    /// <summary>Advances one time step.</summary>
    /// <param name="input">x [I].</param>
    public abstract void Step(Floats input);

    /// <summary>From now on each step keeps what <see cref="ReadGates"/> needs.</summary>
    public void Observe()
    {
        sumsBefore ??= new(Gates.Length + RecurrentGates.Length);
        // The output of a projection may be narrower than the units that read from here.
        stateBefore ??= new(Math.Max(HiddenBuffer.Length, StatePlane) + StateBuffer.Length);
    }

    /// <summary>What the last step made of the sums of the gates, of a stepper that is observed.</summary>
    public abstract void ReadGates(ActivationValues values);

    /// <summary>Keeps what the step of the cell, whose sums are there, is about to overwrite.</summary>
    protected void KeepBefore()
    {
        Gates.Span.CopyTo(sumsBefore!.Span);
        RecurrentGates.Span.CopyTo(sumsBefore.Span[Gates.Length..]);
        HiddenBuffer.Span.CopyTo(stateBefore!.Span);
        StateBuffer.Span.CopyTo(stateBefore.Span[^StateBuffer.Length..]);
    }

    /// <summary>The same for a cell.</summary>
    protected void ReadGates<TCell>(TCell cell, ActivationValues values)
        where TCell : struct, ICellKernel
    {
        var step = new CellStep
        {
            Gates = TCell.WatchesSums ? sumsBefore!.Pointer : Gates.Pointer,
            RecurrentGates = sumsBefore!.Pointer + Gates.Length,
            PreviousHidden = stateBefore!.Pointer,
            Hidden = HiddenBuffer.Pointer,
            PreviousState = stateBefore.Pointer + (stateBefore.Length - StateBuffer.Length),
            State = StateBuffer.Pointer,
            StatePlane = StatePlane,
            UnitWeights = TCell.UnitWeightCount > 0 ? Weights.UnitWeights : default,
            UnitWeightPlane = Weights.UnitWeightPlane,
        };
        WatchedRow<TCell>.Run(cell, values, step, UnitCount, TCell.WatchesSums);
        for (var gate = 0; gate < TCell.GateCount; gate++)
        {
            if (!values.IsActivated(gate))
                ReadSums(gate, TCell.GateCount, values.Of(gate));
        }

        GC.KeepAlive(this);
    }

    /// <summary>The sums of a gate as they are.</summary>
    private void ReadSums(int gate, int gateCount, Span<float> sums)
    {
        for (var unit = 0; unit < sums.Length; unit++)
        {
            var column = (((unit / CellSlots.BlockUnits * gateCount) + gate) * CellSlots.BlockUnits) + (unit % CellSlots.BlockUnits);
            sums[unit] = sumsBefore!.Span[column] + (RecurrentGates.Length > 0 ? sumsBefore.Span[Gates.Length + column] : 0);
        }
    }
}

/// <summary>The step of one cell at one lane width.</summary>
internal sealed class CellStepper<TCell, T>(TCell cell, StepWeights weights) : CellStepper(weights, TCell.StateCount, TCell.SeparatesRecurrentGates), IParallelWork
    where TCell : struct, ICellKernel
    where T : struct, ISimdLane<T>
{
    /// <summary>
    /// Bytes of weights from which two threads share a step: a step is little but a stream of weights, which takes some microseconds here, and the
    /// threads meet twice.
    /// </summary>
    private const int ParallelBytes = 1 << 18;

    private readonly TeamBarrier barrier = new();
    private Floats x;
    private int members;

    public override void Step(Floats input)
    {
        x = input;
        if (Weights.ByteLength >= ParallelBytes && !IsObserved)
        {
            SetMembers(Math.Min(GatePanels<TCell>.Groups(Weights.Blocks, PackedMatrix.RowPanelColumns), Workers.TeamLimit));
            if (members > 1 && Workers.TryRunAwake(this, barrier, members))
                return;
        }

        SetMembers(1);
        ((IParallelWork)this).Run(0);
    }

    public override void ReadGates(ActivationValues values) => ReadGates(cell, values);

    void IParallelWork.Run(int item)
    {
        var (panels, block, blocks) = GatePanels<TCell>.Part(Weights.Blocks, item, members);
        try
        {
            Sums(panels);
        }
        catch
        {
            barrier.Abandon();
            throw;
        }

        if (IsObserved)
            KeepBefore();
        // The new state takes the place of the old one: each unit reads its own before it writes, and nobody reads it for a product any more.
        if (!barrier.Meet())
            return;
        var slots = new CellStep
        {
            Gates = Gates.Pointer,
            RecurrentGates = RecurrentGates.Pointer,
            PreviousHidden = HiddenBuffer.Pointer,
            Hidden = HiddenBuffer.Pointer,
            PreviousState = StateBuffer.Pointer,
            State = StateBuffer.Pointer,
            StatePlane = StatePlane,
            UnitWeights = TCell.UnitWeightCount > 0 ? Weights.UnitWeights : default,
            UnitWeightPlane = Weights.UnitWeightPlane,
        };
        CellRows<TCell, T>.Forward(cell, slots.At<TCell>(block), 1, blocks);
    }

    private void Sums(Range panels)
    {
        Weights.MultiplyInput(x, Gates.Pointer, panels);
        if (!TCell.HasRecurrentMatrix)
            return;
        if (TCell.SeparatesRecurrentGates)
            Weights.MultiplyRecurrent(HiddenBuffer.Pointer, Weights.RecurrentBias, RecurrentGates.Pointer, panels);
        else
            Weights.MultiplyRecurrent(HiddenBuffer.Pointer, Gates.Pointer, Gates.Pointer, panels);
    }

    private void SetMembers(int count)
    {
        members = count;
        barrier.Reset(count);
    }
}
