using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>Gated recurrent unit whose sums are normalised over all gates and units: one step.</summary>
/// <remarks>
/// <code>
/// (rx, zx, nx) = LN(W·x) + b
/// (rh, zh, nh) = LN(U·h') + b'
/// r = σ(rx + rh)
/// z = σ(zx + zh)
/// n = tanh(nx + r∘nh)
/// h = (1 − z)∘n + z∘h'
/// </code>
/// Ba, Kiros and Hinton, "Layer Normalization" (2016), supplement, equations for the GRU. Deviation: one mean and variance for the sums of all three gates, instead
/// of one for r and z and one for n; h stands where it stands in PyTorch's GRU.
/// </remarks>
public readonly struct LayerNormGruCell : ICell
{
    private const int ResetGate = 0;
    private const int UpdateGate = 1;
    private const int CandidateGate = 2;

    /// <inheritdoc/>
    public static string Name => "layer-norm-gru";

    /// <inheritdoc/>
    public static IReadOnlyList<string> GateNames => ["reset", "update", "candidate"];

    /// <inheritdoc/>
    public static int GateCount => 3;

    /// <inheritdoc/>
    public static bool SeparatesRecurrentSums => true;

    /// <inheritdoc/>
    public static bool NormalizesSums => true;

    /// <inheritdoc/>
    public static CellDescription Description => new(
        "GRU with layer normalisation",
        """
        (rx, zx, nx) = LN(W·x) + b
        (rh, zh, nh) = LN(U·h') + b'
        r = σ(rx + rh)
        z = σ(zx + zh)
        n = tanh(nx + r∘nh)
        h = (1 − z)∘n + z∘h'
        """,
        "Ba, Kiros and Hinton, \"Layer Normalization\" (2016), supplement",
        "One mean and variance for the sums of all three gates. LN has a gain for each gate and unit.");

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var r = T.Sigmoid(step.InputSum(ResetGate) + step.RecurrentSum(ResetGate));
        var z = T.Sigmoid(step.InputSum(UpdateGate) + step.RecurrentSum(UpdateGate));
        var n = T.Tanh(T.MultiplyAdd(r, step.RecurrentSum(CandidateGate), step.InputSum(CandidateGate)));
        step.SetOutput(T.MultiplyAdd(z, step.PreviousOutput - n, n));
    }
}
