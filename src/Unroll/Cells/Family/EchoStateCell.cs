using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>A unit of an echo state network, a leaky integrator: one step. Its weights are drawn and never trained.</summary>
/// <remarks>
/// <code>
/// h = (1 − a)∘h' + a∘tanh(W·x + b + U·h' + b')
/// </code>
/// Jaeger, "The 'echo state' approach to analysing and training recurrent neural networks" (2001); with leaky integration: Jaeger, Lukoševičius, Popovici and
/// Siewert, "Optimization and applications of echo state networks with leaky-integrator neurons" (2007), equation 2. Deviation: the leaking rate a is a
/// weight of each unit, drawn from 0.2 to 1, instead of one number.
/// </remarks>
public readonly struct EchoStateCell : ICell
{
    private const int Sum = 0;
    private const int Leak = 0;

    /// <inheritdoc/>
    public static string Name => "echo-state";

    /// <inheritdoc/>
    public static IReadOnlyList<string> GateNames => ["reservoir"];

    /// <inheritdoc/>
    public static int GateCount => 1;

    /// <inheritdoc/>
    public static IReadOnlyList<UnitWeight> UnitWeights => [new("leak", 0.2f, 1)];

    /// <inheritdoc/>
    public static int UnitWeightCount => 1;

    /// <inheritdoc/>
    public static bool IsFixed => true;

    /// <inheritdoc/>
    public static CellDescription Description => new(
        "Echo state network",
        """
        h = (1 − a)∘h' + a∘tanh(W·x + b + U·h' + b')
        """,
        "Jaeger, \"The 'echo state' approach to analysing and training recurrent neural networks\" (2001); Jaeger et al., \"Optimization and applications of echo state networks with leaky-integrator neurons\" (2007), equation 2",
        "The leaking rate a is one of each unit. All weights are drawn and stay as they are; a readout is trained.");

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var hPrevious = step.PreviousOutput;
        step.SetOutput(T.MultiplyAdd(step.UnitWeight(Leak), T.Tanh(step.Sum(Sum)) - hPrevious, hPrevious));
    }
}
