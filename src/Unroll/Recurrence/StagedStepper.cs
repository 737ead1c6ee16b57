using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>The step of one stream of a cell that needs all sums of a row before its step, or of any cell with zoneout; see <see cref="StagedPass{TCell, T}"/>.</summary>
/// <typeparam name="TCell">The cell.</typeparam>
/// <typeparam name="T">The lane type.</typeparam>
internal sealed class StagedStepper<TCell, T> : CellStepper
    where TCell : struct, ICellKernel
    where T : struct, ISimdLane<T>
{
    private readonly TCell cell;
    private readonly FloatBuffer normals;
    private readonly FloatBuffer products;
    private readonly FloatBuffer filtered;
    private readonly FloatBuffer memory;
    private readonly FloatBuffer projected;
    private readonly FloatBuffer freshStates;
    private readonly Zoneout ofOutput;
    private readonly Zoneout ofStates;

    /// <summary>One layer of one stream.</summary>
    /// <param name="cell">The cell with its constants.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="regularization">Zoneout, if any.</param>
    public StagedStepper(TCell cell, StepWeights weights, in Regularization regularization)
        : base(weights, TCell.StateCount, TCell.SeparatesRecurrentGates)
    {
        this.cell = cell;
        var columns = OuterProduct.PaddedColumns(weights.GateColumns);
        normals = new(TCell.NormalizesSums ? columns : 0);
        products = new(TCell.FilteredGateCount > 0 ? columns : 0);
        filtered = new(TCell.FilteredGateCount > 0 ? StatePlane : 0);
        ofOutput = new(regularization.ZoneoutOutput);
        ofStates = new(TCell.ZoneoutStateCount > 0 ? regularization.ZoneoutState : 0);
        memory = new(HasMemory ? StatePlane : 0);
        projected = new(TCell.ProjectsOutput && ofOutput.IsActive ? HiddenBuffer.Length : 0);
        freshStates = new(ofStates.IsActive ? StateBuffer.Length : 0);
    }

    /// <summary>Whether the output of the step is not yet that of the layer.</summary>
    private bool HasMemory => TCell.ProjectsOutput || ofOutput.IsActive;

    private Range AllPanels => ..((Weights.GateColumns + PackedMatrix.RowPanelColumns - 1) / PackedMatrix.RowPanelColumns);

    /// <inheritdoc/>
    public override void Step(Floats input)
    {
        Weights.MultiplyInput(input, Gates.Pointer, AllPanels);
        var slots = new CellStep
        {
            Gates = Gates.Pointer,
            RecurrentGates = RecurrentGates.Pointer,
            PreviousHidden = TCell.ProjectsOutput ? memory.Pointer : HiddenBuffer.Pointer,
            Hidden = HasMemory ? memory.Pointer : HiddenBuffer.Pointer,
            PreviousState = StateBuffer.Pointer,
            State = ofStates.IsActive ? freshStates.Pointer : StateBuffer.Pointer,
            StatePlane = StatePlane,
            UnitWeights = Weights.UnitWeights,
            UnitWeightPlane = Weights.UnitWeightPlane,
        };
        if (TCell.HasRecurrentMatrix)
            RecurrentSums(slots);
        if (IsObserved)
            KeepBefore();
        CellRows<TCell, T>.Forward(cell, slots, 1, Weights.Blocks);
        if (TCell.ProjectsOutput)
            Weights.Project(memory.Pointer, ofOutput.IsActive ? projected.Pointer : HiddenBuffer.Pointer);
        Keep();
    }

    /// <inheritdoc/>
    public override void ReadGates(ActivationValues values) => ReadGates(cell, values);

    /// <summary>The recurrent sums of the step.</summary>
    private void RecurrentSums(in CellStep slots)
    {
        if (TCell.FilteredGateCount > 0)
        {
            AddProducts(HiddenBuffer.Pointer, new(Weights.Blocks, TCell.GateCount, 0, TCell.GateCount - TCell.FilteredGateCount));
            FilterRows<TCell, T>.Forward(cell, slots, filtered.Pointer, 1, Weights.Blocks);
            AddProducts(filtered.Pointer, new(Weights.Blocks, TCell.GateCount, TCell.GateCount - TCell.FilteredGateCount, TCell.FilteredGateCount));
        }
        else if (!TCell.NormalizesSums)
        {
            var (source, sums) = TCell.SeparatesRecurrentGates ? (Weights.RecurrentBias, RecurrentGates.Pointer) : (Gates.Pointer, Gates.Pointer);
            Weights.MultiplyRecurrent(HiddenBuffer.Pointer, source, sums, AllPanels);
        }
        else
        {
            Weights.MultiplyRecurrent(HiddenBuffer.Pointer, default, RecurrentGates.Pointer, AllPanels);
            Normalize(Gates, Weights.InputNorm);
            Normalize(RecurrentGates, Weights.RecurrentNorm);
        }
    }

    /// <summary>Zoneout of the new output and states.</summary>
    private void Keep()
    {
        if (ofOutput.IsActive)
        {
            var fresh = TCell.ProjectsOutput ? projected.Pointer : memory.Pointer;
            ofOutput.Forward<T>(0, HiddenBuffer.Pointer, fresh, HiddenBuffer.Pointer, PaddedTo16(Weights.OutputSize));
        }

        if (!ofStates.IsActive)
            return;
        for (var state = 0; state < TCell.StateCount; state++)
        {
            var (fresh, target) = (freshStates.Pointer + ((nint)state * StatePlane), StateBuffer.Pointer + ((nint)state * StatePlane));
            if (state < TCell.ZoneoutStateCount)
                ofStates.Forward<T>(0, target, fresh, target, PaddedTo16(Weights.HiddenSize));
            else
                fresh.Span(StatePlane).CopyTo(target.Span(StatePlane));
        }
    }

    private static int PaddedTo16(int size) => (size + CellSlots.BlockUnits - 1) / CellSlots.BlockUnits * CellSlots.BlockUnits;

    private void Normalize(FloatBuffer sums, (Floats Gain, Floats Bias) weights) =>
        SumNorm<T>.Forward(Weights.SumShape, weights.Gain, weights.Bias, sums.Pointer, normals.Pointer);

    /// <summary>Adds the recurrent sums of some gates.</summary>
    private void AddProducts(Floats operand, GateColumns gates)
    {
        Weights.MultiplyRecurrent(operand, default, products.Pointer, AllPanels);
        for (var block = 0; block < gates.Blocks; block++)
        {
            var first = (nint)((block * gates.Gates) + gates.First) * CellSlots.BlockUnits;
            VectorKernels.Add(products.Pointer + first, Gates.Pointer + first, gates.Count * CellSlots.BlockUnits);
        }
    }
}
