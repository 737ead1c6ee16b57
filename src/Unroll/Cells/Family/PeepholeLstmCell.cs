using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>Long short-term memory whose gates see the cell state: one step.</summary>
/// <remarks>
/// <code>
/// i = σ(Wi·x + bi + Ui·h' + b'i + pi∘c')
/// f = σ(Wf·x + bf + Uf·h' + b'f + pf∘c')
/// g = tanh(Wg·x + bg + Ug·h' + b'g)
/// c = f∘c' + i∘g
/// o = σ(Wo·x + bo + Uo·h' + b'o + po∘c)
/// h = o∘tanh(c)
/// </code>
/// Gers and Schmidhuber, "Recurrent Nets that Time and Count" (2000); these equations: Graves, "Generating Sequences With Recurrent Neural
/// Networks" (2013), equations 7–11. The output gate sees the new cell state.
/// </remarks>
public readonly struct PeepholeLstmCell : ICell
{
    private const int InputGate = 0;
    private const int ForgetSum = 1;
    private const int CandidateGate = 2;
    private const int OutputGate = 3;
    private const int CellState = 0;
    private const int InputPeephole = 0;
    private const int ForgetPeephole = 1;
    private const int OutputPeephole = 2;

    // Small: an LSTM that learns to look at its state. The papers draw peepholes like all their weights and give no range of their own.
    private const float PeepholeRange = 0.1f;

    /// <inheritdoc/>
    public static string Name => "peephole-lstm";

    /// <inheritdoc/>
    public static IReadOnlyList<string> GateNames => ["input", "forget", "candidate", "output"];

    /// <inheritdoc/>
    public static int GateCount => 4;

    /// <inheritdoc/>
    public static int StateCount => 1;

    /// <inheritdoc/>
    public static IReadOnlyList<UnitWeight> UnitWeights =>
    [
        new("peephole_input", -PeepholeRange, PeepholeRange),
        new("peephole_forget", -PeepholeRange, PeepholeRange),
        new("peephole_output", -PeepholeRange, PeepholeRange),
    ];

    /// <inheritdoc/>
    public static int UnitWeightCount => 3;

    /// <inheritdoc/>
    public static int? ForgetGate => ForgetSum;

    /// <inheritdoc/>
    public static CellDescription Description => new(
        "LSTM with peepholes",
        """
        i = σ(Wi·x + bi + Ui·h' + b'i + pi∘c')
        f = σ(Wf·x + bf + Uf·h' + b'f + pf∘c')
        g = tanh(Wg·x + bg + Ug·h' + b'g)
        c = f∘c' + i∘g
        o = σ(Wo·x + bo + Uo·h' + b'o + po∘c)
        h = o∘tanh(c)
        """,
        "Gers and Schmidhuber, \"Recurrent Nets that Time and Count\" (2000); Graves, \"Generating Sequences With Recurrent Neural Networks\" (2013), equations 7–11",
        "Two biases a gate, as in PyTorch's LSTM.");

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var cPrevious = step.PreviousState(CellState);
        var i = T.Sigmoid(T.MultiplyAdd(step.UnitWeight(InputPeephole), cPrevious, step.Sum(InputGate)));
        var f = T.Sigmoid(T.MultiplyAdd(step.UnitWeight(ForgetPeephole), cPrevious, step.Sum(ForgetSum)));
        var g = T.Tanh(step.Sum(CandidateGate));
        var c = step.SetState(CellState, T.MultiplyAdd(f, cPrevious, i * g));
        var o = T.Sigmoid(T.MultiplyAdd(step.UnitWeight(OutputPeephole), c, step.Sum(OutputGate)));
        step.SetOutput(o * T.Tanh(c));
    }
}
