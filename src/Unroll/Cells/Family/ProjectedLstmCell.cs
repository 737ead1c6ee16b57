using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>Long short-term memory with a projection, LSTMP: one step before it is projected.</summary>
/// <remarks>
/// <code>
/// i = σ(Wi·x + bi + Ui·h' + b'i)
/// f = σ(Wf·x + bf + Uf·h' + b'f)
/// g = tanh(Wg·x + bg + Ug·h' + b'g)
/// o = σ(Wo·x + bo + Uo·h' + b'o)
/// c = f∘c' + i∘g
/// h = P·(o∘tanh(c))
/// </code>
/// Sak, Senior and Beaufays, "Long Short-Term Memory Based Recurrent Neural Network Architectures for Large Scale Acoustic Modeling" (2014), equations 8–14,
/// without the second, not recurrent projection. Deviation: no peepholes, as in PyTorch's LSTM with <c>proj_size</c>, whose weights it takes.
/// </remarks>
public readonly struct ProjectedLstmCell : ICell
{
    private const int InputGate = 0;
    private const int ForgetSum = 1;
    private const int CandidateGate = 2;
    private const int OutputGate = 3;
    private const int CellState = 0;

    /// <inheritdoc/>
    public static string Name => "projected-lstm";

    /// <inheritdoc/>
    public static IReadOnlyList<string> GateNames => ["input", "forget", "candidate", "output"];

    /// <inheritdoc/>
    public static int GateCount => 4;

    /// <inheritdoc/>
    public static int StateCount => 1;

    /// <inheritdoc/>
    public static bool ProjectsOutput => true;

    /// <inheritdoc/>
    public static int? ForgetGate => ForgetSum;

    /// <inheritdoc/>
    public static CellDescription Description => new(
        "LSTM with projection (LSTMP)",
        """
        i = σ(Wi·x + bi + Ui·h' + b'i)
        f = σ(Wf·x + bf + Uf·h' + b'f)
        g = tanh(Wg·x + bg + Ug·h' + b'g)
        o = σ(Wo·x + bo + Uo·h' + b'o)
        c = f∘c' + i∘g
        h = P·(o∘tanh(c))
        """,
        "Sak, Senior and Beaufays, \"Long Short-Term Memory Based Recurrent Neural Network Architectures for Large Scale Acoustic Modeling\" (2014), equations 8–14",
        "No peepholes and no second projection, as in PyTorch's LSTM with proj_size.");

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var (i, f) = (T.Sigmoid(step.Sum(InputGate)), T.Sigmoid(step.Sum(ForgetSum)));
        var (g, o) = (T.Tanh(step.Sum(CandidateGate)), T.Sigmoid(step.Sum(OutputGate)));
        var c = T.MultiplyAdd(f, step.PreviousState(CellState), i * g);
        c = step.SetState(CellState, c);
        step.SetOutput(o * T.Tanh(c));
    }
}
