using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>
/// One time step of a batch of one. With a single row the weights pass once through the processor for each step, so when they are large the
/// threads share the units of the step instead of the rows of the batch, and wait for each other after it.
/// </summary>
/// <typeparam name="TCell">The cell.</typeparam>
/// <typeparam name="T">The lane type.</typeparam>
internal sealed class SingleRowLoop<TCell, T> : IParallelWork
    where TCell : struct, ICellKernel
    where T : struct, ISimdLane<T>
{
    /// <summary>Weights, in floats, from which a second thread gains more than the meeting after each step costs.</summary>
    private const int ParallelWeights = 1 << 17;

    private CellWeights weights = null!;
    private PackedMatrix matrix = null!;
    private CellStep slots;
    private Floats gradientsAfter;
    private bool backward;
    private int parts;

    /// <summary>Panels after which whole blocks of units are complete.</summary>
    private static int PanelsOfGroup => PackedMatrix.RowPanelColumns % (TCell.GateCount * CellSlots.BlockUnits) == 0 ? 1 : TCell.GateCount;

    private static int BlocksOfGroup => PanelsOfGroup * PackedMatrix.RowPanelColumns / (TCell.GateCount * CellSlots.BlockUnits);

    private static int BlocksOfPanel => PackedMatrix.RowPanelColumns / CellSlots.BlockUnits;

    /// <summary>Runs one step forward.</summary>
    /// <param name="cellWeights">The weights, for their biases and sizes.</param>
    /// <param name="recurrent">Uᵀ, packed for one row.</param>
    /// <param name="step">The buffers of the step.</param>
    public void Forward(CellWeights cellWeights, PackedMatrix recurrent, in CellStep step)
    {
        weights = cellWeights;
        matrix = recurrent;
        slots = step;
        backward = false;
        RunParts((matrix.PanelCount + PanelsOfGroup - 1) / PanelsOfGroup);
    }

    /// <summary>Runs one step backward.</summary>
    /// <param name="cellWeights">The weights, for their sizes.</param>
    /// <param name="recurrent">U, packed for one row.</param>
    /// <param name="recurrentGradientsAfter">The gradients of the next step's recurrent sums, or null at the last step.</param>
    /// <param name="step">The buffers of the step.</param>
    public void Backward(CellWeights cellWeights, PackedMatrix recurrent, Floats recurrentGradientsAfter, in CellStep step)
    {
        weights = cellWeights;
        matrix = recurrent;
        gradientsAfter = recurrentGradientsAfter;
        slots = step;
        backward = true;
        RunParts(matrix.PanelCount);
    }

    void IParallelWork.Run(int item)
    {
        if (backward)
            BackwardPanels(MatrixProduct.Part(matrix.PanelCount, item, parts), MatrixProduct.Part(matrix.PanelCount, item + 1, parts));
        else
            ForwardGroups(item);
    }

    private void RunParts(int groups)
    {
        parts = (long)matrix.Depth * matrix.Columns >= ParallelWeights ? Math.Min(groups, Workers.Count) : 1;
        Workers.Run(this, parts);
    }

    private void ForwardGroups(int item)
    {
        var groups = (matrix.PanelCount + PanelsOfGroup - 1) / PanelsOfGroup;
        var (first, end) = (MatrixProduct.Part(groups, item, parts), MatrixProduct.Part(groups, item + 1, parts));
        var (firstPanel, endPanel) = (first * PanelsOfGroup, Math.Min(end * PanelsOfGroup, matrix.PanelCount));
        if (TCell.SeparatesRecurrentGates)
            RowProduct<T>.Run(slots.PreviousHidden, matrix, firstPanel, endPanel, weights.RecurrentBias, slots.RecurrentGates);
        else
            RowProduct<T>.Run(slots.PreviousHidden, matrix, firstPanel, endPanel, slots.Gates, slots.Gates);
        var block = first * BlocksOfGroup;
        CellRows<TCell, T>.Forward(slots.At<TCell>(block), 1, Math.Min(end * BlocksOfGroup, weights.Blocks) - block);
    }

    private void BackwardPanels(int first, int end)
    {
        if (!gradientsAfter.IsNull)
            RowProduct<T>.Run(gradientsAfter, matrix, first, end, slots.DHidden, slots.DHidden);
        var block = first * BlocksOfPanel;
        CellRows<TCell, T>.Backward(slots.At<TCell>(block), 1, Math.Min(end * BlocksOfPanel, weights.Blocks) - block);
    }
}
