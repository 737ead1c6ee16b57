using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>Jordan network, which reads its previous output and not its previous hidden values: one step before the output is made of it.</summary>
/// <remarks>
/// <code>
/// m = tanh(W·x + b + U·y' + b')
/// y = P·m
/// </code>
/// Jordan, "Serial Order: A Parallel Distributed Processing Approach" (1986). Deviations: the output is linear, and the state units have no decay of their own.
/// </remarks>
public readonly struct JordanCell : ICell
{
    private const int Sum = 0;

    /// <inheritdoc/>
    public static string Name => "jordan";

    /// <inheritdoc/>
    public static IReadOnlyList<string> GateNames => ["hidden"];

    /// <inheritdoc/>
    public static int GateCount => 1;

    /// <inheritdoc/>
    public static bool ProjectsOutput => true;

    /// <inheritdoc/>
    public static CellDescription Description => new(
        "Jordan network",
        """
        m = tanh(W·x + b + U·y' + b')
        y = P·m
        """,
        "Jordan, \"Serial Order: A Parallel Distributed Processing Approach\" (1986)",
        "The output is linear, and the state units have no decay of their own.");

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T> => step.SetOutput(T.Tanh(step.Sum(Sum)));
}
