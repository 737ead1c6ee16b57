using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>Independently recurrent network: each unit sees its own output of the step before and no other: one step.</summary>
/// <remarks>
/// <code>
/// h = relu(W·x + b + u∘h')
/// </code>
/// Li, Li, Cook, Zhu and Gao, "Independently Recurrent Neural Network (IndRNN): Building A Longer and Deeper RNN" (2018), section 3. New recurrent
/// weights are uniform in 0…1, as there. Deviation: the paper keeps |u| below a bound that depends on the length of sequences; here nothing does, so
/// clip gradients where sequences are long.
/// </remarks>
public readonly struct IndRnnCell : ICell
{
    private const int SumGate = 0;
    private const int RecurrentWeight = 0;

    /// <inheritdoc/>
    public static string Name => "indrnn";

    /// <inheritdoc/>
    public static IReadOnlyList<string> GateNames => ["sum"];

    /// <inheritdoc/>
    public static int GateCount => 1;

    /// <inheritdoc/>
    public static bool HasRecurrentMatrix => false;

    /// <inheritdoc/>
    public static IReadOnlyList<UnitWeight> UnitWeights => [new("recurrent", 0, 1)];

    /// <inheritdoc/>
    public static int UnitWeightCount => 1;

    /// <inheritdoc/>
    public static bool HasBackward => true;

    /// <inheritdoc/>
    public static CellDescription Description => new(
        "Independently recurrent network",
        "h = relu(W·x + b + u∘h')",
        "Li, Li, Cook, Zhu and Gao, \"Independently Recurrent Neural Network (IndRNN): Building A Longer and Deeper RNN\" (2018), section 3",
        "The paper keeps |u| below a bound that depends on the length of sequences; here nothing does, so clip gradients where sequences are long.");

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T> =>
        step.SetOutput(T.Max(T.MultiplyAdd(step.UnitWeight(RecurrentWeight), step.PreviousOutput, step.Sum(SumGate)), T.Broadcast(0)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Backward<T>(in UnitGradient<T> step)
        where T : struct, ILane<T>
    {
        var dSum = T.SelectPositive(step.Output, step.OutputGradient, T.Broadcast(0));
        var h = step.PreviousOutput;
        step.SetSumGradient(SumGate, dSum);
        step.SetPreviousOutputGradient(dSum * step.UnitWeight(RecurrentWeight));
        step.SetUnitWeightGradient(RecurrentWeight, dSum * h);
    }
}
