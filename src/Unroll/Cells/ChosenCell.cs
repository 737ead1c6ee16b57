using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>A cell with choices, as a cell: the same equations on lanes whose activations and whose states are those chosen.</summary>
/// <typeparam name="TCell">The equations.</typeparam>
/// <param name="Cell">Their constants.</param>
/// <param name="Limit">The bound, positive; infinite where there is none.</param>
/// <param name="IsHard">Whether σ and tanh are piecewise linear.</param>
internal readonly record struct ChosenCell<TCell>(TCell Cell, float Limit, bool IsHard) : ICell
    where TCell : struct, ICell
{
    public static string Name => TCell.Name;

    public static IReadOnlyList<string> GateNames => TCell.GateNames;

    public static int GateCount => TCell.GateCount;

    public static int StateCount => TCell.StateCount;

    public static int? ZoneoutStateCount => TCell.ZoneoutStateCount;

    public static bool SeparatesRecurrentSums => TCell.SeparatesRecurrentSums;

    public static bool HasRecurrentMatrix => TCell.HasRecurrentMatrix;

    public static IReadOnlyList<UnitWeight> UnitWeights => TCell.UnitWeights;

    public static int UnitWeightCount => TCell.UnitWeightCount;

    public static int FilteredGateCount => TCell.FilteredGateCount;

    public static bool NormalizesSums => TCell.NormalizesSums;

    public static bool ProjectsOutput => TCell.ProjectsOutput;

    public static bool IsFixed => TCell.IsFixed;

    public static int? ForgetGate => TCell.ForgetGate;

    public static CellDescription? Description => TCell.Description;

    public int Heads => Cell.Heads;

    public IReadOnlyList<CellConstant> Constants => Cell.Constants;

    /// <summary>What a filter gives is no state, and has no bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Filter<T>(in UnitStep<T> step)
        where T : struct, ILane<T> => T.FilterWith(new(float.PositiveInfinity, float.PositiveInfinity, IsHard), Cell, step);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T> => T.StepWith(new(Limit, TCell.StateCount > 0 ? float.PositiveInfinity : Limit, IsHard), Cell, step);
}
