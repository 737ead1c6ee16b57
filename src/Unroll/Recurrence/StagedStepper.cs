using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>The step of one stream of a cell that needs all sums of a row before its step; see <see cref="StagedPass{TCell, T}"/>.</summary>
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

    /// <summary>One layer of one stream.</summary>
    /// <param name="cell">The cell with its constants.</param>
    /// <param name="weights">The weights.</param>
    public StagedStepper(TCell cell, StepWeights weights)
        : base(weights, TCell.StateCount, TCell.SeparatesRecurrentGates)
    {
        this.cell = cell;
        var columns = OuterProduct.PaddedColumns(weights.GateColumns);
        normals = new(TCell.NormalizesSums ? columns : 0);
        products = new(TCell.FilteredGateCount > 0 ? columns : 0);
        filtered = new(TCell.FilteredGateCount > 0 ? StatePlane : 0);
        memory = new(TCell.ProjectsOutput ? StatePlane : 0);
    }

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
            Hidden = TCell.ProjectsOutput ? memory.Pointer : HiddenBuffer.Pointer,
            PreviousState = StateBuffer.Pointer,
            State = StateBuffer.Pointer,
            StatePlane = StatePlane,
            UnitWeights = Weights.UnitWeights,
            UnitWeightPlane = Weights.UnitWeightPlane,
        };
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

        CellRows<TCell, T>.Forward(cell, slots, 1, Weights.Blocks);
        if (TCell.ProjectsOutput)
            Weights.Project(memory.Pointer, HiddenBuffer.Pointer);
    }

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
