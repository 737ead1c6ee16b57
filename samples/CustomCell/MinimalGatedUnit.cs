using System.Runtime.CompilerServices;
using Unroll.Kernels;

/// <summary>
/// Minimal gated unit: Zhou, Wu, Zhang and Zhou, "Minimal Gated Unit for Recurrent Neural Networks" (2016). Deviation: the gate is applied after the
/// recurrent product, f∘(U·h' + b'), as <see cref="Unroll.Cells.GruCell"/> does, and not before, U·(f∘h').
/// </summary>
internal readonly struct MinimalGatedUnit : ICell
{
    private const int Forget = 0;
    private const int Candidate = 1;

    public static string Name => "mgu";

    public static IReadOnlyList<string> GateNames => ["forget", "candidate"];

    public static int GateCount => 2;

    public static bool SeparatesRecurrentSums => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var f = T.Sigmoid(step.InputSum(Forget) + step.RecurrentSum(Forget));
        var candidate = T.Tanh(T.MultiplyAdd(f, step.RecurrentSum(Candidate), step.InputSum(Candidate)));
        var h = step.PreviousOutput;
        step.SetOutput(T.MultiplyAdd(f, candidate - h, h));
    }
}
