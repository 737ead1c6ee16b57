using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>
/// The loops over time of a batch of one. With a single row the weights pass once through the processor for each step, so when they are large the
/// threads share the units of the steps instead of the rows of the batch, and meet after each step.
/// </summary>
/// <typeparam name="TCell">The cell.</typeparam>
/// <typeparam name="T">The lane type.</typeparam>
/// <param name="pass">Whose buffers and weights it works on.</param>
internal sealed class SingleRowLoop<TCell, T>(UnrolledPass<TCell, T> pass) : IParallelWork
    where TCell : struct, ICellKernel
    where T : struct, ISimdLane<T>
{
    /// <summary>Weights, in floats, from which a second thread gains more than the meeting after each step costs.</summary>
    private const int ParallelWeights = 1 << 16;

    private readonly TeamBarrier barrier = new();
    private CellWeights weights = null!;
    private PackedMatrix matrix = null!;
    private bool backward;
    private int startStep;
    private int endStep;
    private int members;

    private static int BlocksOfPanel => PackedMatrix.RowPanelColumns / CellSlots.BlockUnits;

    /// <summary>Runs some steps forward.</summary>
    /// <param name="cellWeights">The weights, for their biases and sizes.</param>
    /// <param name="recurrent">Uᵀ, packed for one row.</param>
    /// <param name="start">The first step.</param>
    /// <param name="end">The step after the last.</param>
    public void Forward(CellWeights cellWeights, PackedMatrix recurrent, int start, int end)
    {
        backward = false;
        Run(cellWeights, recurrent, start, end);
    }

    /// <summary>Runs some steps backward; the gradient that a later step leaves to the last of them is complete.</summary>
    /// <param name="cellWeights">The weights, for their sizes.</param>
    /// <param name="recurrent">U, packed for one row.</param>
    /// <param name="start">The first step in time.</param>
    /// <param name="end">The step after the last in time.</param>
    public void Backward(CellWeights cellWeights, PackedMatrix recurrent, int start, int end)
    {
        backward = true;
        Run(cellWeights, recurrent, start, end);
    }

    void IParallelWork.Run(int item)
    {
        try
        {
            if (backward)
            {
                for (var step = endStep - 1; step >= startStep; step--)
                {
                    BackwardPanels(item, step);
                    if (!barrier.Meet())
                        return;
                }
            }
            else
            {
                for (var step = startStep; step < endStep; step++)
                {
                    ForwardGroups(item, step);
                    if (!barrier.Meet())
                        return;
                }
            }
        }
        catch
        {
            barrier.Abandon();
            throw;
        }
    }

    private void Run(CellWeights cellWeights, PackedMatrix recurrent, int start, int end)
    {
        (weights, matrix, startStep, endStep) = (cellWeights, recurrent, start, end);
        if ((long)matrix.Depth * matrix.Columns >= ParallelWeights)
        {
            SetMembers(Math.Min(backward ? matrix.PanelCount : GatePanels<TCell>.Groups(weights.Blocks, PackedMatrix.RowPanelColumns), Workers.TeamLimit));
            if (members > 1 && Workers.TryRunTogether(this, barrier, members))
                return;
        }

        SetMembers(1);
        ((IParallelWork)this).Run(0);
    }

    private void SetMembers(int count)
    {
        members = count;
        barrier.Reset(count, sleeping: true);
    }

    private void ForwardGroups(int member, int step)
    {
        var (panels, block, blocks) = GatePanels<TCell>.Part(weights.Blocks, member, members);
        var (first, end) = (panels.Start.Value, panels.End.Value);
        var slots = pass.StepAt(step, 0);
        if (TCell.SeparatesRecurrentGates)
            RowProduct<T>.Run(slots.PreviousHidden, matrix, first, end, weights.RecurrentBias, slots.RecurrentGates);
        else
            RowProduct<T>.Run(slots.PreviousHidden, matrix, first, end, slots.Gates, slots.Gates);
        CellRows<TCell, T>.Forward(pass.Cell, slots.At<TCell>(block), 1, blocks);
    }

    private void BackwardPanels(int member, int step)
    {
        var (first, end) = (MatrixProduct.Part(matrix.PanelCount, member, members), MatrixProduct.Part(matrix.PanelCount, member + 1, members));
        var slots = pass.StepAt(step, 0);
        if (step + 1 < endStep)
            RowProduct<T>.Run(pass.RecurrentGradients(step + 1, 0), matrix, first, end, slots.DHidden, slots.DHidden);
        var block = first * BlocksOfPanel;
        CellRows<TCell, T>.Backward(pass.Cell, slots.At<TCell>(block), 1, Math.Min(end * BlocksOfPanel, weights.Blocks) - block);
        if (end * BlocksOfPanel >= weights.Blocks && weights.HiddenSize % CellSlots.BlockUnits is > 0 and var units)
            CellRows<TCell, T>.ClearPadding(slots.At<TCell>(weights.Blocks - 1), 1, units);
    }
}
