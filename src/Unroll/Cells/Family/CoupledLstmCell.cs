using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>Long short-term memory that lets in as much as it forgets: one step.</summary>
/// <remarks>
/// <code>
/// f = σ(Wf·x + bf + Uf·h' + b'f)
/// g = tanh(Wg·x + bg + Ug·h' + b'g)
/// o = σ(Wo·x + bo + Uo·h' + b'o)
/// c = f∘c' + (1 − f)∘g
/// h = o∘tanh(c)
/// </code>
/// Greff, Srivastava, Koutník, Steunebrink and Schmidhuber, "LSTM: A Search Space Odyssey" (2017), variant CIFG. Deviations: without peepholes;
/// the forget gate is the one that is learned and i = 1 − f, which is f = 1 − i with the sign of that gate's weights turned.
/// </remarks>
public readonly struct CoupledLstmCell : ICell
{
    private const int ForgetSum = 0;
    private const int CandidateGate = 1;
    private const int OutputGate = 2;
    private const int CellState = 0;

    /// <inheritdoc/>
    public static string Name => "coupled-lstm";

    /// <inheritdoc/>
    public static IReadOnlyList<string> GateNames => ["forget", "candidate", "output"];

    /// <inheritdoc/>
    public static int GateCount => 3;

    /// <inheritdoc/>
    public static int StateCount => 1;

    /// <inheritdoc/>
    public static int? ForgetGate => ForgetSum;

    /// <inheritdoc/>
    public static CellDescription Description => new(
        "LSTM with coupled input and forget gates (CIFG)",
        """
        f = σ(Wf·x + bf + Uf·h' + b'f)
        g = tanh(Wg·x + bg + Ug·h' + b'g)
        o = σ(Wo·x + bo + Uo·h' + b'o)
        c = f∘c' + (1 − f)∘g
        h = o∘tanh(c)
        """,
        "Greff, Srivastava, Koutník, Steunebrink and Schmidhuber, \"LSTM: A Search Space Odyssey\" (2017), variant CIFG",
        "Without peepholes. The forget gate is the one that is learned and i = 1 − f, which is the paper's f = 1 − i with the sign of that gate's weights turned.");

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var f = T.Sigmoid(step.Sum(ForgetSum));
        var g = T.Tanh(step.Sum(CandidateGate));
        var o = T.Sigmoid(step.Sum(OutputGate));
        // f∘c' + (1 − f)∘g
        var c = T.MultiplyAdd(f, step.PreviousState(CellState) - g, g);
        c = step.SetState(CellState, c);
        step.SetOutput(o * T.Tanh(c));
    }
}
