using Unroll.Cells;
using Unroll.Tensors;

namespace Unroll.Layers;

/// <summary>The state of a recurrent stack for a batch: what it remembers. A value of its own, never part of a layer.</summary>
/// <remarks>
/// Where the layers of a stack differ in size, H is that of the largest layer: the rows of a smaller one hold its values first, S times its own size of them in
/// <see cref="Cell"/>, and zeros after them, which nobody reads. With layers of one size the shapes are PyTorch's; so they are where the output is projected and
/// h has fewer values than units.
/// </remarks>
public sealed class RecurrentState
{
    private bool isNew;

    /// <summary>Wraps tensors of a tape or of the caller.</summary>
    /// <param name="hidden">h [L·D, B, H]: the outputs of each layer and direction.</param>
    /// <param name="cell">The states besides the outputs [L·D, B, S·H], for a cell that has any, such as the LSTM's c; otherwise null.</param>
    /// <exception cref="ArgumentException">The shapes do not fit or are not of rank 3.</exception>
    public RecurrentState(Tensor hidden, Tensor? cell = null)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        if (hidden.Shape.Rank != 3)
            throw new ArgumentException($"A state has shape [layers · directions, batchSize, hiddenSize]; got {hidden.Shape}.", nameof(hidden));
        if (cell is not null && !Fits(cell.Shape, hidden.Shape))
            throw new ArgumentException($"The cell state has shape {cell.Shape}; the hidden state has {hidden.Shape}.", nameof(cell));
        Hidden = hidden;
        Cell = cell;
    }

    /// <summary>h [L·D, B, H]: the outputs of each layer and direction.</summary>
    public Tensor Hidden { get; }

    /// <summary>The states besides the outputs [L·D, B, S·H], for a cell that has any, such as the LSTM's c; otherwise null.</summary>
    public Tensor? Cell { get; }

    /// <summary>B.</summary>
    public int BatchSize => Hidden.Shape[1];

    /// <summary>
    /// Whether this stands for no state, so that a layer with a trainable start uses that: it was made or cleared, and nobody has written to it since.
    /// </summary>
    internal bool IsStart
    {
        get => isNew && !Hidden.Values.ContainsAnyExcept(0) && (Cell is null || !Cell.Values.ContainsAnyExcept(0));
        set => isNew = value;
    }

    /// <summary>Sets all to zero: the start of a sequence, or what a layer with a trainable start takes for it.</summary>
    public void Clear()
    {
        isNew = true;
        Hidden.Values.Clear();
        Cell?.Values.Clear();
    }

    /// <summary>Takes over the values of another state: what is carried from window to window, without its history.</summary>
    /// <param name="other">A state of the same shape and kind.</param>
    /// <exception cref="ArgumentException">The shapes or kinds differ.</exception>
    public void CopyFrom(RecurrentState other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Hidden.Shape != Hidden.Shape || other.Cell?.Shape != Cell?.Shape)
            throw new ArgumentException($"A state of shape {Hidden.Shape} cannot take one of shape {other.Hidden.Shape} or of another cell.", nameof(other));
        isNew = other.isNew;
        other.Hidden.Values.CopyTo(Hidden.Values);
        if (Cell is not null)
            other.Cell!.Values.CopyTo(Cell.Values);
    }

    /// <summary>Takes over the first rows of a state of as many or more.</summary>
    internal void CopyFirstRows(RecurrentState other)
    {
        isNew = other.IsStart;
        CopyRows(other.Hidden, Hidden);
        if (other.Cell is { } cell)
            CopyRows(cell, Cell!);
    }

    /// <summary>A state of zeros.</summary>
    internal static RecurrentState Zero(Cell cell, int rows, int batchSize, int hiddenSize, int outputSize) => new(
        new(new(rows, batchSize, outputSize)),
        cell.StateCount > 0 ? new(new(rows, batchSize, checked(cell.StateCount * hiddenSize))) : null)
    {
        isNew = true,
    };

    /// <summary>Copies the first rows of each layer, [layers, B, H] to [layers, fewer, H].</summary>
    private static void CopyRows(Tensor source, Tensor target)
    {
        var (layers, rows, width) = (source.Shape[0], target.Shape[1], source.Shape[2]);
        for (var layer = 0; layer < layers; layer++)
            source.Values.Slice(layer * source.Shape[1] * width, rows * width).CopyTo(target.Values[(layer * rows * width)..]);
    }

    /// <summary>The same rows; how many values they have, only the layer knows.</summary>
    private static bool Fits(Shape cell, Shape hidden) =>
        cell.Rank == 3 && cell[0] == hidden[0] && cell[1] == hidden[1] && cell[2] > 0 && hidden[2] > 0;
}
