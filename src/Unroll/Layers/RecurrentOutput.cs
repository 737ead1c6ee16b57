using Unroll.Tensors;

namespace Unroll.Layers;

/// <summary>What a recurrent stack gives for a batch of sequences.</summary>
/// <param name="Output">The last layer's outputs of all steps [T, B, D·H], or [T, B, H] where directions are merged; zero beyond a row's length.</param>
/// <param name="FinalHidden">The hidden states after each row's last step [L·D, B, H], as <see cref="RecurrentState"/> holds them: what the cells gave, before directions are merged and inputs led past a layer.</param>
/// <param name="FinalCell">The states of each row's last step besides the outputs [L·D, B, S·H], for a cell that has any; otherwise null.</param>
public readonly record struct RecurrentOutput(Tensor Output, Tensor FinalHidden, Tensor? FinalCell)
{
    /// <summary>
    /// The states after each row's last step as a state to start from: what an encoder hands to a decoder of the same cell and sizes. Gradients of that start
    /// reach the encoder where both are on one tape. Its tensors are the tape's.
    /// </summary>
    public RecurrentState FinalState => new(FinalHidden, FinalCell);

    /// <summary>Copies the final state into one that outlives the tape, for the next window (detached).</summary>
    /// <param name="state">A state of the same shape.</param>
    /// <exception cref="ArgumentException">The shapes or kinds differ.</exception>
    public void CopyFinalTo(RecurrentState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Hidden.Shape != FinalHidden.Shape || state.Cell?.Shape != FinalCell?.Shape)
            throw new ArgumentException($"A state of shape {state.Hidden.Shape} cannot take one of shape {FinalHidden.Shape} or of another cell.", nameof(state));
        state.IsStart = false;
        FinalHidden.Values.CopyTo(state.Hidden.Values);
        if (state.Cell is not null)
            FinalCell!.Values.CopyTo(state.Cell.Values);
    }
}
