using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>The step of <see cref="ElmanCell{TActivation}"/> as equations alone, for choices that its backward by hand does not know.</summary>
/// <typeparam name="TActivation">φ.</typeparam>
internal readonly record struct ElmanEquations<TActivation> : ICell
    where TActivation : struct, IElmanActivation
{
    private const int Sum = 0;

    public static string Name => TActivation.CellName;

    public static IReadOnlyList<string> GateNames => CellCatalog.ByHandOf<ElmanCell<TActivation>, ElmanEquations<TActivation>>().GateNames;

    public static int GateCount => 1;

    public static CellDescription? Description => CellCatalog.ByHandOf<ElmanCell<TActivation>, ElmanEquations<TActivation>>().Description;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T> => step.SetOutput(ElmanCell<TActivation>.Forward(step.Sum(Sum)));
}
