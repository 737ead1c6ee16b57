using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>The step of <see cref="GruCell"/> as equations alone, for choices that its backward by hand does not know.</summary>
internal readonly record struct GruEquations : ICell
{
    private const int ResetGate = 0;
    private const int UpdateGate = 1;
    private const int CandidateGate = 2;

    public static string Name => "gru";

    public static IReadOnlyList<string> GateNames => Cell.Gru.GateNames;

    public static int GateCount => 3;

    public static bool SeparatesRecurrentSums => true;

    public static CellDescription? Description => Cell.Gru.Description;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var inputs = new GruGates<T>(step.InputSum(ResetGate), step.InputSum(UpdateGate), step.InputSum(CandidateGate));
        var recurrent = new GruGates<T>(step.RecurrentSum(ResetGate), step.RecurrentSum(UpdateGate), step.RecurrentSum(CandidateGate));
        GruCell.Forward(inputs, recurrent, step.PreviousOutput, out var h);
        step.SetOutput(h);
    }
}
