using Unroll.Tensors;

namespace Unroll.Layers;

/// <summary>The state of a recurrent stack for a batch: what it remembers. A value of its own, never part of a layer.</summary>
public sealed class RecurrentState
{
    /// <summary>Wraps tensors of a tape or of the caller.</summary>
    /// <param name="hidden">h [L·D, B, H]: the outputs of each layer and direction.</param>
    /// <param name="cell">c [L·D, B, H], for an LSTM; otherwise null.</param>
    /// <exception cref="ArgumentException">The shapes differ or are not of rank 3.</exception>
    public RecurrentState(Tensor hidden, Tensor? cell = null)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        if (hidden.Shape.Rank != 3)
            throw new ArgumentException($"A state has shape [layers · directions, batchSize, hiddenSize]; got {hidden.Shape}.", nameof(hidden));
        if (cell is not null && cell.Shape != hidden.Shape)
            throw new ArgumentException($"The cell state has shape {cell.Shape}; the hidden state has {hidden.Shape}.", nameof(cell));
        Hidden = hidden;
        Cell = cell;
    }

    /// <summary>h [L·D, B, H]: the outputs of each layer and direction.</summary>
    public Tensor Hidden { get; }

    /// <summary>c [L·D, B, H], for an LSTM; otherwise null.</summary>
    public Tensor? Cell { get; }

    /// <summary>B.</summary>
    public int BatchSize => Hidden.Shape[1];

    /// <summary>Sets all to zero: the start of a sequence.</summary>
    public void Clear()
    {
        Hidden.Values.Clear();
        Cell?.Values.Clear();
    }

    /// <summary>Takes over the values of another state: what is carried from window to window, without its history.</summary>
    /// <param name="other">A state of the same shape and kind.</param>
    /// <exception cref="ArgumentException">The shapes or kinds differ.</exception>
    public void CopyFrom(RecurrentState other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Hidden.Shape != Hidden.Shape || other.Cell is null != Cell is null)
            throw new ArgumentException($"A state of shape {Hidden.Shape} cannot take one of shape {other.Hidden.Shape} or of another cell.", nameof(other));
        other.Hidden.Values.CopyTo(Hidden.Values);
        if (Cell is not null)
            other.Cell!.Values.CopyTo(Cell.Values);
    }
}
