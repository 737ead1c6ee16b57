using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Tests.Cells;

/// <summary>The LSTM as a user would write it.</summary>
internal readonly struct MyLstm : ICell
{
    public static string Name => "my-lstm";

    public static IReadOnlyList<string> GateNames => ["input", "forget", "candidate", "output"];

    public static int GateCount => 4;

    public static int StateCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var (i, f) = (T.Sigmoid(step.Sum(0)), T.Sigmoid(step.Sum(1)));
        var (g, o) = (T.Tanh(step.Sum(2)), T.Sigmoid(step.Sum(3)));
        var c = step.SetState(0, T.MultiplyAdd(f, step.PreviousState(0), i * g));
        step.SetOutput(o * T.Tanh(c));
    }
}

/// <summary>The GRU as a user would write it.</summary>
internal readonly struct MyGru : ICell
{
    public static string Name => "my-gru";

    public static IReadOnlyList<string> GateNames => ["reset", "update", "candidate"];

    public static int GateCount => 3;

    public static bool SeparatesRecurrentSums => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var r = T.Sigmoid(step.InputSum(0) + step.RecurrentSum(0));
        var z = T.Sigmoid(step.InputSum(1) + step.RecurrentSum(1));
        var n = T.Tanh(T.MultiplyAdd(r, step.RecurrentSum(2), step.InputSum(2)));
        step.SetOutput(T.MultiplyAdd(z, step.PreviousOutput - n, n));
    }
}

/// <summary>Vanilla recurrence with the rectifier.</summary>
internal readonly struct MyRelu : ICell
{
    public static string Name => "my-relu";

    public static IReadOnlyList<string> GateNames => ["sum"];

    public static int GateCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T> => step.SetOutput(T.Max(step.Sum(0), T.Broadcast(0)));
}

/// <summary>Exponential gates with a normaliser and a stabiliser: three states, division, exp, max, and a constant.</summary>
internal readonly record struct ExponentialGates(float Shrink) : ICell
{
    public static string Name => "exponential-gates";

    public static IReadOnlyList<string> GateNames => ["input", "forget", "candidate", "output"];

    public static int GateCount => 4;

    public static int StateCount => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var (i, f) = (step.Sum(0), step.Sum(1));
        var m = T.Max(f + step.PreviousState(2), i);
        var input = T.Exp(i - m);
        var keep = T.Exp((f + step.PreviousState(2)) - m) * T.Broadcast(Shrink);
        var c = T.MultiplyAdd(keep, step.PreviousState(0), input * T.Tanh(step.Sum(2)));
        var n = T.MultiplyAdd(keep, step.PreviousState(1), input);
        step.SetState(0, c);
        step.SetState(1, n);
        step.SetState(2, m);
        step.SetOutput(T.Sigmoid(step.Sum(3)) * c / T.Max(n, T.Broadcast(1)));
    }
}

/// <summary>No number where both sums are zero.</summary>
internal readonly struct Ratio : ICell
{
    public static string Name => "ratio";

    public static IReadOnlyList<string> GateNames => ["part", "rest"];

    public static int GateCount => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var (part, rest, zero) = (step.Sum(0), step.Sum(1), T.Broadcast(0));
        step.SetOutput(part / (T.Max(part, zero - part) + T.Max(rest, zero - rest)));
    }
}

/// <summary>No recurrent matrix: a decay of each unit, which a gate sharpens, and a peephole from the state.</summary>
internal readonly struct GatedDecay : ICell
{
    public static string Name => "gated-decay";

    public static IReadOnlyList<string> GateNames => ["decay", "candidate", "output"];

    public static int GateCount => 3;

    public static int StateCount => 1;

    public static bool HasRecurrentMatrix => false;

    public static IReadOnlyList<UnitWeight> UnitWeights => [new("decay", -1, 1), new("peephole", -1, 1), new("recurrent", -1, 1)];

    public static int UnitWeightCount => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var one = T.Broadcast(1);
        var softplus = T.Log(one + T.Exp(step.UnitWeight(0)));
        var keep = T.Exp(T.Broadcast(0) - (softplus * T.Sigmoid(step.Sum(0))));
        var candidate = T.Tanh(T.MultiplyAdd(step.UnitWeight(2), step.PreviousOutput, step.Sum(1)));
        var c = T.MultiplyAdd(keep, step.PreviousState(0), T.Sqrt(T.MultiplyAdd(T.Broadcast(0) - keep, keep, one)) * candidate);
        step.SetState(0, c);
        step.SetOutput(T.Sigmoid(T.MultiplyAdd(step.UnitWeight(1), c, step.Sum(2))) * c);
    }
}

/// <summary>The GRU of Cho et al. (2014): the reset gate is applied before the recurrent product.</summary>
internal readonly struct ResetBefore : ICell
{
    public static string Name => "reset-before";

    public static IReadOnlyList<string> GateNames => ["reset", "update", "candidate"];

    public static int GateCount => 3;

    public static int FilteredGateCount => 1;

    public static IReadOnlyList<UnitWeight> UnitWeights => [new("peephole", -1, 1)];

    public static int UnitWeightCount => 1;

    public static int StateCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Filter<T>(in UnitStep<T> step)
        where T : struct, ILane<T> => step.SetOutput(T.Sigmoid(T.MultiplyAdd(step.UnitWeight(0), step.PreviousState(0), step.Sum(0))) * step.PreviousOutput);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var (z, n) = (T.Sigmoid(step.Sum(1)), T.Tanh(step.Sum(2)));
        step.SetState(0, step.PreviousState(0) * z);
        step.SetOutput(T.MultiplyAdd(z, step.PreviousOutput - n, n));
    }
}

