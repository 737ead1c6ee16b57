using static Unroll.Cells.StepVector;

namespace Unroll.Cells;

/// <summary>One time step of a gated recurrent unit, forward and backward, in the plainest form.</summary>
/// <remarks>
/// <code>
/// r = σ(Wr·x + Ur·h' + br)               how much of the past the candidate sees
/// z = σ(Wz·x + Uz·h' + bz)               how much of the past stays
/// n = tanh(Wn·x + bn + r∘(Un·h' + b'n))  the candidate
/// h = (1 − z)∘n + z∘h'
/// </code>
/// Cho et al., "Learning Phrase Representations using RNN Encoder–Decoder" (2014). Deviation: the reset gate is applied after the recurrent
/// product, as PyTorch and cuDNN do; so the candidate has a second bias, b'n.
/// </remarks>
/// <param name="inputSize">I, size of x, at least 1.</param>
/// <param name="hiddenSize">H, size of h, at least 1.</param>
/// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
public sealed class GruStep(int inputSize, int hiddenSize)
{
    /// <summary>r.</summary>
    public StepGate Reset { get; } = new(inputSize, hiddenSize);

    /// <summary>z.</summary>
    public StepGate Update { get; } = new(inputSize, hiddenSize);

    /// <summary>n.</summary>
    public StepGate Candidate { get; } = new(inputSize, hiddenSize);

    /// <summary>b'n [H]: the bias inside the reach of the reset gate.</summary>
    public StepBias CandidateRecurrentBias { get; } = new(hiddenSize);

    /// <summary>All that is learned.</summary>
    public IReadOnlyList<StepParameter> Parameters =>
        [.. Reset.Parameters, .. Update.Parameters, .. Candidate.Parameters, CandidateRecurrentBias];

    /// <summary>The step forward.</summary>
    /// <param name="x">x [I].</param>
    /// <param name="hPrevious">h' [H]; zeros before the first step.</param>
    /// <returns>h, and what backward needs.</returns>
    /// <exception cref="ArgumentException">A size does not fit.</exception>
    public Trace Forward(StepVector x, StepVector hPrevious)
    {
        var r = Sigmoid(Reset.Sum(x, hPrevious));
        var z = Sigmoid(Update.Sum(x, hPrevious));
        var past = (Candidate.U * hPrevious) + CandidateRecurrentBias;
        var n = Tanh((Candidate.W * x) + Candidate.B + (r * past));
        var h = ((1 - z) * n) + (z * hPrevious);
        return new(x, hPrevious, r, z, past, n, h);
    }

    /// <summary>The step backward: adds to the gradients of the weights.</summary>
    /// <param name="trace">What forward returned.</param>
    /// <param name="dh">Derivative of the loss with respect to h [H]: from what reads h, and from the next step.</param>
    /// <exception cref="ArgumentException">A size does not fit.</exception>
    public Gradients Backward(Trace trace, StepVector dh)
    {
        var (x, hPrevious, r, z, past, n, _) = trace;

        // h = (1 − z)∘n + z∘h'
        var dn = dh * (1 - z);
        var dz = dh * (hPrevious - n);

        // n = tanh(Wn·x + bn + r∘past)
        var daCandidate = dn * (1 - (n * n));
        var dr = daCandidate * past;
        var dPast = daCandidate * r;

        // σ' = y (1 − y)
        var daReset = dr * r * (1 - r);
        var daUpdate = dz * z * (1 - z);

        Reset.AddGradient(daReset, x, hPrevious);
        Update.AddGradient(daUpdate, x, hPrevious);
        Candidate.W.AddGradient(daCandidate, x);
        Candidate.B.AddGradient(daCandidate);
        // past = Un·h' + b'n
        Candidate.U.AddGradient(dPast, hPrevious);
        CandidateRecurrentBias.AddGradient(dPast);

        var dx = Reset.W.TransposedTimes(daReset) + Update.W.TransposedTimes(daUpdate) + Candidate.W.TransposedTimes(daCandidate);
        var dhPrevious = (dh * z)
            + Reset.U.TransposedTimes(daReset) + Update.U.TransposedTimes(daUpdate) + Candidate.U.TransposedTimes(dPast);
        return new(dx, dhPrevious);
    }

    /// <summary>What one step computed, and what its backward needs.</summary>
    /// <param name="X">x [I].</param>
    /// <param name="HPrevious">h' [H].</param>
    /// <param name="R">Reset gate [H].</param>
    /// <param name="Z">Update gate [H].</param>
    /// <param name="Past"><c>Un·h' + b'n</c> [H].</param>
    /// <param name="N">Candidate [H].</param>
    /// <param name="H">h [H].</param>
    public readonly record struct Trace(
        StepVector X, StepVector HPrevious, StepVector R, StepVector Z, StepVector Past, StepVector N, StepVector H);

    /// <summary>The gradients of what one step read.</summary>
    /// <param name="X">Of x [I].</param>
    /// <param name="HPrevious">Of h' [H].</param>
    public readonly record struct Gradients(StepVector X, StepVector HPrevious);
}
