using Unroll.Data;
using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Training;

/// <summary>A model that a <see cref="Trainer"/> can train on windows of tokens.</summary>
public interface ITrainable
{
    /// <summary>
    /// Everything that learns, in an order that never changes, with names that are unique in the model: <c>rnn.weight_ih_l0</c>.
    /// </summary>
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>
    /// What the model computes with its parameters, in words, such as its cell with its constants. A checkpoint keeps it and is only resumed with the same.
    /// Null for a model that says nothing of itself.
    /// </summary>
    string? Signature => null;

    /// <summary>A state of zeros.</summary>
    /// <param name="batchSize">How many streams it holds, at least 1.</param>
    RecurrentState CreateState(int batchSize);

    /// <summary>Runs one window forward and returns its mean loss.</summary>
    /// <param name="tape">Records the pass; its memory holds the result.</param>
    /// <param name="window">Inputs and targets, [T, B] time-major.</param>
    /// <param name="state">The state before the window, for B streams; overwritten by the (detached) state after it.</param>
    /// <param name="step">Whether this is training, and what dropout draws from.</param>
    /// <returns>A scalar: mean nats for each of the T·B targets.</returns>
    Tensor Loss(Tape tape, TokenWindow window, RecurrentState state, TrainingStep step);
}
