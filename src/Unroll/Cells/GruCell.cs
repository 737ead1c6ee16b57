using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>Gated recurrent unit: the pointwise maths of one step.</summary>
/// <remarks>
/// <code>
/// r = σ(Wr·x + br + Ur·h' + b'r)    z = σ(Wz·x + bz + Uz·h' + b'z)    n = tanh(Wn·x + bn + r∘(Un·h' + b'n))
/// h = (1 − z)∘n + z∘h'
/// </code>
/// Cho et al., "Learning Phrase Representations using RNN Encoder–Decoder" (2014). Deviation: the reset gate is applied after the recurrent
/// product, as PyTorch and cuDNN do.
/// </remarks>
public readonly struct GruCell : ICellKernel
{
    private const int ResetGate = 0;
    private const int UpdateGate = 1;
    private const int CandidateGate = 2;

    static string ICellKernel.Name => "gru";

    static IReadOnlyList<string> ICellKernel.GateNames => ["reset", "update", "candidate"];

    static int ICellKernel.GateCount => 3;

    static int ICellKernel.StateCount => 0;

    static bool ICellKernel.SeparatesRecurrentGates => true;

    static CellDescription ICellKernel.Description => new(
        "Gated recurrent unit",
        """
        r = σ(Wr·x + br + Ur·h' + b'r)
        z = σ(Wz·x + bz + Uz·h' + b'z)
        n = tanh(Wn·x + bn + r∘(Un·h' + b'n))
        h = (1 − z)∘n + z∘h'
        """,
        "Cho et al., \"Learning Phrase Representations using RNN Encoder–Decoder\" (2014), equations 5–8",
        "The reset gate is applied after the recurrent product, as PyTorch and cuDNN do; the paper applies it before.");

    /// <summary>One step forward.</summary>
    /// <param name="inputSums"><c>W·x + b</c> of the three gates.</param>
    /// <param name="recurrentSums"><c>U·h' + b'</c> of the three gates.</param>
    /// <param name="hPrevious">h', the output of the step before.</param>
    /// <param name="h">The output.</param>
    /// <returns>The activated gates, which the backward step needs.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GruGates<T> Forward<T>(GruGates<T> inputSums, GruGates<T> recurrentSums, T hPrevious, out T h)
        where T : struct, ILane<T>
    {
        var r = T.Sigmoid(inputSums.Reset + recurrentSums.Reset);
        var z = T.Sigmoid(inputSums.Update + recurrentSums.Update);
        var n = T.Tanh(T.MultiplyAdd(r, recurrentSums.Candidate, inputSums.Candidate));
        h = T.MultiplyAdd(z, hPrevious - n, n);
        return new(r, z, n);
    }

    /// <summary>The gradient of that step.</summary>
    /// <param name="gates">The activated gates that <see cref="Forward{T}"/> returned.</param>
    /// <param name="recurrentCandidate"><c>Un·h' + b'n</c>.</param>
    /// <param name="hPrevious">h', the output of the step before.</param>
    /// <param name="dh">Gradient of the output, from above and from the next step.</param>
    /// <param name="dRecurrentSums">Gradients of the three recurrent sums.</param>
    /// <param name="dhPrevious">Gradient of the previous output, without what passes the recurrent matrix.</param>
    /// <returns>Gradients of the three input sums.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GruGates<T> Backward<T>(
        GruGates<T> gates, T recurrentCandidate, T hPrevious, T dh, out GruGates<T> dRecurrentSums, out T dhPrevious)
        where T : struct, ILane<T>
    {
        var one = T.Broadcast(1);
        var (r, z, n) = (gates.Reset, gates.Update, gates.Candidate);
        var dn = dh * (one - z) * (one - (n * n));
        var dz = dh * (hPrevious - n) * z * (one - z);
        var dr = dn * recurrentCandidate * r * (one - r);
        dRecurrentSums = new(dr, dz, dn * r);
        dhPrevious = dh * z;
        return new(dr, dz, dn);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void ICellKernel.Forward<T>(in CellSlots slots)
    {
        var recurrentSums = new GruGates<T>(
            slots.RecurrentGate<T>(ResetGate), slots.RecurrentGate<T>(UpdateGate), slots.RecurrentGate<T>(CandidateGate));
        Write(slots, Forward(Read<T>(slots), recurrentSums, slots.PreviousHidden<T>(), out var h));
        slots.SetHidden(h);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void ICellKernel.Backward<T>(in CellSlots slots)
    {
        var dInput = Backward(
            Read<T>(slots), slots.RecurrentGate<T>(CandidateGate), slots.PreviousHidden<T>(), slots.HiddenGradient<T>(),
            out var dRecurrent, out var dhPrevious);
        Write(slots, dInput);
        slots.SetRecurrentGate(ResetGate, dRecurrent.Reset);
        slots.SetRecurrentGate(UpdateGate, dRecurrent.Update);
        slots.SetRecurrentGate(CandidateGate, dRecurrent.Candidate);
        slots.SetPreviousHiddenGradient(dhPrevious);
    }

    void ICellKernel.Watch(in CellSlots slots, ActivationWatch watch, int unit)
    {
        watch.Note(unit, ActivationKind.Logistic, ResetGate, LanesScalar.Sum(slots.Gate<LanesScalar>(ResetGate)));
        watch.Note(unit, ActivationKind.Logistic, UpdateGate, LanesScalar.Sum(slots.Gate<LanesScalar>(UpdateGate)));
        watch.Note(unit, ActivationKind.Tanh, CandidateGate, LanesScalar.Sum(slots.Gate<LanesScalar>(CandidateGate)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static GruGates<T> Read<T>(in CellSlots slots)
        where T : struct, ISimdLane<T> =>
        new(slots.Gate<T>(ResetGate), slots.Gate<T>(UpdateGate), slots.Gate<T>(CandidateGate));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<T>(in CellSlots slots, GruGates<T> gates)
        where T : struct, ISimdLane<T>
    {
        slots.SetGate(ResetGate, gates.Reset);
        slots.SetGate(UpdateGate, gates.Update);
        slots.SetGate(CandidateGate, gates.Candidate);
    }
}

/// <summary>One value for each gate of a GRU: sums, activations or gradients.</summary>
/// <param name="Reset">r: how much of the recurrent product enters the candidate.</param>
/// <param name="Update">z: how much of the previous output stays.</param>
/// <param name="Candidate">n: the new content, in −1…1.</param>
/// <typeparam name="T">The lane type.</typeparam>
public readonly record struct GruGates<T>(T Reset, T Update, T Candidate)
    where T : struct, ILane<T>;
