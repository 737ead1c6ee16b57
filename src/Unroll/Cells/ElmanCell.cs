using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>Vanilla recurrence: the pointwise maths of one step, <c>h = φ(W·x + b + U·h' + b')</c>.</summary>
/// <remarks>
/// Elman, "Finding Structure in Time" (1990); with <see cref="ReluActivation"/>: Le, Jaitly and Hinton, "A Simple Way to Initialize Recurrent Networks of
/// Rectified Linear Units" (2015).
/// </remarks>
/// <typeparam name="TActivation">φ.</typeparam>
public readonly struct ElmanCell<TActivation> : ICellKernel
    where TActivation : struct, IElmanActivation
{
    private const int Sum = 0;

    static string ICellKernel.Name => TActivation.CellName;

    static IReadOnlyList<string> ICellKernel.GateNames => ["sum"];

    static int ICellKernel.GateCount => 1;

    static int ICellKernel.StateCount => 0;

    static bool ICellKernel.SeparatesRecurrentGates => false;

    static CellDescription ICellKernel.Description => new(
        $"Vanilla recurrence with {TActivation.Symbol}",
        $"h = {TActivation.Symbol}(W·x + b + U·h' + b')",
        TActivation.Source);

    /// <summary>One step forward.</summary>
    /// <param name="sum"><c>W·x + b + U·h' + b'</c>.</param>
    /// <returns>h, the output.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T sum)
        where T : struct, ILane<T> => TActivation.Activate(sum);

    /// <summary>The gradient of that step.</summary>
    /// <param name="h">The output the step gave.</param>
    /// <param name="dh">Its gradient, from above and from the next step.</param>
    /// <returns>The gradient of the sum.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Backward<T>(T h, T dh)
        where T : struct, ILane<T> => TActivation.Gradient(h, dh);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void ICellKernel.Forward<T>(in CellSlots slots) => slots.SetHidden(Forward(slots.Gate<T>(Sum)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void ICellKernel.Backward<T>(in CellSlots slots)
    {
        slots.SetGate(Sum, Backward(slots.Hidden<T>(), slots.HiddenGradient<T>()));
        slots.SetPreviousHiddenGradient(T.Broadcast(0));
    }

    void ICellKernel.Watch(in CellSlots slots, ActivationWatch watch, int unit)
    {
        if (typeof(TActivation) == typeof(TanhActivation))
            watch.Note(unit, ActivationKind.Tanh, Sum, LanesScalar.Sum(slots.Hidden<LanesScalar>()));
    }
}
