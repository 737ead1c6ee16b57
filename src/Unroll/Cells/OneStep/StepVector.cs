namespace Unroll.Cells;

/// <summary>
/// A vector of the one-step classes: arithmetic that reads like the equations. Every operation returns a new vector; <c>*</c> of two vectors
/// multiplies value by value (∘ in the equations).
/// </summary>
/// <remarks>Made for reading, learning and checking. To train on more than a few characters use <c>Unroll.Layers.Recurrent</c>.</remarks>
public readonly struct StepVector
{
    private readonly float[]? values;

    /// <summary>A vector of the given values, which it does not copy.</summary>
    /// <param name="values">The values.</param>
    public StepVector(params float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        this.values = values;
    }

    /// <summary>The number of values.</summary>
    public int Length => values?.Length ?? 0;

    /// <summary>The values.</summary>
    public ReadOnlySpan<float> Values => values;

    /// <summary>One value.</summary>
    /// <param name="index">0 to <see cref="Length"/> − 1.</param>
    /// <exception cref="IndexOutOfRangeException">The index is outside that range.</exception>
    public float this[int index] => Values[index];

    /// <summary>Zeros: the state before the first step, or the gradient behind the last one.</summary>
    /// <param name="length">How many.</param>
    public static StepVector Zeros(int length) => new(new float[length]);

    /// <summary>1 at one place and 0 elsewhere: a character as the input of a network.</summary>
    /// <param name="length">How many values.</param>
    /// <param name="index">Where the 1 is, 0 to <paramref name="length"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside that range.</exception>
    public static StepVector OneHot(int length, int index)
    {
        if ((uint)index >= (uint)length)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"The place of the 1 in {length} values is 0…{length - 1}.");
        var result = new float[length];
        result[index] = 1;
        return new(result);
    }

    /// <summary>Hyperbolic tangent of each value. Its derivative, in terms of its result y, is <c>1 − y²</c>.</summary>
    /// <param name="x">Any values.</param>
    public static StepVector Tanh(StepVector x) => x.Each(MathF.Tanh);

    /// <summary>σ, the logistic sigmoid <c>1 / (1 + exp(−x))</c> of each value. Its derivative, in terms of its result y, is <c>y (1 − y)</c>.</summary>
    /// <param name="x">Any values.</param>
    public static StepVector Sigmoid(StepVector x) => x.Each(value => 1 / (1 + MathF.Exp(-value)));

    /// <summary>
    /// <c>exp(x) / Σ exp(x)</c>: scores as probabilities. The gradient of <c>−ln softmax(y)[target]</c> is <c>softmax(y) − OneHot(target)</c>.
    /// </summary>
    /// <param name="x">At least one value.</param>
    public static StepVector Softmax(StepVector x)
    {
        // Without the largest value the exponentials cannot overflow; the quotient stays the same.
        var largest = float.NegativeInfinity;
        foreach (var value in x.Values)
            largest = MathF.Max(largest, value);
        var exponentials = x.Each(value => MathF.Exp(value - largest));
        var sum = 0f;
        foreach (var value in exponentials.Values)
            sum += value;
        return exponentials.Each(value => value / sum);
    }

    /// <summary>The place of the largest value: what a network predicts.</summary>
    public int IndexOfLargest()
    {
        var best = 0;
        for (var index = 1; index < Length; index++)
            best = this[index] > this[best] ? index : best;
        return best;
    }

    /// <summary>x + y.</summary>
    public static StepVector operator +(StepVector x, StepVector y) => Each(x, y, (a, b) => a + b);

    /// <summary>x − y.</summary>
    public static StepVector operator -(StepVector x, StepVector y) => Each(x, y, (a, b) => a - b);

    /// <summary>x ∘ y, value by value.</summary>
    public static StepVector operator *(StepVector x, StepVector y) => Each(x, y, (a, b) => a * b);

    /// <summary><c>constant − x</c> of each value.</summary>
    public static StepVector operator -(float constant, StepVector x) => x.Each(value => constant - value);

    /// <summary>The values as they are.</summary>
    public static implicit operator StepVector(float[] values) => new(values);

    private StepVector Each(Func<float, float> f)
    {
        var result = new float[Length];
        for (var index = 0; index < result.Length; index++)
            result[index] = f(this[index]);
        return new(result);
    }

    private static StepVector Each(StepVector x, StepVector y, Func<float, float, float> f)
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"A vector of {x.Length} values meets one of {y.Length}; both need the same number.", nameof(y));
        var result = new float[x.Length];
        for (var index = 0; index < result.Length; index++)
            result[index] = f(x[index], y[index]);
        return new(result);
    }
}
