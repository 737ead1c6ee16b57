using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>Gated recurrent unit whose reset gate is applied before the recurrent product: one step.</summary>
/// <remarks>
/// <code>
/// r = σ(Wr·x + br + Ur·h' + b'r)
/// z = σ(Wz·x + bz + Uz·h' + b'z)
/// n = tanh(Wn·x + bn + Un·(r∘h') + b'n)
/// h = (1 − z)∘n + z∘h'
/// </code>
/// Cho et al., "Learning Phrase Representations using RNN Encoder–Decoder for Statistical Machine Translation" (2014), equations 5–8; ONNX's GRU with
/// <c>linear_before_reset = 0</c>, its default. <see cref="GruCell"/> applies the reset gate after the product.
/// </remarks>
public readonly struct GruResetBeforeCell : ICell
{
    private const int ResetGate = 0;
    private const int UpdateGate = 1;
    private const int CandidateGate = 2;

    /// <inheritdoc/>
    public static string Name => "gru-reset-before";

    /// <inheritdoc/>
    public static IReadOnlyList<string> GateNames => ["reset", "update", "candidate"];

    /// <inheritdoc/>
    public static int GateCount => 3;

    /// <inheritdoc/>
    public static int FilteredGateCount => 1;

    /// <inheritdoc/>
    public static CellDescription Description => new(
        "GRU, reset before the product",
        """
        r = σ(Wr·x + br + Ur·h' + b'r)
        z = σ(Wz·x + bz + Uz·h' + b'z)
        n = tanh(Wn·x + bn + Un·(r∘h') + b'n)
        h = (1 − z)∘n + z∘h'
        """,
        "Cho et al., \"Learning Phrase Representations using RNN Encoder–Decoder for Statistical Machine Translation\" (2014), equations 5–8",
        "Biases, two a gate. ONNX's GRU with linear_before_reset = 0.");

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Filter<T>(in UnitStep<T> step)
        where T : struct, ILane<T> => step.SetOutput(T.Sigmoid(step.Sum(ResetGate)) * step.PreviousOutput);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var z = T.Sigmoid(step.Sum(UpdateGate));
        var n = T.Tanh(step.Sum(CandidateGate));
        step.SetOutput(T.MultiplyAdd(z, step.PreviousOutput - n, n));
    }
}
