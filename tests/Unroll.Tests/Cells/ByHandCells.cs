using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Tests.Cells;

/// <summary>The LSTM with a backward by hand, in the order of operations of the built-in one.</summary>
internal readonly struct ByHandLstm : ICell
{
    public static string Name => "by-hand-lstm";

    public static IReadOnlyList<string> GateNames => MyLstm.GateNames;

    public static int GateCount => 4;

    public static int StateCount => 1;

    public static bool HasBackward => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var (i, f) = (T.Sigmoid(step.Sum(0)), T.Sigmoid(step.Sum(1)));
        var (g, o) = (T.Tanh(step.Sum(2)), T.Sigmoid(step.Sum(3)));
        var c = T.MultiplyAdd(f, step.PreviousState(0), i * g);
        step.Keep(0, i);
        step.Keep(1, f);
        step.Keep(2, g);
        step.Keep(3, o);
        step.SetState(0, c);
        step.SetOutput(o * T.Tanh(c));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Backward<T>(in UnitGradient<T> step)
        where T : struct, ILane<T>
    {
        var one = T.Broadcast(1);
        var (i, f, g, o) = (step.Kept(0), step.Kept(1), step.Kept(2), step.Kept(3));
        var (tanhC, dh) = (T.Tanh(step.State(0)), step.OutputGradient);
        var dc = T.MultiplyAdd(dh * o, one - (tanhC * tanhC), step.StateGradient(0));
        step.SetSumGradient(0, dc * g * i * (one - i));
        step.SetSumGradient(1, dc * step.PreviousState(0) * f * (one - f));
        step.SetSumGradient(2, dc * i * (one - (g * g)));
        step.SetSumGradient(3, dh * tanhC * o * (one - o));
        step.SetPreviousStateGradient(0, dc * f);
    }
}

/// <summary>The GRU with a backward by hand: separate sums, and a previous output.</summary>
internal readonly struct ByHandGru : ICell
{
    public static string Name => "by-hand-gru";

    public static IReadOnlyList<string> GateNames => MyGru.GateNames;

    public static int GateCount => 3;

    public static bool SeparatesRecurrentSums => true;

    public static bool HasBackward => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var r = T.Sigmoid(step.InputSum(0) + step.RecurrentSum(0));
        var z = T.Sigmoid(step.InputSum(1) + step.RecurrentSum(1));
        var n = T.Tanh(T.MultiplyAdd(r, step.RecurrentSum(2), step.InputSum(2)));
        step.Keep(0, r);
        step.Keep(1, z);
        step.Keep(2, n);
        step.SetOutput(T.MultiplyAdd(z, step.PreviousOutput - n, n));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Backward<T>(in UnitGradient<T> step)
        where T : struct, ILane<T>
    {
        var (one, dh) = (T.Broadcast(1), step.OutputGradient);
        var (r, z, n) = (step.Kept(0), step.Kept(1), step.Kept(2));
        var dn = dh * (one - z) * (one - (n * n));
        var dz = dh * (step.PreviousOutput - n) * z * (one - z);
        var dr = dn * step.RecurrentSum(2) * r * (one - r);
        step.SetInputSumGradient(0, dr);
        step.SetInputSumGradient(1, dz);
        step.SetInputSumGradient(2, dn);
        step.SetRecurrentSumGradient(0, dr);
        step.SetRecurrentSumGradient(1, dz);
        step.SetRecurrentSumGradient(2, dn * r);
        step.SetPreviousOutputGradient(dh * z);
    }
}

/// <summary>No recurrent matrix; a weight and a state of each unit; keeps nothing.</summary>
internal readonly struct ByHandDecay : ICell
{
    public static string Name => "by-hand-decay";

    public static IReadOnlyList<string> GateNames => ["candidate"];

    public static int GateCount => 1;

    public static int StateCount => 1;

    public static bool HasRecurrentMatrix => false;

    public static IReadOnlyList<UnitWeight> UnitWeights => [new("decay", -1, 1), new("recurrent", -1, 1)];

    public static int UnitWeightCount => 2;

    public static bool HasBackward => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var c = T.MultiplyAdd(T.Sigmoid(step.UnitWeight(0)), step.PreviousState(0), step.Sum(0));
        step.SetState(0, c);
        step.SetOutput(T.Tanh(T.MultiplyAdd(step.UnitWeight(1), step.PreviousOutput, c)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Backward<T>(in UnitGradient<T> step)
        where T : struct, ILane<T>
    {
        var one = T.Broadcast(1);
        var (h, keep) = (step.Output, T.Sigmoid(step.UnitWeight(0)));
        var da = step.OutputGradient * (one - (h * h));
        var dc = da + step.StateGradient(0);
        step.SetUnitWeightGradient(0, dc * step.PreviousState(0) * keep * (one - keep));
        step.SetUnitWeightGradient(1, da * step.PreviousOutput);
        step.SetSumGradient(0, dc);
        step.SetPreviousOutputGradient(da * step.UnitWeight(1));
        step.SetPreviousStateGradient(0, dc * keep);
    }
}

/// <summary>The reset gate before the product: a filter whose gradient is found, and a step whose gradient is written.</summary>
internal readonly struct ByHandResetBefore : ICell
{
    public static string Name => "by-hand-reset-before";

    public static IReadOnlyList<string> GateNames => MyGru.GateNames;

    public static int GateCount => 3;

    public static int FilteredGateCount => 1;

    public static bool HasBackward => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Filter<T>(in UnitStep<T> step)
        where T : struct, ILane<T> => step.SetOutput(T.Sigmoid(step.Sum(0)) * step.PreviousOutput);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var (z, n) = (T.Sigmoid(step.Sum(1)), T.Tanh(step.Sum(2)));
        step.Keep(2, n);
        step.SetOutput(T.MultiplyAdd(z, step.PreviousOutput - n, n));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Backward<T>(in UnitGradient<T> step)
        where T : struct, ILane<T>
    {
        var (one, dh) = (T.Broadcast(1), step.OutputGradient);
        var (z, n) = (T.Sigmoid(step.Sum(1)), step.Kept(2));
        step.SetSumGradient(0, T.Broadcast(0));
        step.SetSumGradient(1, dh * (step.PreviousOutput - n) * z * (one - z));
        step.SetSumGradient(2, dh * (one - z) * (one - (n * n)));
        step.SetPreviousOutputGradient(dh * z);
    }
}

/// <summary>Sums that are normalised and an output that is projected.</summary>
internal readonly struct ByHandStages : ICell
{
    public static string Name => "by-hand-stages";

    public static IReadOnlyList<string> GateNames => ["candidate"];

    public static int GateCount => 1;

    public static int StateCount => 1;

    public static bool SeparatesRecurrentSums => true;

    public static bool NormalizesSums => true;

    public static bool ProjectsOutput => true;

    public static bool HasBackward => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var candidate = T.Tanh(step.InputSum(0) * step.RecurrentSum(0));
        var c = T.Broadcast(0.5f) * (step.PreviousState(0) + candidate);
        step.SetState(0, c);
        step.SetOutput(c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Backward<T>(in UnitGradient<T> step)
        where T : struct, ILane<T>
    {
        var (input, recurrent) = (step.InputSum(0), step.RecurrentSum(0));
        var candidate = T.Tanh(input * recurrent);
        var half = T.Broadcast(0.5f) * (step.OutputGradient + step.StateGradient(0));
        var product = half * (T.Broadcast(1) - (candidate * candidate));
        step.SetInputSumGradient(0, product * recurrent);
        step.SetRecurrentSumGradient(0, product * input);
        step.SetPreviousStateGradient(0, half);
    }
}