/// <summary>An LSTM of three heads.</summary>
internal readonly struct ThreeHeads : ICell
{
    public static string Name => "three-heads";

    public static IReadOnlyList<string> GateNames => MyLstm.GateNames;

    public static int GateCount => 4;

    public static int StateCount => 1;

    public int Heads => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T> => default(MyLstm).Step(step);
}

/// <summary>An LSTM whose sums are normalised.</summary>
internal readonly struct Normalized : ICell
{
    public static string Name => "normalized";

    public static IReadOnlyList<string> GateNames => MyLstm.GateNames;

    public static int GateCount => 4;

    public static int StateCount => 1;

    public static bool SeparatesRecurrentSums => true;

    public static bool NormalizesSums => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var i = T.Sigmoid(step.InputSum(0) + step.RecurrentSum(0));
        var f = T.Sigmoid(step.InputSum(1) + step.RecurrentSum(1));
        var g = T.Tanh(step.InputSum(2) + step.RecurrentSum(2));
        var c = T.MultiplyAdd(f, step.PreviousState(0), i * g);
        step.SetState(0, c);
        step.SetOutput(T.Sigmoid(step.InputSum(3) + step.RecurrentSum(3)) * T.Tanh(c));
    }
}

/// <summary>An LSTM whose output is projected.</summary>
internal readonly struct Projected : ICell
{
    public static string Name => "projected";

    public static IReadOnlyList<string> GateNames => MyLstm.GateNames;

    public static int GateCount => 4;

    public static int StateCount => 1;

    public static bool ProjectsOutput => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T> => default(MyLstm).Step(step);
}

/// <summary>Its recurrent sums are apart, and its output is projected.</summary>
internal readonly struct ProjectedParts : ICell
{
    public static string Name => "projected-parts";

    public static IReadOnlyList<string> GateNames => ["gate", "candidate"];

    public static int GateCount => 2;

    public static int StateCount => 1;

    public static bool SeparatesRecurrentSums => true;

    public static bool NormalizesSums => true;

    public static bool ProjectsOutput => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var f = T.Sigmoid(step.InputSum(0) + step.RecurrentSum(0));
        var candidate = T.Tanh(T.MultiplyAdd(f, step.RecurrentSum(1), step.InputSum(1)));
        var c = T.MultiplyAdd(f, candidate - step.PreviousState(0), step.PreviousState(0));
        step.SetState(0, c);
        step.SetOutput(c);
    }
}

/// <summary>Heads of a cell with a filter.</summary>
internal readonly struct HeadsOfFiltered : ICell
{
    public static string Name => "heads-of-filtered";

    public static IReadOnlyList<string> GateNames => MyGru.GateNames;

    public static int GateCount => 3;

    public static int FilteredGateCount => 1;

    public int Heads => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Filter<T>(in UnitStep<T> step)
        where T : struct, ILane<T> => step.SetOutput(T.Sigmoid(step.Sum(0)) * step.PreviousOutput);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T>
    {
        var (z, n) = (T.Sigmoid(step.Sum(1)), T.Tanh(step.Sum(2)));
        step.SetOutput(T.MultiplyAdd(z, step.PreviousOutput - n, n));
    }
}

/// <summary>Heads of a cell with separate sums.</summary>
internal readonly struct HeadsOfParts : ICell
{
    public static string Name => "heads-of-parts";

    public static IReadOnlyList<string> GateNames => MyGru.GateNames;

    public static int GateCount => 3;

    public static bool SeparatesRecurrentSums => true;

    public int Heads => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T> => default(MyGru).Step(step);
}

/// <summary>Heads of a cell whose sums are normalised over all heads.</summary>
internal readonly struct HeadsOfNormalized : ICell
{
    public static string Name => "heads-of-normalized";

    public static IReadOnlyList<string> GateNames => MyGru.GateNames;

    public static int GateCount => 3;

    public static bool SeparatesRecurrentSums => true;

    public static bool NormalizesSums => true;

    public int Heads => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T> => default(MyGru).Step(step);
}

/// <summary>No gate sees the previous output itself.</summary>
internal readonly struct AllFiltered : ICell
{
    public static string Name => "all-filtered";

    public static IReadOnlyList<string> GateNames => ["candidate", "output"];

    public static int GateCount => 2;

    public static int FilteredGateCount => 2;

    public static IReadOnlyList<UnitWeight> UnitWeights => [new("slope", -1, 1)];

    public static int UnitWeightCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Filter<T>(in UnitStep<T> step)
        where T : struct, ILane<T> => step.SetOutput(T.Tanh(step.UnitWeight(0) * step.PreviousOutput));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<T>(in UnitStep<T> step)
        where T : struct, ILane<T> => step.SetOutput(T.Sigmoid(step.Sum(1)) * T.Tanh(step.Sum(0)));
}
