using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>Activations.</summary>
public static class ActivationOperations
{
    /// <summary><c>y = tanh(x)</c>.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">x, any shape.</param>
    /// <returns>y, of the shape of x.</returns>
    public static Tensor Tanh(this Tape tape, Tensor input) => Activate<TanhFunction>(tape, input);

    /// <summary><c>y = 1 / (1 + exp(−x))</c>.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">x, any shape.</param>
    /// <returns>y, of the shape of x.</returns>
    public static Tensor Sigmoid(this Tape tape, Tensor input) => Activate<SigmoidFunction>(tape, input);

    /// <summary><c>y = max(0, x)</c>; the derivative at 0 is 0.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">x, any shape.</param>
    /// <returns>y, of the shape of x.</returns>
    public static Tensor Relu(this Tape tape, Tensor input) => Activate<ReluFunction>(tape, input);

    /// <summary><c>y = exp(x)</c>.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">x, any shape.</param>
    /// <returns>y, of the shape of x.</returns>
    public static Tensor Exp(this Tape tape, Tensor input) => Activate<ExpFunction>(tape, input);

    /// <summary><c>y = exp(x) / Σ exp(x)</c> over the last dimension; stable for any finite x (the row's largest is subtracted).</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">x [… , n], n at least 1.</param>
    /// <returns>y, of the shape of x; every row sums to 1.</returns>
    /// <exception cref="ArgumentException">x is a scalar or its last dimension is empty.</exception>
    public static Tensor Softmax(this Tape tape, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        if (input.Shape.Rank == 0 || input.Shape.Last == 0)
            throw new ArgumentException($"The input has shape {input.Shape}; a softmax needs a last dimension of at least 1.", nameof(input));
        return tape.Record<SoftmaxOperation>().Forward(tape, input);
    }

    private static Tensor Activate<TActivation>(Tape tape, Tensor input)
        where TActivation : struct, IActivation
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        return tape.Record<ActivationOperation<TActivation>>().Forward(tape, input);
    }
}
