using System.Runtime.CompilerServices;

namespace Unroll.Cells;

/// <summary>What a one-step class learns: values, and the gradient to which backward steps add.</summary>
public abstract class StepParameter
{
    private readonly float[] values;
    private readonly float[] gradient;

    private protected StepParameter(int length)
    {
        values = new float[length];
        gradient = new float[length];
    }

    /// <summary>The values, row by row; writable. Zero at first.</summary>
    public Span<float> Values => values;

    /// <summary>The derivative of the loss with respect to each value, summed over all backward steps since <see cref="ClearGradient"/>.</summary>
    public Span<float> Gradient => gradient;

    /// <summary>Sets the gradient to zero: the start of an update.</summary>
    public void ClearGradient() => Array.Clear(gradient);

    /// <summary>Gradient descent: <c>value −= learningRate · gradient</c>.</summary>
    /// <param name="learningRate">The length of the step.</param>
    public void Descend(float learningRate)
    {
        for (var index = 0; index < values.Length; index++)
            values[index] -= learningRate * gradient[index];
    }

    /// <summary>A size of a step, refused by its name when it is below 1.</summary>
    internal static int Size(int size, [CallerArgumentExpression(nameof(size))] string name = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1, name);
        return size;
    }
}
