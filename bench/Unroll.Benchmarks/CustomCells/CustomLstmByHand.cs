using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Benchmarks.CustomCells;

/// <summary>The same with a backward by hand, which keeps the activations instead of the sums.</summary>
internal readonly struct CustomLstmByHand : ICell
{
    private const int Input = 0;
    private const int Forget = 1;
    private const int Candidate = 2;
    private const int Output = 3;

    public static string Name => "custom-lstm-by-hand";

    public static IReadOnlyList<string> GateNames => CustomLstm.GateNames;

    public static int GateCount => CustomLstm.GateCount;

    public static int StateCount => CustomLstm.StateCount;

    public static bool HasBackward => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var i = T.Sigmoid(step.Sum(Input));
        var f = T.Sigmoid(step.Sum(Forget));
        var g = T.Tanh(step.Sum(Candidate));
        var o = T.Sigmoid(step.Sum(Output));
        var c = T.MultiplyAdd(f, step.PreviousState(0), i * g);
        step.Keep(Input, i);
        step.Keep(Forget, f);
        step.Keep(Candidate, g);
        step.Keep(Output, o);
        step.SetState(0, c);
        step.SetOutput(o * T.Tanh(c));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Backward<T>(in UnitGradient<T> step)
        where T : struct, ILane<T>
    {
        var one = T.Broadcast(1);
        var (i, f, g, o) = (step.Kept(Input), step.Kept(Forget), step.Kept(Candidate), step.Kept(Output));
        var tanhC = T.Tanh(step.State(0));
        var dh = step.OutputGradient;
        var dc = T.MultiplyAdd(dh * o, one - (tanhC * tanhC), step.StateGradient(0));
        step.SetSumGradient(Input, dc * g * i * (one - i));
        step.SetSumGradient(Forget, dc * step.PreviousState(0) * f * (one - f));
        step.SetSumGradient(Candidate, dc * i * (one - (g * g)));
        step.SetSumGradient(Output, dh * tanhC * o * (one - o));
        step.SetPreviousStateGradient(0, dc * f);
    }
}
