using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>A GRU whose gates see the input alone: one step.</summary>
/// <remarks>
/// <code>
/// z = σ(Wz·x + bz)
/// h = (1 − z)∘h' + z∘(Wh·x + bh)
/// </code>
/// Feng, Tung, Ahmed, Bengio and Hajimirsadeghi, "Were RNNs All We Needed?" (2024), minGRU, the sequential form without logarithms.
/// </remarks>
public readonly struct MinGruCell : ICell
{
    private const int UpdateGate = 0;
    private const int CandidateGate = 1;

    /// <inheritdoc/>
    public static string Name => "mingru";

    /// <inheritdoc/>
    public static IReadOnlyList<string> GateNames => ["update", "candidate"];

    /// <inheritdoc/>
    public static int GateCount => 2;

    /// <inheritdoc/>
    public static bool HasRecurrentMatrix => false;

    /// <inheritdoc/>
    public static bool HasBackward => true;

    /// <inheritdoc/>
    public static CellDescription Description => new(
        "Minimal GRU",
        """
        z = σ(Wz·x + bz)
        h = (1 − z)∘h' + z∘(Wh·x + bh)
        """,
        "Feng, Tung, Ahmed, Bengio and Hajimirsadeghi, \"Were RNNs All We Needed?\" (2024), minGRU, the sequential form without logarithms");

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var z = T.Sigmoid(step.Sum(UpdateGate));
        var h = step.PreviousOutput;
        // (1 − z)∘h' + z∘candidate
        step.Keep(UpdateGate, z);
        step.SetOutput(T.MultiplyAdd(z, step.Sum(CandidateGate) - h, h));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Backward<T>(in UnitGradient<T> step)
        where T : struct, ILane<T>
    {
        var one = T.Broadcast(1);
        var (z, dh) = (step.Kept(UpdateGate), step.OutputGradient);
        var dUpdate = dh * (step.Sum(CandidateGate) - step.PreviousOutput) * z * (one - z);
        step.SetSumGradient(UpdateGate, dUpdate);
        step.SetSumGradient(CandidateGate, dh * z);
        step.SetPreviousOutputGradient(dh * (one - z));
    }
}
