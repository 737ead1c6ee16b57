using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unroll.Kernels;

/// <summary>Passes over parameters and gradients. Element by element the bits do not depend on the vector width or on the place.</summary>
internal static class OptimizerKernels
{
    /// <summary>Runs an update rule over a parameter in one pass.</summary>
    /// <param name="rule">The maths, with its constants.</param>
    /// <param name="values">What it runs over.</param>
    public static void Update<TRule>(TRule rule, in UpdateValues values)
        where TRule : struct, IUpdateRule
    {
        var weights = values.Weights;
        var gradient = values.Gradient[..weights.Length];
        var gradientScale = values.GradientScale;
        var first = TRule.SlotCount > 0 ? values.First[..weights.Length] : default;
        var second = TRule.SlotCount > 1 ? values.Second[..weights.Length] : default;
        var third = TRule.SlotCount > 2 ? values.Third[..weights.Length] : default;
        var whole = weights.Length - (weights.Length % Vector<float>.Count);
        for (var index = 0; index < whole; index += Vector<float>.Count)
        {
            UpdateSlots slots = default;
            if (TRule.SlotCount > 0)
                slots.First = Load(first, index);
            if (TRule.SlotCount > 1)
                slots.Second = Load(second, index);
            if (TRule.SlotCount > 2)
                slots.Third = Load(third, index);
            var next = rule.Next(Load(weights, index), Load(gradient, index) * gradientScale, ref slots);
            Store(next, weights, index);
            if (TRule.SlotCount > 0)
                Store(slots.First, first, index);
            if (TRule.SlotCount > 1)
                Store(slots.Second, second, index);
            if (TRule.SlotCount > 2)
                Store(slots.Third, third, index);
        }

        if (whole < weights.Length)
            UpdateTail(rule, weights[whole..], gradient[whole..], gradientScale, Rest(first, whole), Rest(second, whole), Rest(third, whole));
    }

    /// <summary>Multiplies in place.</summary>
    public static void Scale(Span<float> values, float factor)
    {
        foreach (ref var vector in MemoryMarshal.Cast<float, Vector<float>>(values))
            vector *= factor;
        foreach (ref var value in Tail(values))
            value *= factor;
    }

    /// <summary>Limits each value to [−limit, limit]; a NaN stays one.</summary>
    public static void Clamp(Span<float> values, float limit)
    {
        var high = new Vector<float>(limit);
        foreach (ref var vector in MemoryMarshal.Cast<float, Vector<float>>(values))
            vector = Vector.Min(Vector.Max(vector, -high), high);
        foreach (ref var value in Tail(values))
            value = Math.Min(Math.Max(value, -limit), limit);
    }

    private static void UpdateTail<TRule>(
        TRule rule, Span<float> weights, ReadOnlySpan<float> gradient, float gradientScale, Span<float> first, Span<float> second, Span<float> third)
        where TRule : struct, IUpdateRule
    {
        UpdateSlots values = default;
        values.First = LoadPart(first);
        values.Second = LoadPart(second);
        values.Third = LoadPart(third);
        StorePart(rule.Next(LoadPart(weights), LoadPart(gradient) * gradientScale, ref values), weights);
        StorePart(values.First, first);
        StorePart(values.Second, second);
        StorePart(values.Third, third);
    }

    private static Span<float> Tail(Span<float> values) => values[(values.Length - (values.Length % Vector<float>.Count))..];

    private static Span<float> Rest(Span<float> slot, int start) => slot.IsEmpty ? slot : slot[start..];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Load(ReadOnlySpan<float> values, int index) =>
        Vector.LoadUnsafe(ref MemoryMarshal.GetReference(values), (nuint)index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector<float> vector, Span<float> values, int index) =>
        vector.StoreUnsafe(ref MemoryMarshal.GetReference(values), (nuint)index);

    private static Vector<float> LoadPart(ReadOnlySpan<float> values)
    {
        Span<float> padded = stackalloc float[Vector<float>.Count];
        padded.Clear();
        values.CopyTo(padded);
        return new(padded);
    }

    private static void StorePart(Vector<float> vector, Span<float> values)
    {
        Span<float> padded = stackalloc float[Vector<float>.Count];
        vector.CopyTo(padded);
        padded[..values.Length].CopyTo(values);
    }
}
