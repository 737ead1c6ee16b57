using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>Minimal gated unit, a GRU with one gate: one step.</summary>
/// <remarks>
/// <code>
/// f = σ(Wf·x + bf + Uf·h' + b'f)
/// n = tanh(Wn·x + bn + Un·(f∘h') + b'n)
/// h = (1 − f)∘h' + f∘n
/// </code>
/// Zhou, Wu, Zhang and Zhou, "Minimal Gated Unit for Recurrent Neural Networks" (2016), equations 8–10. Deviation: two biases a gate.
/// </remarks>
public readonly struct MinimalGatedCell : ICell
{
    private const int ForgetSum = 0;
    private const int CandidateGate = 1;

    /// <inheritdoc/>
    public static string Name => "minimal-gated";

    /// <inheritdoc/>
    public static IReadOnlyList<string> GateNames => ["forget", "candidate"];

    /// <inheritdoc/>
    public static int GateCount => 2;

    /// <inheritdoc/>
    public static int FilteredGateCount => 1;

    /// <inheritdoc/>
    public static CellDescription Description => new(
        "Minimal gated unit",
        """
        f = σ(Wf·x + bf + Uf·h' + b'f)
        n = tanh(Wn·x + bn + Un·(f∘h') + b'n)
        h = (1 − f)∘h' + f∘n
        """,
        "Zhou, Wu, Zhang and Zhou, \"Minimal Gated Unit for Recurrent Neural Networks\" (2016), equations 8–10",
        "Two biases a gate.");

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Filter<T>(in UnitStep<T> step)
        where T : struct, ILane<T> => step.SetOutput(T.Sigmoid(step.Sum(ForgetSum)) * step.PreviousOutput);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var hPrevious = step.PreviousOutput;
        step.SetOutput(T.MultiplyAdd(T.Sigmoid(step.Sum(ForgetSum)), T.Tanh(step.Sum(CandidateGate)) - hPrevious, hPrevious));
    }
}
