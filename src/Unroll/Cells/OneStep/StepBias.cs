namespace Unroll.Cells;

/// <summary>A bias of a one-step class, with its gradient.</summary>
public sealed class StepBias : StepParameter
{
    /// <summary>A bias of zeros.</summary>
    /// <param name="length">How many, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    public StepBias(int length)
        : base(Size(length))
    {
    }

    /// <summary><c>x + b</c>.</summary>
    /// <param name="x">As many values as the bias.</param>
    /// <param name="b">The bias.</param>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static StepVector operator +(StepVector x, StepBias b)
    {
        ArgumentNullException.ThrowIfNull(b);
        return x + new StepVector(b.Values.ToArray());
    }

    /// <summary><c>db += d</c>: the gradient of b, given that of <c>x + b</c>.</summary>
    /// <param name="d">As many values as the bias.</param>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public void AddGradient(StepVector d)
    {
        if (d.Length != Gradient.Length)
            throw new ArgumentException($"A bias of {Gradient.Length} values got a gradient of {d.Length}.", nameof(d));
        for (var index = 0; index < d.Length; index++)
            Gradient[index] += d[index];
    }
}
