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

    /// <summary>One state [H].</summary>
    public Span<float> State(int index) => StateBuffer.Span.Slice(index * StatePlane, Weights.HiddenSize);

    /// <summary>Advances one time step.</summary>
    /// <param name="input">x [I].</param>
    public abstract void Step(Floats input);
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
        if (Weights.ByteLength >= ParallelBytes)
        {
            SetMembers(Math.Min(GatePanels<TCell>.Groups(Weights.Blocks, PackedMatrix.RowPanelColumns), Workers.TeamLimit));
            if (members > 1 && Workers.TryRunAwake(this, barrier, members))
                return;
        }

        SetMembers(1);
        ((IParallelWork)this).Run(0);
    }

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
