using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>An LSTM whose gates see the input alone and add up to one: one step.</summary>
/// <remarks>
/// <code>
/// f = σ(Wf·x + bf)
/// i = σ(Wi·x + bi)
/// h = f/(f + i)∘h' + i/(f + i)∘(Wh·x + bh)
/// </code>
/// Feng, Tung, Ahmed, Bengio and Hajimirsadeghi, "Were RNNs All We Needed?" (2024), minLSTM with gates that add up to one, the sequential form without
/// logarithms.
/// </remarks>
public readonly struct MinLstmCell : ICell
{
    private const int ForgetSum = 0;
    private const int InputGate = 1;
    private const int CandidateGate = 2;

    /// <inheritdoc/>
    public static string Name => "minlstm";

    /// <inheritdoc/>
    public static IReadOnlyList<string> GateNames => ["forget", "input", "candidate"];

    /// <inheritdoc/>
    public static int GateCount => 3;

    /// <inheritdoc/>
    public static bool HasRecurrentMatrix => false;

    /// <inheritdoc/>
    public static int? ForgetGate => ForgetSum;

    /// <inheritdoc/>
    public static bool HasBackward => true;

    /// <inheritdoc/>
    public static CellDescription Description => new(
        "Minimal LSTM",
        """
        f = σ(Wf·x + bf)
        i = σ(Wi·x + bi)
        h = f/(f + i)∘h' + i/(f + i)∘(Wh·x + bh)
        """,
        "Feng, Tung, Ahmed, Bengio and Hajimirsadeghi, \"Were RNNs All We Needed?\" (2024), minLSTM with gates that add up to one, the sequential form without logarithms");

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        // The logistic function of the lanes never reaches 0, so there is always something to divide by.
        var f = T.Sigmoid(step.Sum(ForgetSum));
        var i = T.Sigmoid(step.Sum(InputGate));
        var candidate = step.Sum(CandidateGate);
        step.Keep(ForgetSum, f);
        step.Keep(InputGate, i);
        // i/(f + i) = 1 − f/(f + i)
        step.SetOutput(T.MultiplyAdd(f / (f + i), step.PreviousOutput - candidate, candidate));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Backward<T>(in UnitGradient<T> step)
        where T : struct, ILane<T>
    {
        var one = T.Broadcast(1);
        var (f, i, dh) = (step.Kept(ForgetSum), step.Kept(InputGate), step.OutputGradient);
        var inverse = one / (f + i);
        var share = f * inverse;
        var candidate = step.Sum(CandidateGate);
        // ∂share/∂f = i/(f + i)², ∂share/∂i = −f/(f + i)²
        var common = dh * (step.PreviousOutput - candidate) * share * inverse * i;
        step.SetSumGradient(ForgetSum, common * (one - f));
        step.SetSumGradient(InputGate, common * (i - one));
        step.SetSumGradient(CandidateGate, dh * (one - share));
        step.SetPreviousOutputGradient(dh * share);
    }
}
