using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>One layer of one stream, step by step: its state and the memory of a step. Gives the bits of the unrolled engine.</summary>
internal abstract class CellStepper
{
    protected CellStepper(StepWeights weights, bool hasState, bool separatesRecurrentGates)
    {
        Weights = weights;
        var columns = OuterProduct.PaddedColumns(weights.GateColumns);
        var units = OuterProduct.PaddedColumns(weights.HiddenSize);
        Gates = new(columns);
        RecurrentGates = new(separatesRecurrentGates ? columns : 0);
        HiddenBuffer = new(units);
        StateBuffer = new(hasState ? units : 0);
    }

    /// <summary>h [H].</summary>
    public Span<float> Hidden => HiddenBuffer.Span[..Weights.HiddenSize];

    /// <summary>c [H], empty for cells without a state.</summary>
    public Span<float> State => StateBuffer.Span[..Math.Min(Weights.HiddenSize, StateBuffer.Length)];

    /// <summary>h, padded.</summary>
    public Floats HiddenPointer => HiddenBuffer.Pointer;

    protected StepWeights Weights { get; }

    protected FloatBuffer Gates { get; }

    protected FloatBuffer RecurrentGates { get; }

    protected FloatBuffer HiddenBuffer { get; }

    protected FloatBuffer StateBuffer { get; }

    /// <summary>Advances one time step.</summary>
    /// <param name="input">x [I].</param>
    public abstract void Step(Floats input);
}

/// <summary>The step of one cell at one lane width.</summary>
internal sealed class CellStepper<TCell, T>(StepWeights weights) : CellStepper(weights, TCell.HasState, TCell.SeparatesRecurrentGates)
    where TCell : struct, ICellKernel
    where T : struct, ISimdLane<T>
{
    public override void Step(Floats input)
    {
        Weights.MultiplyInput(input, Gates.Pointer);
        if (TCell.SeparatesRecurrentGates)
            Weights.MultiplyRecurrent(HiddenBuffer.Pointer, Weights.RecurrentBias, RecurrentGates.Pointer);
        else
            Weights.MultiplyRecurrent(HiddenBuffer.Pointer, Gates.Pointer, Gates.Pointer);

        // The new state takes the place of the old one: each unit reads its own before it writes.
        var slots = new CellStep
        {
            Gates = Gates.Pointer,
            RecurrentGates = RecurrentGates.Pointer,
            PreviousHidden = HiddenBuffer.Pointer,
            Hidden = HiddenBuffer.Pointer,
            PreviousState = StateBuffer.Pointer,
            State = StateBuffer.Pointer,
        };
        CellRows<TCell, T>.Forward(slots, 1, Weights.Blocks);
    }
}
