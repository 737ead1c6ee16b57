using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Benchmarks.CustomCells;

/// <summary>The LSTM as a user writes it: the equations of docs/notation.md, no backward.</summary>
internal readonly struct CustomLstm : ICell
{
    private const int Input = 0;
    private const int Forget = 1;
    private const int Candidate = 2;
    private const int Output = 3;

    public static string Name => "custom-lstm";

    public static IReadOnlyList<string> GateNames => ["input", "forget", "candidate", "output"];

    public static int GateCount => 4;

    public static int StateCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var i = T.Sigmoid(step.Sum(Input));
        var f = T.Sigmoid(step.Sum(Forget));
        var g = T.Tanh(step.Sum(Candidate));
        var o = T.Sigmoid(step.Sum(Output));
        var c = T.MultiplyAdd(f, step.PreviousState(0), i * g);
        step.SetState(0, c);
        step.SetOutput(o * T.Tanh(c));
    }
}
