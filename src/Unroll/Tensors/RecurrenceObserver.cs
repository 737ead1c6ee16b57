using Unroll.Cells;
using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>
/// Sees what the recurrent layers on a tape compute, step by step: what diagnosis measures. With an observer the loss counts at the last step of each sequence
/// alone, so that the gradient of an earlier step is what reaches it over that distance.
/// </summary>
internal abstract class RecurrenceObserver
{
    /// <summary>A layer in one direction has run forward.</summary>
    /// <param name="inputWeights">Its W, by which it is known.</param>
    /// <param name="cell">Its cell.</param>
    /// <param name="units">H.</param>
    /// <param name="outputs">How many values its output has.</param>
    /// <returns>What sees its steps.</returns>
    public abstract LayerObserver Layer(Parameter inputWeights, Cell cell, int units, int outputs);
}

/// <summary>Sees the steps of one layer in one direction.</summary>
internal abstract class LayerObserver
{
    /// <summary>Counts the activations of the steps that <see cref="WantsActivations"/> chooses.</summary>
    public abstract ActivationWatch Activations { get; }

    /// <summary>Whether the activations of a step are looked at.</summary>
    /// <param name="step">0 to T − 1.</param>
    /// <param name="timeSteps">T.</param>
    public abstract bool WantsActivations(int step, int timeSteps);

    /// <summary>The output of one step of one row.</summary>
    public abstract void Output(ReadOnlySpan<float> output);

    /// <summary>The gradients of one step of one row.</summary>
    /// <param name="distance">Steps from the row's last one, where the loss is.</param>
    /// <param name="hidden">The sum of squares of the gradient of its output, from above and from the next step.</param>
    /// <param name="states">The sum of squares of the gradient of its states from the next step.</param>
    public abstract void Gradient(int distance, double hidden, double states);
}
