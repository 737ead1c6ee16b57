using static Unroll.Cells.StepVector;

namespace Unroll.Cells;

/// <summary>One time step of a long short-term memory, forward and backward, in the plainest form.</summary>
/// <remarks>
/// <code>
/// i = σ(Wi·x + Ui·h' + bi)         how much of the candidate enters
/// f = σ(Wf·x + Uf·h' + bf)         how much of the memory stays
/// g = tanh(Wg·x + Ug·h' + bg)      the candidate
/// o = σ(Wo·x + Uo·h' + bo)         how much of the memory shows
/// c = f∘c' + i∘g
/// h = o∘tanh(c)
/// </code>
/// Hochreiter and Schmidhuber, "Long Short-Term Memory" (1997); forget gate: Gers, Schmidhuber and Cummins (2000). The gradient of c' is that of c
/// times f, without a matrix or an activation in between: as long as f stays near 1, what is remembered can be learned over many steps.
/// </remarks>
/// <param name="inputSize">I, size of x, at least 1.</param>
/// <param name="hiddenSize">H, size of h and c, at least 1.</param>
/// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
public sealed class LstmStep(int inputSize, int hiddenSize)
{
    /// <summary>i.</summary>
    public StepGate Input { get; } = new(inputSize, hiddenSize);

    /// <summary>f.</summary>
    public StepGate Forget { get; } = new(inputSize, hiddenSize);

    /// <summary>g.</summary>
    public StepGate Candidate { get; } = new(inputSize, hiddenSize);

    /// <summary>o.</summary>
    public StepGate Output { get; } = new(inputSize, hiddenSize);

    /// <summary>All that is learned.</summary>
    public IReadOnlyList<StepParameter> Parameters =>
        [.. Input.Parameters, .. Forget.Parameters, .. Candidate.Parameters, .. Output.Parameters];

    /// <summary>The step forward.</summary>
    /// <param name="x">x [I].</param>
    /// <param name="hPrevious">h' [H]; zeros before the first step.</param>
    /// <param name="cPrevious">c' [H]; zeros before the first step.</param>
    /// <returns>h and c, and what backward needs.</returns>
    /// <exception cref="ArgumentException">A size does not fit.</exception>
    public Trace Forward(StepVector x, StepVector hPrevious, StepVector cPrevious)
    {
        var i = Sigmoid(Input.Sum(x, hPrevious));
        var f = Sigmoid(Forget.Sum(x, hPrevious));
        var g = Tanh(Candidate.Sum(x, hPrevious));
        var o = Sigmoid(Output.Sum(x, hPrevious));
        var c = (f * cPrevious) + (i * g);
        var h = o * Tanh(c);
        return new(x, hPrevious, cPrevious, i, f, g, o, c, h);
    }

    /// <summary>The step backward: adds to the gradients of the weights.</summary>
    /// <param name="trace">What forward returned.</param>
    /// <param name="dh">Derivative of the loss with respect to h [H]: from what reads h, and from the next step.</param>
    /// <param name="dcNext">What the next step returned as <see cref="Gradients.CPrevious"/> [H]; zeros behind the last step.</param>
    /// <exception cref="ArgumentException">A size does not fit.</exception>
    public Gradients Backward(Trace trace, StepVector dh, StepVector dcNext)
    {
        var (i, f, g, o) = (trace.I, trace.F, trace.G, trace.O);

        // h = o∘tanh(c)
        var tanhC = Tanh(trace.C);
        var dO = dh * tanhC;
        var dc = dcNext + (dh * o * (1 - (tanhC * tanhC)));

        // c = f∘c' + i∘g
        var dI = dc * g;
        var dF = dc * trace.CPrevious;
        var dG = dc * i;
        var dcPrevious = dc * f;

        // σ' = y (1 − y), tanh' = 1 − y²
        var daInput = dI * i * (1 - i);
        var daForget = dF * f * (1 - f);
        var daCandidate = dG * (1 - (g * g));
        var daOutput = dO * o * (1 - o);

        Input.AddGradient(daInput, trace.X, trace.HPrevious);
        Forget.AddGradient(daForget, trace.X, trace.HPrevious);
        Candidate.AddGradient(daCandidate, trace.X, trace.HPrevious);
        Output.AddGradient(daOutput, trace.X, trace.HPrevious);

        var dx = Input.W.TransposedTimes(daInput) + Forget.W.TransposedTimes(daForget)
            + Candidate.W.TransposedTimes(daCandidate) + Output.W.TransposedTimes(daOutput);
        var dhPrevious = Input.U.TransposedTimes(daInput) + Forget.U.TransposedTimes(daForget)
            + Candidate.U.TransposedTimes(daCandidate) + Output.U.TransposedTimes(daOutput);
        return new(dx, dhPrevious, dcPrevious);
    }

    /// <summary>What one step computed, and what its backward needs.</summary>
    /// <param name="X">x [I].</param>
    /// <param name="HPrevious">h' [H].</param>
    /// <param name="CPrevious">c' [H].</param>
    /// <param name="I">Input gate [H].</param>
    /// <param name="F">Forget gate [H].</param>
    /// <param name="G">Candidate [H].</param>
    /// <param name="O">Output gate [H].</param>
    /// <param name="C">c [H].</param>
    /// <param name="H">h [H].</param>
    public readonly record struct Trace(
        StepVector X, StepVector HPrevious, StepVector CPrevious, StepVector I, StepVector F, StepVector G, StepVector O, StepVector C, StepVector H);

    /// <summary>The gradients of what one step read.</summary>
    /// <param name="X">Of x [I].</param>
    /// <param name="HPrevious">Of h' [H].</param>
    /// <param name="CPrevious">Of c' [H].</param>
    public readonly record struct Gradients(StepVector X, StepVector HPrevious, StepVector CPrevious);
}
