using static Unroll.Cells.StepVector;

namespace Unroll.Cells;

/// <summary>One time step of a vanilla recurrent network, forward and backward, in the plainest form.</summary>
/// <remarks>
/// <code>
/// h = tanh(Wxh·x + Whh·h' + bh)
/// y = Why·h + by
/// </code>
/// x is the input of this step and h' the output of the step before. Elman, "Finding Structure in Time" (1990).
/// <para>
/// Training over several steps is back-propagation through time: run <see cref="Forward"/> from the first step to the last and keep every
/// <see cref="Trace"/>; then run <see cref="Backward"/> from the last to the first, handing each step's <see cref="Gradients.HPrevious"/> to the
/// step before it.
/// </para>
/// </remarks>
/// <param name="inputSize">Size of x, at least 1.</param>
/// <param name="hiddenSize">Size of h, at least 1.</param>
/// <param name="outputSize">Size of y, at least 1.</param>
/// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
public sealed class VanillaStep(int inputSize, int hiddenSize, int outputSize)
{
    /// <summary>From the input to the hidden state [H, I].</summary>
    public StepMatrix Wxh { get; } = new(StepParameter.Size(hiddenSize), StepParameter.Size(inputSize));

    /// <summary>From the previous hidden state to the hidden state [H, H]: the memory.</summary>
    public StepMatrix Whh { get; } = new(hiddenSize, hiddenSize);

    /// <summary>Bias of the hidden state [H].</summary>
    public StepBias Bh { get; } = new(hiddenSize);

    /// <summary>From the hidden state to the output [O, H].</summary>
    public StepMatrix Why { get; } = new(StepParameter.Size(outputSize), hiddenSize);

    /// <summary>Bias of the output [O].</summary>
    public StepBias By { get; } = new(outputSize);

    /// <summary>All that is learned.</summary>
    public IReadOnlyList<StepParameter> Parameters => [Wxh, Whh, Bh, Why, By];

    /// <summary>The step forward.</summary>
    /// <param name="x">x [I].</param>
    /// <param name="hPrevious">h' [H]; zeros before the first step.</param>
    /// <returns>h and y, and what backward needs.</returns>
    /// <exception cref="ArgumentException">A size does not fit.</exception>
    public Trace Forward(StepVector x, StepVector hPrevious)
    {
        var h = Tanh((Wxh * x) + (Whh * hPrevious) + Bh);
        var y = (Why * h) + By;
        return new(x, hPrevious, h, y);
    }

    /// <summary>The step backward: adds to the gradients of the weights.</summary>
    /// <param name="trace">What forward returned.</param>
    /// <param name="dy">Derivative of the loss with respect to y [O].</param>
    /// <param name="dhNext">What the next step returned as <see cref="Gradients.HPrevious"/> [H]; zeros behind the last step.</param>
    /// <exception cref="ArgumentException">A size does not fit.</exception>
    public Gradients Backward(Trace trace, StepVector dy, StepVector dhNext)
    {
        var (x, hPrevious, h, _) = trace;

        // y = Why·h + by
        Why.AddGradient(dy, h);
        By.AddGradient(dy);
        // h goes into y and into the next step.
        var dh = Why.TransposedTimes(dy) + dhNext;

        // h = tanh(a)
        var da = dh * (1 - (h * h));

        // a = Wxh·x + Whh·h' + bh
        Wxh.AddGradient(da, x);
        Whh.AddGradient(da, hPrevious);
        Bh.AddGradient(da);
        return new(Wxh.TransposedTimes(da), Whh.TransposedTimes(da));
    }

    /// <summary>What one step computed, and what its backward needs.</summary>
    /// <param name="X">x [I].</param>
    /// <param name="HPrevious">h' [H].</param>
    /// <param name="H">h [H].</param>
    /// <param name="Y">y [O].</param>
    public readonly record struct Trace(StepVector X, StepVector HPrevious, StepVector H, StepVector Y);

    /// <summary>The gradients of what one step read.</summary>
    /// <param name="X">Of x [I].</param>
    /// <param name="HPrevious">Of h' [H].</param>
    public readonly record struct Gradients(StepVector X, StepVector HPrevious);
}
