namespace Unroll.Cells;

/// <summary>The weights of one gate: <c>W·x + U·h' + b</c>.</summary>
public sealed class StepGate
{
    /// <summary>A gate of zeros.</summary>
    /// <param name="inputSize">I, at least 1.</param>
    /// <param name="hiddenSize">H, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public StepGate(int inputSize, int hiddenSize)
    {
        W = new(StepParameter.Size(hiddenSize), StepParameter.Size(inputSize));
        U = new(hiddenSize, hiddenSize);
        B = new(hiddenSize);
    }

    /// <summary>W [H, I]: what the gate reads from the input.</summary>
    public StepMatrix W { get; }

    /// <summary>U [H, H]: what the gate reads from the previous output.</summary>
    public StepMatrix U { get; }

    /// <summary>b [H].</summary>
    public StepBias B { get; }

    /// <summary>All three.</summary>
    public IReadOnlyList<StepParameter> Parameters => [W, U, B];

    /// <summary><c>W·x + U·h' + b</c>.</summary>
    /// <param name="x">[I].</param>
    /// <param name="hPrevious">h' [H].</param>
    /// <returns>[H].</returns>
    public StepVector Sum(StepVector x, StepVector hPrevious) => (W * x) + (U * hPrevious) + B;

    /// <summary><c>dW += d·xᵀ</c>, <c>dU += d·h'ᵀ</c>, <c>db += d</c>.</summary>
    /// <param name="d">The gradient of the sum [H].</param>
    /// <param name="x">[I].</param>
    /// <param name="hPrevious">h' [H].</param>
    public void AddGradient(StepVector d, StepVector x, StepVector hPrevious)
    {
        W.AddGradient(d, x);
        U.AddGradient(d, hPrevious);
        B.AddGradient(d);
    }
}
