using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>Long short-term memory: the pointwise maths of one step.</summary>
/// <remarks>
/// <code>
/// i = σ(Wi·x + Ui·h' + bi)    f = σ(Wf·x + Uf·h' + bf)    g = tanh(Wg·x + Ug·h' + bg)    o = σ(Wo·x + Uo·h' + bo)
/// c = f∘c' + i∘g              h = o∘tanh(c)
/// </code>
/// Hochreiter and Schmidhuber, "Long Short-Term Memory" (1997); forget gate: Gers, Schmidhuber and Cummins, "Learning to Forget" (2000),
/// without peepholes, as PyTorch and cuDNN have it. The matrix products are the engine's; a cell sees their sums.
/// </remarks>
public readonly struct LstmCell : ICellKernel
{
    private const int InputGate = 0;
    private const int ForgetGate = 1;
    private const int CandidateGate = 2;
    private const int OutputGate = 3;
    private const int CellState = 0;

    static string ICellKernel.Name => "lstm";

    static IReadOnlyList<string> ICellKernel.GateNames => ["input", "forget", "candidate", "output"];

    static int ICellKernel.GateCount => 4;

    static int ICellKernel.StateCount => 1;

    static int ICellKernel.ZoneoutStateCount => 1;

    static bool ICellKernel.SeparatesRecurrentGates => false;

    static int? ICellKernel.ForgetGate => ForgetGate;

    static CellDescription ICellKernel.Description => new(
        "Long short-term memory",
        """
        i = σ(Wi·x + bi + Ui·h' + b'i)
        f = σ(Wf·x + bf + Uf·h' + b'f)
        g = tanh(Wg·x + bg + Ug·h' + b'g)
        o = σ(Wo·x + bo + Uo·h' + b'o)
        c = f∘c' + i∘g
        h = o∘tanh(c)
        """,
        "Hochreiter and Schmidhuber, \"Long Short-Term Memory\" (1997); forget gate: Gers, Schmidhuber and Cummins, \"Learning to Forget\" (2000)",
        "Without peepholes, as PyTorch and cuDNN have it.");

    /// <summary>One step forward.</summary>
    /// <param name="sums">The four pre-activations.</param>
    /// <param name="cPrevious">c', the cell state of the step before.</param>
    /// <param name="c">The new cell state.</param>
    /// <param name="h">The output.</param>
    /// <returns>The activated gates, which the backward step needs.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LstmGates<T> Forward<T>(LstmGates<T> sums, T cPrevious, out T c, out T h)
        where T : struct, ILane<T>
    {
        var i = T.Sigmoid(sums.Input);
        var f = T.Sigmoid(sums.Forget);
        var g = T.Tanh(sums.Candidate);
        var o = T.Sigmoid(sums.Output);
        c = T.MultiplyAdd(f, cPrevious, i * g);
        h = o * T.Tanh(c);
        return new(i, f, g, o);
    }

    /// <summary>The gradient of that step.</summary>
    /// <param name="gates">The activated gates that <see cref="Forward{T}"/> returned.</param>
    /// <param name="cPrevious">c', the cell state of the step before.</param>
    /// <param name="c">The cell state the step gave.</param>
    /// <param name="dh">Gradient of the output, from above and from the next step.</param>
    /// <param name="dc">Gradient of the cell state from the next step.</param>
    /// <param name="dcPrevious">Gradient of the previous cell state.</param>
    /// <returns>Gradients of the four pre-activations.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LstmGates<T> Backward<T>(LstmGates<T> gates, T cPrevious, T c, T dh, T dc, out T dcPrevious)
        where T : struct, ILane<T>
    {
        var one = T.Broadcast(1);
        var (i, f, g, o) = (gates.Input, gates.Forget, gates.Candidate, gates.Output);
        var tanhC = T.Tanh(c);
        var dcTotal = T.MultiplyAdd(dh * o, one - (tanhC * tanhC), dc);
        dcPrevious = dcTotal * f;
        return new(
            dcTotal * g * i * (one - i),
            dcTotal * cPrevious * f * (one - f),
            dcTotal * i * (one - (g * g)),
            dh * tanhC * o * (one - o));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void ICellKernel.Forward<T>(in CellSlots slots)
    {
        var gates = Forward(Read<T>(slots), slots.PreviousState<T>(CellState), out var c, out var h);
        Write(slots, gates);
        slots.SetState(CellState, c);
        slots.SetHidden(h);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void ICellKernel.Backward<T>(in CellSlots slots)
    {
        var dGates = Backward(
            Read<T>(slots), slots.PreviousState<T>(CellState), slots.State<T>(CellState), slots.HiddenGradient<T>(), slots.StateGradient<T>(CellState), out var dcPrevious);
        Write(slots, dGates);
        slots.SetPreviousStateGradient(CellState, dcPrevious);
        slots.SetPreviousHiddenGradient(T.Broadcast(0));
    }

    void ICellKernel.Watch(in CellSlots slots, ActivationWatch watch, int unit)
    {
        watch.Note(unit, ActivationKind.Logistic, InputGate, LanesScalar.Sum(slots.Gate<LanesScalar>(InputGate)));
        watch.Note(unit, ActivationKind.Logistic, ForgetGate, LanesScalar.Sum(slots.Gate<LanesScalar>(ForgetGate)));
        watch.Note(unit, ActivationKind.Tanh, CandidateGate, LanesScalar.Sum(slots.Gate<LanesScalar>(CandidateGate)));
        watch.Note(unit, ActivationKind.Logistic, OutputGate, LanesScalar.Sum(slots.Gate<LanesScalar>(OutputGate)));
        watch.Note(unit, ActivationKind.Tanh, -1, LanesScalar.Sum(LanesScalar.Tanh(slots.State<LanesScalar>(CellState))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static LstmGates<T> Read<T>(in CellSlots slots)
        where T : struct, ISimdLane<T> =>
        new(slots.Gate<T>(InputGate), slots.Gate<T>(ForgetGate), slots.Gate<T>(CandidateGate), slots.Gate<T>(OutputGate));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<T>(in CellSlots slots, LstmGates<T> gates)
        where T : struct, ISimdLane<T>
    {
        slots.SetGate(InputGate, gates.Input);
        slots.SetGate(ForgetGate, gates.Forget);
        slots.SetGate(CandidateGate, gates.Candidate);
        slots.SetGate(OutputGate, gates.Output);
    }
}

/// <summary>One value for each gate of an LSTM: pre-activations, activations or gradients.</summary>
/// <param name="Input">i: how much of the candidate enters the cell state.</param>
/// <param name="Forget">f: how much of the previous cell state stays.</param>
/// <param name="Candidate">g: the new content, in −1…1.</param>
/// <param name="Output">o: how much of the cell state shows.</param>
/// <typeparam name="T">The lane type.</typeparam>
public readonly record struct LstmGates<T>(T Input, T Forget, T Candidate, T Output)
    where T : struct, ILane<T>;
