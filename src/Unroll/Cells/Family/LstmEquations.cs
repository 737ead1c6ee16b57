using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>The step of <see cref="LstmCell"/> as equations alone, for choices that its backward by hand does not know.</summary>
internal readonly record struct LstmEquations : ICell
{
    private const int InputGate = 0;
    private const int ForgetSum = 1;
    private const int CandidateGate = 2;
    private const int OutputGate = 3;
    private const int CellState = 0;

    public static string Name => "lstm";

    public static IReadOnlyList<string> GateNames => Cell.Lstm.GateNames;

    public static int GateCount => 4;

    public static int StateCount => 1;

    public static int? ForgetGate => ForgetSum;

    public static CellDescription? Description => Cell.Lstm.Description;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var (i, f) = (T.Sigmoid(step.Sum(InputGate)), T.Sigmoid(step.Sum(ForgetSum)));
        var (g, o) = (T.Tanh(step.Sum(CandidateGate)), T.Sigmoid(step.Sum(OutputGate)));
        var c = step.SetState(CellState, T.MultiplyAdd(f, step.PreviousState(CellState), i * g));
        step.SetOutput(o * T.Tanh(c));
    }
}
