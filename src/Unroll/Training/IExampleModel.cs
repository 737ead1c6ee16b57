using Unroll.Tensors;

namespace Unroll.Training;

/// <summary>A model that an <see cref="ExampleTrainer{TExample}"/> can train on independent examples of mixed lengths.</summary>
/// <typeparam name="TExample">What it learns from.</typeparam>
public interface IExampleModel<TExample>
    where TExample : ITrainingExample
{
    /// <summary>Everything that learns, in an order that never changes, with names that are unique in the model: <c>rnn.weight_ih_l0</c>.</summary>
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>
    /// What the model computes with its parameters, in words, such as its cell with its constants. A checkpoint keeps it and is only resumed with the same.
    /// Null for a model that says nothing of itself.
    /// </summary>
    string? Signature => null;

    /// <summary>How much an example counts in a mean loss, over 0: 1, unless a model weighs its examples, or an example has many targets.</summary>
    /// <param name="example">The example.</param>
    double WeightOf(TExample example) => 1;

    /// <summary>Runs a batch forward and returns its mean loss.</summary>
    /// <param name="tape">Records the pass; its memory holds the result.</param>
    /// <param name="batch">The examples, at least one.</param>
    /// <param name="step">Whether this is training, and what dropout draws from.</param>
    /// <returns>A scalar: the losses of the examples, each times its <see cref="WeightOf"/>, over the sum of these weights.</returns>
    Tensor Loss(Tape tape, ReadOnlySpan<TExample> batch, TrainingStep step);
}
