using Unroll.Cells;
using Unroll.Tensors;

namespace Unroll.Layers;

/// <summary>What a forward pass of a recurrent layer is given has to fit it.</summary>
internal static class RecurrentCall
{
    /// <summary>Fails unless the input is [T, B, I] with T and B at least 1.</summary>
    public static void CheckInput(Tensor input, int inputSize)
    {
        if (input.Shape.Rank != 3 || input.Shape[2] != inputSize)
            throw new ArgumentException($"The input has shape {input.Shape}; this layer needs [timeSteps, batchSize, {inputSize}].", nameof(input));
        if (input.Shape[0] < 1 || input.Shape[1] < 1)
            throw new ArgumentException($"The input has shape {input.Shape}; a sequence has at least one step and a batch at least one row.", nameof(input));
    }

    /// <summary>Fails unless there is no state or one of the right shapes.</summary>
    /// <param name="state">The state, or null.</param>
    /// <param name="kind">The cell.</param>
    /// <param name="rows">L·D.</param>
    /// <param name="batchSize">B.</param>
    /// <param name="sizes">The sizes of the layers.</param>
    public static void CheckState(RecurrentState? state, Cell kind, int rows, int batchSize, StackSizes sizes)
    {
        if (state is null)
            return;
        var expected = new Shape(rows, batchSize, sizes.LargestGiven);
        if (state.Hidden.Shape != expected)
            throw new ArgumentException($"The initial state has shape {state.Hidden.Shape}; this layer and batch need {expected} (layers · directions, batchSize, hiddenSize).", nameof(state));
        if (state.Cell is null == kind.StateCount > 0)
            throw new ArgumentException(state.Cell is null ? $"The initial state has no cell state; {kind} needs one." : $"The initial state has a cell state; {kind} has none.", nameof(state));
        if (state.Cell is { } cell && cell.Shape[2] != kind.StateCount * sizes.Largest)
            throw new ArgumentException($"The cell state has shape {cell.Shape}; {kind} needs {kind.StateCount} · {sizes.Largest} values in each row.", nameof(state));
    }
}
